import { UserError } from '../../errors.ts';
import { parseSchedulerConfig, type SchedulerClass, type SchedulerConfig } from '../schedule/config.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { deis } from './deis.ts';
import { dpmMultistep } from './dpm-multistep.ts';
import { dpmSinglestep } from './dpm-singlestep.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { flowEuler } from './flow-euler.ts';
import { heun } from './heun.ts';
import { kdpm2 } from './kdpm2.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import { pndm } from './pndm.ts';
import type { Sampler } from './sampler.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';

/** The sampler of each diffusers class. */
const SAMPLERS: Record<SchedulerClass, Sampler> = {
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  HeunDiscreteScheduler: heun,
  LMSDiscreteScheduler: lms,
  KDPM2DiscreteScheduler: kdpm2,
  KDPM2AncestralDiscreteScheduler: kdpm2,
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  PNDMScheduler: pndm,
  DPMSolverMultistepScheduler: dpmMultistep,
  DPMSolverSinglestepScheduler: dpmSinglestep,
  DEISMultistepScheduler: deis,
  UniPCMultistepScheduler: unipc,
  LCMScheduler: lcm,
  TCDScheduler: tcd,
  FlowMatchEulerDiscreteScheduler: flowEuler,
};

/** The sampler that a config means. */
export function samplerOf(config: SchedulerConfig): Sampler {
  return SAMPLERS[config._class_name];
}

/** A scheduler that a member can name. */
export interface SchedulerName {
  /** The name of Automatic1111's menu. */
  name: string;
  className: SchedulerClass;
  /** Keys that are laid over the model's own config. */
  overrides: Record<string, unknown>;
}

const karras = { use_karras_sigmas: true };
const sde = { algorithm_type: 'sde-dpmsolver++' };
const plain = (
  name: string,
  className: SchedulerClass,
  overrides: Record<string, unknown> = {},
): SchedulerName => ({
  name,
  className,
  overrides,
});

/** Every scheduler that can be named, best known first. A model's own one is named `model`. */
export const SCHEDULER_NAMES: readonly SchedulerName[] = [
  plain('Euler', 'EulerDiscreteScheduler'),
  plain('Euler a', 'EulerAncestralDiscreteScheduler'),
  plain('DPM++ 2M', 'DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver++', solver_order: 2 }),
  plain('DPM++ 2M Karras', 'DPMSolverMultistepScheduler', {
    ...karras,
    algorithm_type: 'dpmsolver++',
    solver_order: 2,
  }),
  plain('DPM++ 2M SDE', 'DPMSolverMultistepScheduler', sde),
  plain('DPM++ 2M SDE Karras', 'DPMSolverMultistepScheduler', { ...sde, ...karras }),
  plain('DPM++ 3M', 'DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver++', solver_order: 3 }),
  plain('DPM++ 2S', 'DPMSolverSinglestepScheduler'),
  plain('DPM++ 2S Karras', 'DPMSolverSinglestepScheduler', karras),
  plain('DDIM', 'DDIMScheduler', { clip_sample: false }),
  plain('UniPC', 'UniPCMultistepScheduler'),
  plain('Heun', 'HeunDiscreteScheduler'),
  plain('Euler Karras', 'EulerDiscreteScheduler', karras),
  plain('LMS', 'LMSDiscreteScheduler'),
  plain('LMS Karras', 'LMSDiscreteScheduler', karras),
  plain('DPM2', 'KDPM2DiscreteScheduler'),
  plain('DPM2 Karras', 'KDPM2DiscreteScheduler', karras),
  plain('DPM2 a', 'KDPM2AncestralDiscreteScheduler'),
  plain('DPM2 a Karras', 'KDPM2AncestralDiscreteScheduler', karras),
  plain('DEIS', 'DEISMultistepScheduler', { algorithm_type: 'deis' }),
  plain('PLMS', 'PNDMScheduler', { skip_prk_steps: true }),
  plain('DDPM', 'DDPMScheduler', { clip_sample: false }),
  plain('LCM', 'LCMScheduler'),
  plain('TCD', 'TCDScheduler'),
];

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/**
 * The config that a named scheduler has with a model: the model's betas and prediction type in the named class.
 * @param name `model`, a diffusers class name, or a name of `SCHEDULER_NAMES`; case does not matter
 * @param modelConfig the parsed `scheduler_config.json` of the model
 * @throws UserError `unknown-scheduler`
 */
export function schedulerConfig(name: string, modelConfig: Record<string, unknown>): SchedulerConfig {
  if (same(name, 'model')) return parseSchedulerConfig(modelConfig);
  const byName = SCHEDULER_NAMES.find((known) => same(known.name, name));
  if (byName) {
    const noSpacing = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
    return parseSchedulerConfig({ ...modelConfig, ...noSpacing, ...byName.overrides }, byName.className);
  }
  const className = Object.keys(SAMPLERS).find((known) => same(known, name));
  if (className) return parseSchedulerConfig(modelConfig, className);
  throw new UserError(
    'unknown-scheduler',
    `Expected a known scheduler, but received ${JSON.stringify(name)}`,
    {
      hint: `Try one of: ${SCHEDULER_NAMES.map((known) => known.name).join(', ')}.`,
    },
  );
}
