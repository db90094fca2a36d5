import type { SchedulerConfig } from './config.ts';
import { interpolate, linspaceFloat32 } from './numpy.ts';
import type { Schedule } from './schedule.ts';
import { sigmaSpacing, sigmaToTimestep, spaceSigmas, trainingSigmas } from './sigma-spacing.ts';
import { fractionalTimesteps } from './timestep-spacing.ts';

/** What a class's spacing makes before `strength` cuts it. */
export type WholeSchedule = Omit<Schedule, 'config' | 'alphasCumprod' | 'steps' | 'begin'>;

const f32 = Math.fround;

/** `init_noise_sigma` of the variance-exploding classes. */
export function initNoise(config: SchedulerConfig, sigmas: readonly number[]): number {
  const max = sigmas.reduce((a, b) => Math.max(a, b), 0);
  return config.timestep_spacing === 'leading' ? Math.sqrt(max * max + 1) : max;
}

/** Timesteps and sigmas of the Euler family, without the last sigma. */
export function spacedSigmas(config: SchedulerConfig, bars: Float32Array, steps: number) {
  const table = trainingSigmas(bars);
  const logs = table.map((sigma) => Math.log(sigma));
  const timesteps = fractionalTimesteps(config, steps);
  const sigmas =
    config.interpolation_type === 'log_linear'
      ? Array.from(linspaceFloat32(logs.at(-1)!, logs[0]!, steps + 1), (log) => f32(Math.exp(log)))
      : timesteps.map((timestep) => interpolate(table, timestep));
  const spacing = sigmaSpacing(config);
  if (spacing === undefined) return { timesteps, sigmas, logs };
  const spaced = spaceSigmas(spacing, config, sigmas[0]!, sigmas.at(-1)!, steps);
  return { timesteps: spaced.map((sigma) => sigmaToTimestep(sigma, logs)), sigmas: spaced, logs };
}

/** Euler, Euler ancestral and LMS. */
export function eulerSchedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const spaced = spacedSigmas(config, bars, steps);
  const isEuler = config._class_name === 'EulerDiscreteScheduler';
  const end = isEuler && config.final_sigmas_type === 'sigma_min' ? trainingSigmas(bars)[0]! : 0;
  const sigmas = [...spaced.sigmas, end].map(f32);
  const continuous = config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction';
  return {
    timesteps: continuous
      ? sigmas.slice(0, -1).map((sigma) => f32(0.25 * f32(Math.log(sigma))))
      : spaced.timesteps.map(f32),
    sigmas,
    inputSigmas: sigmas,
    noising: 'sigma',
    initNoiseSigma: initNoise(config, sigmas),
  };
}

/** Each value of a range twice. */
function doubled(values: readonly number[], from: number, to: number): number[] {
  return values.slice(from, to).flatMap((value) => [value, value]);
}

/** Heun: every level but the first is evaluated twice. */
export function heunSchedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const spaced = spacedSigmas(config, bars, steps);
  const single = [...spaced.sigmas, 0].map(f32);
  const sigmas = [single[0]!, ...doubled(single, 1, -1), 0];
  const timesteps = [spaced.timesteps[0]!, ...doubled(spaced.timesteps, 1, spaced.timesteps.length)].map(f32);
  return {
    timesteps,
    sigmas,
    inputSigmas: sigmas,
    noising: 'sigma',
    initNoiseSigma: initNoise(config, sigmas),
  };
}
