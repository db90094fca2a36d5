import type { PlainText } from '../../language/phrase.ts';
import type { SchedulerClass } from '../schedule/config.ts';

/** A scheduler that a member can name. */
export interface SchedulerName {
  /** As in the menu of Automatic1111; the name to show and to store. */
  name: string;
  className: SchedulerClass;
  /** One short sentence for a menu. */
  description: PlainText;
  /** Other names of it: ComfyUI's, and those of older programs. */
  aliases: readonly string[];
  /** Keys that are laid over the model's own config. */
  overrides: Record<string, unknown>;
  /** It can run rectified-flow models (SD3, FLUX). */
  flow: boolean;
}

const row = (
  name: string,
  className: SchedulerClass,
  description: PlainText,
  aliases: readonly string[],
  overrides: Record<string, unknown> = {},
  flow = false,
): SchedulerName => ({ name, className, description, aliases, overrides, flow });

const dpm = (solver_order: number, algorithm_type: string, solver_type = 'midpoint') => ({
  solver_order,
  algorithm_type,
  solver_type,
  final_sigmas_type: 'zero',
});
const plus = 'dpmsolver++';
const sde = 'sde-dpmsolver++';
const multi = 'DPMSolverMultistepScheduler';
const single = 'DPMSolverSinglestepScheduler';

/** Every sampler that can be named, best known first. */
export const SCHEDULER_NAMES: readonly SchedulerName[] = [
  row('Euler', 'EulerDiscreteScheduler', 'Simple and dependable', ['k_euler'], {}, true),
  row('Euler a', 'EulerAncestralDiscreteScheduler', 'Adds noise at each step: soft, varied', [
    'euler_ancestral',
    'k_euler_a',
  ]),
  row('DPM++ 2M', multi, 'Good pictures in 20 steps', ['dpmpp_2m', 'k_dpmpp_2m'], dpm(2, plus), true),
  row(
    'DPM++ 2M SDE',
    multi,
    'As 2M with noise at each step: more detail',
    ['dpmpp_2m_sde', 'dpmpp_2m_sde_gpu'],
    dpm(2, sde),
    true,
  ),
  row(
    'DPM++ 2M SDE Heun',
    multi,
    'As 2M SDE with a finer correction',
    ['dpmpp_2m_sde_heun'],
    dpm(2, sde, 'heun'),
    true,
  ),
  row('DPM++ 3M', multi, 'Third order: for 30 steps and more', ['dpmpp_3m'], dpm(3, plus), true),
  row(
    'DPM++ 3M SDE',
    multi,
    'Third order with noise at each step',
    ['dpmpp_3m_sde', 'dpmpp_3m_sde_gpu'],
    dpm(3, sde),
    true,
  ),
  row(
    'DPM++ 2S',
    single,
    'Single steps in pairs',
    ['dpmpp_2s', 'DPM++ 2S a', 'dpmpp_2s_ancestral'],
    dpm(2, plus),
    true,
  ),
  row('DPM++ SDE', single, 'Single steps with noise', ['dpmpp_sde', 'dpmpp_sde_gpu'], dpm(2, sde), true),
  row('DDIM', 'DDIMScheduler', 'The classic; keeps close to the source', [], {
    clip_sample: false,
    thresholding: false,
  }),
  row(
    'UniPC',
    'UniPCMultistepScheduler',
    'Good pictures in 10 steps',
    ['uni_pc', 'uni_pc_bh2'],
    { solver_type: 'bh2', solver_order: 2 },
    true,
  ),
  row('Heun', 'HeunDiscreteScheduler', 'Looks twice at each step: exact, half as fast', ['k_heun']),
  row('DPM2', 'KDPM2DiscreteScheduler', 'Looks twice at each step', ['dpm_2', 'k_dpm_2']),
  row('DPM2 a', 'KDPM2AncestralDiscreteScheduler', 'Looks twice and adds noise', [
    'dpm_2_ancestral',
    'k_dpm_2_a',
  ]),
  row('LMS', 'LMSDiscreteScheduler', 'Learns from the last four steps', ['k_lms']),
  row(
    'DEIS',
    'DEISMultistepScheduler',
    'Fast, for few steps',
    ['deis_3m', 'deis_2m'],
    { solver_order: 2 },
    true,
  ),
  row('PLMS', 'PNDMScheduler', 'What Stable Diffusion 1 was shown with', ['pndm'], { skip_prk_steps: true }),
  row('DDPM', 'DDPMScheduler', 'The original: wants many steps', [], {
    clip_sample: false,
    thresholding: false,
  }),
  row('LCM', 'LCMScheduler', 'For models distilled to 2 to 8 steps', ['lcm']),
  row('TCD', 'TCDScheduler', 'For TCD-distilled models, 4 to 8 steps', ['tcd']),
];

/** How the noise levels are spaced, as a word after a sampler's name. */
export const SPACINGS = {
  Karras: { use_karras_sigmas: true },
  Exponential: { use_exponential_sigmas: true },
  Beta: { use_beta_sigmas: true },
  'SGM Uniform': { timestep_spacing: 'trailing' },
  Uniform: {},
  Simple: {},
  Normal: {},
  Automatic: {},
} satisfies Record<string, Record<string, unknown>>;
