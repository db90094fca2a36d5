import { z } from 'zod';
import { OperatorError } from '../../errors.ts';

/** The scheduler classes of diffusers that Overpaint runs. */
export const SCHEDULER_CLASSES = [
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'HeunDiscreteScheduler',
  'LMSDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'DDIMScheduler',
  'DDPMScheduler',
  'PNDMScheduler',
  'DPMSolverMultistepScheduler',
  'DPMSolverSinglestepScheduler',
  'DEISMultistepScheduler',
  'UniPCMultistepScheduler',
  'LCMScheduler',
  'TCDScheduler',
  'FlowMatchEulerDiscreteScheduler',
] as const;
export type SchedulerClass = (typeof SCHEDULER_CLASSES)[number];

const nullish = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.null()])
    .transform((value) => value ?? undefined)
    .optional();

/** `scheduler_config.json` in diffusers' words; keys of classes that we do not run are kept out. */
const Fields = z.object({
  num_train_timesteps: z.int().min(1).default(1000),
  beta_start: z.number().default(0.0001),
  beta_end: z.number().default(0.02),
  beta_schedule: z.string().default('linear'),
  trained_betas: nullish(z.array(z.number()).min(1)),
  prediction_type: z.enum(['epsilon', 'sample', 'v_prediction', 'flow_prediction']).default('epsilon'),
  timestep_spacing: z.enum(['linspace', 'leading', 'trailing']).default('linspace'),
  steps_offset: z.number().default(0),
  rescale_betas_zero_snr: z.boolean().default(false),
  interpolation_type: z.enum(['linear', 'log_linear']).default('linear'),
  timestep_type: z.enum(['discrete', 'continuous']).default('discrete'),
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero'),
  use_karras_sigmas: nullish(z.boolean()),
  use_exponential_sigmas: nullish(z.boolean()),
  use_beta_sigmas: nullish(z.boolean()),
  use_lu_lambdas: nullish(z.boolean()),
  use_flow_sigmas: nullish(z.boolean()),
  flow_shift: nullish(z.number()),
  sigma_min: nullish(z.number()),
  sigma_max: nullish(z.number()),
  clip_sample: z.boolean().default(false),
  clip_sample_range: z.number().default(1),
  thresholding: z.boolean().default(false),
  dynamic_thresholding_ratio: z.number().default(0.995),
  sample_max_value: z.number().default(1),
  set_alpha_to_one: z.boolean().default(true),
  skip_prk_steps: z.boolean().default(false),
  solver_order: z.int().min(1).max(3).default(2),
  solver_type: z.string().default('midpoint'),
  algorithm_type: z.string().default('dpmsolver++'),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  lambda_min_clipped: nullish(z.union([z.number(), z.enum(['-inf', '-Infinity'])])),
  variance_type: nullish(z.string()),
  predict_x0: z.boolean().default(true),
  disable_corrector: z.array(z.int()).default([]),
  original_inference_steps: z.int().min(1).default(50),
  timestep_scaling: z.number().default(10),
  shift: z.number().default(1),
  use_dynamic_shifting: z.boolean().default(false),
  base_shift: nullish(z.number()),
  max_shift: nullish(z.number()),
  base_image_seq_len: nullish(z.number()),
  max_image_seq_len: nullish(z.number()),
  shift_terminal: nullish(z.number()),
  time_shift_type: z.enum(['exponential', 'linear']).default('exponential'),
  invert_sigmas: z.boolean().default(false),
  stochastic_sampling: z.boolean().default(false),
});

export type SchedulerConfig = z.infer<typeof Fields> & { _class_name: SchedulerClass };

/** Where a class's own defaults differ from the ones above. */
const CLASS_DEFAULTS: Partial<Record<SchedulerClass, Record<string, unknown>>> = {
  HeunDiscreteScheduler: { beta_start: 0.00085, beta_end: 0.012 },
  KDPM2DiscreteScheduler: { beta_start: 0.00085, beta_end: 0.012 },
  KDPM2AncestralDiscreteScheduler: { beta_start: 0.00085, beta_end: 0.012 },
  DDIMScheduler: { timestep_spacing: 'leading', clip_sample: true },
  DDPMScheduler: { timestep_spacing: 'leading', clip_sample: true },
  PNDMScheduler: { timestep_spacing: 'leading', set_alpha_to_one: false },
  DPMSolverSinglestepScheduler: { lower_order_final: false },
  UniPCMultistepScheduler: { solver_type: 'bh2' },
  LCMScheduler: {
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    timestep_spacing: 'leading',
  },
  TCDScheduler: {
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    timestep_spacing: 'leading',
  },
};

function isSchedulerClass(name: unknown): name is SchedulerClass {
  return SCHEDULER_CLASSES.some((known) => known === name);
}

/**
 * Reads a `scheduler_config.json`.
 * @param json the parsed file; unknown keys are ignored, missing ones get the class's defaults
 * @param className runs the model's betas and prediction type in another class, as diffusers' `from_config`
 * @throws OperatorError `unsupported-scheduler` that names the key and its value
 */
export function parseSchedulerConfig(json: unknown, className?: string): SchedulerConfig {
  const raw = z.record(z.string(), z.unknown()).safeParse(json);
  if (!raw.success) {
    throw new OperatorError('unsupported-scheduler', 'Expected a JSON object in scheduler_config.json');
  }
  const name = className ?? raw.data._class_name;
  if (!isSchedulerClass(name)) {
    throw new OperatorError(
      'unsupported-scheduler',
      `Expected a scheduler that Overpaint runs (${SCHEDULER_CLASSES.join(', ')}), but received ${String(name)}`,
    );
  }
  const parsed = Fields.safeParse({ ...CLASS_DEFAULTS[name], ...raw.data });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const key = issue.path.join('.');
    throw new OperatorError(
      'unsupported-scheduler',
      `Expected a usable ${key} in scheduler_config.json, but received ${JSON.stringify(raw.data[key])}`,
    );
  }
  return { ...parsed.data, _class_name: name };
}
