import type { SchedulerConfig } from './config.ts';
import { dynamicShift, staticShift, stretchToTerminal } from './flow-schedule.ts';
import { interpolate, linspace, roundHalfEven } from './numpy.ts';
import type { WholeSchedule } from './sigma-schedules.ts';
import {
  type SigmaSpacing,
  sigmaSpacing,
  sigmaToTimestep,
  spaceSigmas,
  trainingSigmas,
} from './sigma-spacing.ts';
import { solverTimesteps } from './timestep-spacing.ts';

const f32 = Math.fround;

interface Levels {
  timesteps: number[];
  sigmas: number[];
}

/**
 * DPM-Solver multistep and singlestep, DEIS and UniPC.
 * @param mu log of the shift for flow sigmas with dynamic shifting
 */
export function solverSchedule(
  config: SchedulerConfig,
  bars: Float32Array,
  steps: number,
  mu: number | undefined,
): WholeSchedule {
  const table = trainingSigmas(bars);
  const { timesteps, sigmas } = solverLevels(config, table, bars, steps, mu);
  const all = [...sigmas, solverEnd(config, sigmas, table[0]!)].map(f32);
  return { timesteps: timesteps.map(Math.trunc), sigmas: all, noising: 'solver', initNoiseSigma: 1 };
}

function solverLevels(
  config: SchedulerConfig,
  table: Float32Array,
  bars: Float32Array,
  steps: number,
  mu: number | undefined,
): Levels {
  const spacing = sigmaSpacing(config);
  if (spacing) return spacedLevels(config, spacing, table, steps);
  if (config.use_flow_sigmas) return flowLevels(config, steps, mu);
  const isSinglestep = config._class_name === 'DPMSolverSinglestepScheduler';
  const spaced = isSinglestep ? { ...config, timestep_spacing: 'linspace' as const } : config;
  const timesteps = solverTimesteps(spaced, steps, lastTimestep(config, bars));
  return { timesteps, sigmas: timesteps.map((timestep) => interpolate(table, timestep)) };
}

/** Levels between the training schedule's ends. */
function spacedLevels(
  config: SchedulerConfig,
  spacing: NonNullable<SigmaSpacing>,
  table: Float32Array,
  steps: number,
): Levels {
  const logs = table.map((sigma) => Math.log(sigma));
  const sigmas = spaceSigmas(spacing, config, table.at(-1)!, table[0]!, steps);
  if (spacing === 'karras' && config.use_flow_sigmas && config._class_name === 'UniPCMultistepScheduler') {
    const flow = sigmas.map((sigma) => sigma / (sigma + 1));
    return { sigmas: flow, timesteps: flow.map((sigma) => sigma * config.num_train_timesteps) };
  }
  const isMultistep = config._class_name === 'DPMSolverMultistepScheduler';
  const rounds =
    spacing === 'lu' || spacing === 'karras'
      ? !(isMultistep && config.beta_schedule === 'squaredcos_cap_v2')
      : false;
  const timesteps = sigmas.map((sigma) => sigmaToTimestep(sigma, logs));
  return { sigmas, timesteps: rounds ? timesteps.map(roundHalfEven) : timesteps };
}

/** Levels of a rectified flow, for models that predict a velocity. */
function flowLevels(config: SchedulerConfig, steps: number, mu: number | undefined): Levels {
  const total = config.num_train_timesteps;
  const scale = (sigmas: number[]) => ({ sigmas, timesteps: sigmas.map((sigma) => sigma * total) });
  if (config._class_name !== 'UniPCMultistepScheduler') {
    const dynamic = config.use_dynamic_shifting && mu !== undefined;
    const shift = dynamic ? Math.exp(mu) : config.flow_shift;
    const ascending = linspace(1, 1 / total, steps + 1).map((alpha) => staticShift(shift, 1 - alpha));
    return scale(ascending.reverse().slice(0, -1));
  }
  const even = linspace(1, 1 / total, steps + 1).slice(0, -1);
  const shifted = even.map(
    config.use_dynamic_shifting ? dynamicShift(config, mu) : (sigma) => staticShift(config.flow_shift, sigma),
  );
  const sigmas = config.shift_terminal ? stretchToTerminal(shifted, config.shift_terminal) : shifted;
  // At exactly 1 the log signal-to-noise ratio would be infinite.
  if (Math.abs(sigmas[0]! - 1) < 1e-6) sigmas[0]! -= 1e-6;
  return scale(sigmas);
}

/** Timesteps whose log signal-to-noise ratio lies below `lambda_min_clipped` are left out. */
function lastTimestep(config: SchedulerConfig, bars: Float32Array): number {
  const limit = config.lambda_min_clipped;
  if (typeof limit !== 'number') return config.num_train_timesteps;
  const below = bars.filter(
    (bar) => f32(f32(Math.log(f32(Math.sqrt(bar)))) - f32(Math.log(f32(Math.sqrt(f32(1 - bar)))))) < limit,
  );
  return config.num_train_timesteps - below.length;
}

function solverEnd(config: SchedulerConfig, sigmas: readonly number[], smallest: number): number {
  const spaced = sigmaSpacing(config) !== undefined || config.use_flow_sigmas === true;
  if (config._class_name === 'DEISMultistepScheduler') return spaced ? sigmas.at(-1)! : smallest;
  if (config.final_sigmas_type === 'zero') return 0;
  return config._class_name === 'UniPCMultistepScheduler' && spaced ? sigmas.at(-1)! : smallest;
}
