import { UserError } from '../../errors.ts';
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
  /** 0 to 1: the share of the schedule's end that runs. */
  strength: number;
  /** Share of fresh noise a step, 0 to 1; only DDIM (0 when absent) and TCD (0.3 when absent) look at it. */
  eta?: number;
  /** Rectified-flow models only. */
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
 * @throws UserError `no-steps` when strength leaves none of the steps, naming the fewest that would do
 */
export function createSchedule(config: SchedulerConfig, request: ScheduleRequest): Schedule {
  const { steps, strength } = request;
  const name = config._class_name;
  const bars = alphasCumprod(config);
  const begin = strengthKeepsSteps(name) ? 0 : firstStep(request, name) * callsPerStep(name);
  const whole = wholeSchedule(config, bars, request);
  if (begin >= whole.timesteps.length) {
    throw new UserError(
      'no-steps',
      `Expected at least 1 step to run, but ${steps} steps at strength ${strength} run none`,
      {
        hint: `Use at least ${Math.ceil(1 / strength)} steps, or a higher strength.`,
      },
    );
  }
  const eta = request.eta === undefined ? {} : { eta: request.eta };
  return { ...whole, ...eta, config, alphasCumprod: bars, steps, begin };
}

/** diffusers' `get_timesteps`: whole numbers for noise-predicting models, a float for flow models. */
function firstStep({ steps, strength }: ScheduleRequest, name: SchedulerClass): number {
  const product = steps * strength;
  const run =
    name === 'FlowMatchEulerDiscreteScheduler'
      ? Math.min(product, steps)
      : Math.min(Math.trunc(product), steps);
  return Math.trunc(Math.max(steps - run, 0));
}

function wholeSchedule(config: SchedulerConfig, bars: Float32Array, request: ScheduleRequest): WholeSchedule {
  const { steps, strength } = request;
  switch (config._class_name) {
    case 'EulerDiscreteScheduler':
    case 'EulerAncestralDiscreteScheduler':
    case 'LMSDiscreteScheduler':
      return eulerSchedule(config, bars, steps);
    case 'HeunDiscreteScheduler':
      return heunSchedule(config, bars, steps);
    case 'KDPM2DiscreteScheduler':
    case 'KDPM2AncestralDiscreteScheduler':
      return kdpm2Schedule(config, bars, steps);
    case 'DDIMScheduler':
    case 'DDPMScheduler':
      return ddimSchedule(config, steps);
    case 'PNDMScheduler':
      return pndmSchedule(config, steps);
    case 'DPMSolverMultistepScheduler':
    case 'DPMSolverSinglestepScheduler':
    case 'DEISMultistepScheduler':
    case 'UniPCMultistepScheduler':
      return solverSchedule(config, bars, steps, request.flow?.mu);
    case 'LCMScheduler':
    case 'TCDScheduler':
      return consistencySchedule(config, steps, strength);
    case 'FlowMatchEulerDiscreteScheduler':
      return flowSchedule(config, steps, request.flow ?? { sigmas: 'range' });
  }
}
