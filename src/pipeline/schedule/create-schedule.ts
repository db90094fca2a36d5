import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { consistencySchedule, ddimSchedule, pndmSchedule } from './alpha-schedules.ts';
import { alphasCumprod } from './betas.ts';
import type { SchedulerClass, SchedulerConfig } from './config.ts';
import { type FlowOptions, flowSchedule } from './flow-schedule.ts';
import { kdpm2Schedule } from './kdpm2-schedule.ts';
import type { Schedule } from './schedule.ts';
import { eulerSchedule, heunSchedule, type WholeSchedule } from './sigma-schedules.ts';
import { solverSchedule } from './solver-schedule.ts';

/** How much of a schedule runs. */
export interface ScheduleRequest {
  /** Length of the whole schedule. */
  steps: number;
  /** Above 0, to 1: the share of the schedule's end that runs. */
  strength: number;
  /** Where to begin, in steps of the whole schedule, instead of where `strength` says. */
  firstStep?: number;
  /** Share of fresh noise a step, 0 to 1; only DDIM (0 when absent) and TCD (0.3 when absent) look at it. */
  eta?: number;
  /** Given by the pipelines of rectified-flow models; they also count a part of a step as a whole one. */
  flow?: FlowOptions;
}

/** Model calls a step: samplers that look twice have two entries for a step. */
export function callsPerStep(name: SchedulerClass): 1 | 2 {
  return name === 'HeunDiscreteScheduler' ||
    name === 'KDPM2DiscreteScheduler' ||
    name === 'KDPM2AncestralDiscreteScheduler'
    ? 2
    : 1;
}

/** True where strength shortens the schedule before steps are chosen from it, so that all steps run. */
export function strengthKeepsSteps(name: SchedulerClass): boolean {
  return name === 'LCMScheduler' || name === 'TCDScheduler';
}

/**
 * Makes the schedule of one run.
 * @throws UserError `no-steps` when strength leaves none of the steps, naming the fewest that would do;
 *   `too-many-steps` when the model was not trained for as many
 */
export function createSchedule(config: SchedulerConfig, request: ScheduleRequest): Schedule {
  const { steps, strength } = request;
  const name = config._class_name;
  if (steps > config.num_train_timesteps) {
    throw new UserError(
      'too-many-steps',
      phrase('Expected at most {most} steps for this model, but received {steps}', {
        most: config.num_train_timesteps,
        steps,
      }),
    );
  }
  const bars = alphasCumprod(config);
  const whole = SPACERS[name](config, bars, request);
  const begin = firstStep(request, name) * callsPerStep(name);
  if (begin >= whole.timesteps.length) throw noSteps(steps, strength);
  const eta = request.eta === undefined ? {} : { eta: request.eta };
  return { ...whole, ...eta, config, alphasCumprod: bars, steps, begin };
}

/** diffusers' `get_timesteps`: whole steps for noise-predicting models; flow models count a part of one as one. */
function firstStep(
  { steps, strength, firstStep: given, flow }: ScheduleRequest,
  name: SchedulerClass,
): number {
  if (given !== undefined) return given;
  if (strengthKeepsSteps(name)) return 0;
  const isFlow = flow !== undefined || name === 'FlowMatchEulerDiscreteScheduler';
  const run = isFlow ? steps * strength : Math.trunc(steps * strength);
  if (run <= 0) throw noSteps(steps, strength);
  return Math.trunc(Math.max(steps - run, 0));
}

function noSteps(steps: number, strength: number): UserError {
  return new UserError(
    'no-steps',
    phrase('Expected at least 1 step to run, but {steps} steps at strength {strength} run none', {
      steps,
      strength,
    }),
    { hint: phrase('Use at least {least} steps, or a higher strength.', { least: Math.ceil(1 / strength) }) },
  );
}

type Spacer = (config: SchedulerConfig, bars: Float32Array, request: ScheduleRequest) => WholeSchedule;

const euler: Spacer = (config, bars, { steps }) => eulerSchedule(config, bars, steps);
const kdpm2: Spacer = (config, bars, { steps }) => kdpm2Schedule(config, bars, steps);
const ddim: Spacer = (config, _, { steps }) => ddimSchedule(config, steps);
const solver: Spacer = (config, bars, { steps, flow }) => solverSchedule(config, bars, steps, flow?.mu);
const consistency: Spacer = (config, _, { steps, strength }) => consistencySchedule(config, steps, strength);

const SPACERS: Record<SchedulerClass, Spacer> = {
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: euler,
  LMSDiscreteScheduler: euler,
  HeunDiscreteScheduler: (config, bars, { steps }) => heunSchedule(config, bars, steps),
  KDPM2DiscreteScheduler: kdpm2,
  KDPM2AncestralDiscreteScheduler: kdpm2,
  DDIMScheduler: ddim,
  DDPMScheduler: ddim,
  PNDMScheduler: (config, _, { steps }) => pndmSchedule(config, steps),
  DPMSolverMultistepScheduler: solver,
  DPMSolverSinglestepScheduler: solver,
  DEISMultistepScheduler: solver,
  UniPCMultistepScheduler: solver,
  LCMScheduler: consistency,
  TCDScheduler: consistency,
  FlowMatchEulerDiscreteScheduler: (config, _, { steps, flow }) =>
    flowSchedule(config, steps, flow ?? { sigmas: 'range' }),
};
