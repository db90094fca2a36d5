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

/** `scheduler_config.json` in diffusers' words; keys of classes that we do not run are kept out. */
const Fields = z.object({
  num_train_timesteps: z.int().min(1).default(1000),
  beta_start: z.number().default(0.0001),
  beta_end: z.number().default(0.02),
  beta_schedule: z.string().default('linear'),
  trained_betas: z.array(z.number()).min(1).optional(),
  prediction_type: z.enum(['epsilon', 'sample', 'v_prediction', 'flow_prediction']).default('epsilon'),
  timestep_spacing: z.enum(['linspace', 'leading', 'trailing']).default('linspace'),
  steps_offset: z.number().default(0),
  rescale_betas_zero_snr: z.boolean().default(false),
  interpolation_type: z.enum(['linear', 'log_linear']).default('linear'),
  timestep_type: z.enum(['discrete', 'continuous']).default('discrete'),
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero'),
  use_karras_sigmas: z.boolean().optional(),
  use_exponential_sigmas: z.boolean().optional(),
  use_beta_sigmas: z.boolean().optional(),
  use_lu_lambdas: z.boolean().optional(),
  use_flow_sigmas: z.boolean().optional(),
  flow_shift: z.number().default(1),
  sigma_min: z.number().optional(),
  sigma_max: z.number().optional(),
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
  lambda_min_clipped: z.union([z.number(), z.enum(['-inf', '-Infinity'])]).optional(),
  variance_type: z.string().optional(),
  predict_x0: z.boolean().default(true),
  disable_corrector: z.array(z.int()).default([]),
  original_inference_steps: z.int().min(1).default(50),
  timestep_scaling: z.number().default(10),
  shift: z.number().default(1),
  use_dynamic_shifting: z.boolean().default(false),
  base_shift: z.number().optional(),
  max_shift: z.number().optional(),
  base_image_seq_len: z.number().optional(),
  max_image_seq_len: z.number().optional(),
  shift_terminal: z.number().optional(),
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
  LCMScheduler: { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' },
  TCDScheduler: { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' },
};

const betaKeys = ['beta_start', 'beta_end', 'beta_schedule', 'trained_betas', 'prediction_type'];
const spacedKeys = [...betaKeys, 'timestep_spacing', 'steps_offset'];
const sigmaSpacings = ['use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas'];
const thresholdKeys = ['thresholding', 'dynamic_thresholding_ratio', 'sample_max_value'];
const clipKeys = ['clip_sample', 'clip_sample_range'];
const flowKeys = ['use_flow_sigmas', 'flow_shift', 'use_dynamic_shifting', 'time_shift_type'];
const solverKeys = [
  'solver_order',
  'solver_type',
  'lower_order_final',
  ...thresholdKeys,
  ...sigmaSpacings,
  ...flowKeys,
];
const consistencyKeys = [
  'original_inference_steps',
  'timestep_scaling',
  'set_alpha_to_one',
  ...clipKeys,
  ...thresholdKeys,
];
const zeroSnr = 'rescale_betas_zero_snr';
const ends = 'final_sigmas_type';
const sigmaEnds = ['sigma_min', 'sigma_max'];
const dpmKeys = ['algorithm_type', 'lambda_min_clipped', 'variance_type', ends];

/**
 * The keys that each class has in diffusers. A model's config laid over another class keeps only these, so that what
 * one class does not know (say Karras sigmas for Euler ancestral) has no effect.
 */
const CLASS_KEYS: Record<SchedulerClass, readonly string[]> = {
  EulerDiscreteScheduler: [
    ...spacedKeys,
    ...sigmaSpacings,
    ...sigmaEnds,
    'interpolation_type',
    'timestep_type',
    zeroSnr,
    ends,
  ],
  EulerAncestralDiscreteScheduler: [...spacedKeys, zeroSnr],
  HeunDiscreteScheduler: [...spacedKeys, ...sigmaSpacings, ...clipKeys],
  LMSDiscreteScheduler: [...spacedKeys, ...sigmaSpacings],
  KDPM2DiscreteScheduler: [...spacedKeys, ...sigmaSpacings],
  KDPM2AncestralDiscreteScheduler: [...spacedKeys, ...sigmaSpacings],
  DDIMScheduler: [...spacedKeys, ...clipKeys, ...thresholdKeys, 'set_alpha_to_one', zeroSnr],
  DDPMScheduler: [...spacedKeys, ...clipKeys, ...thresholdKeys, 'variance_type', zeroSnr],
  PNDMScheduler: [...spacedKeys, 'skip_prk_steps', 'set_alpha_to_one'],
  DPMSolverMultistepScheduler: [
    ...spacedKeys,
    ...solverKeys,
    ...dpmKeys,
    'euler_at_final',
    'use_lu_lambdas',
    zeroSnr,
  ],
  DPMSolverSinglestepScheduler: [...betaKeys, ...solverKeys, ...dpmKeys],
  DEISMultistepScheduler: [...spacedKeys, ...solverKeys],
  UniPCMultistepScheduler: [
    ...spacedKeys,
    ...solverKeys,
    ...sigmaEnds,
    'predict_x0',
    'disable_corrector',
    'shift_terminal',
    zeroSnr,
    ends,
  ],
  LCMScheduler: [...betaKeys, ...consistencyKeys, zeroSnr],
  TCDScheduler: [...betaKeys, ...consistencyKeys, zeroSnr],
  FlowMatchEulerDiscreteScheduler: [
    ...sigmaSpacings,
    'shift',
    'use_dynamic_shifting',
    'base_shift',
    'max_shift',
    'base_image_seq_len',
    'max_image_seq_len',
    'shift_terminal',
    'time_shift_type',
    'invert_sigmas',
    'stochastic_sampling',
  ],
};

function isSchedulerClass(name: unknown): name is SchedulerClass {
  return SCHEDULER_CLASSES.some((known) => known === name);
}

/**
 * Reads a `scheduler_config.json`.
 * @param json the parsed file; unknown keys are ignored, missing and null ones get the class's defaults
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
  const known = ['num_train_timesteps', ...CLASS_KEYS[name]].filter(
    (key) => raw.data[key] !== undefined && raw.data[key] !== null,
  );
  const own = Object.fromEntries(known.map((key) => [key, raw.data[key]]));
  const parsed = Fields.safeParse({ ...CLASS_DEFAULTS[name], ...own });
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
