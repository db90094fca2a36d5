import type { SchedulerConfig } from './config.ts';
import { interpolate, linspace, roundHalfEven } from './numpy.ts';
import type { Schedule } from './schedule.ts';
import { sigmaSpacing, sigmaToTimestep, spaceSigmas } from './sigma-spacing.ts';
import { fractionalTimesteps, solverTimesteps } from './timestep-spacing.ts';

/** What a class's spacing makes before `strength` cuts it. */
export type WholeSchedule = Omit<Schedule, 'config' | 'alphasCumprod' | 'steps' | 'begin'>;

const f32 = Math.fround;

/** σ = √((1−ᾱ)/ᾱ) of every training timestep, float32. */
function trainingSigmas(bars: Float32Array): Float32Array {
  return bars.map((bar) => Math.sqrt(f32(f32(1 - bar) / bar)));
}

/** `init_noise_sigma` of the variance-exploding classes. */
function initNoise(config: SchedulerConfig, sigmas: readonly number[]): number {
  const max = sigmas.reduce((a, b) => Math.max(a, b), 0);
  return config.timestep_spacing === 'leading' ? Math.sqrt(max * max + 1) : max;
}

/** Timesteps and sigmas of the Euler family, without the last sigma. */
function spacedSigmas(config: SchedulerConfig, bars: Float32Array, steps: number) {
  const table = trainingSigmas(bars);
  const logs = table.map((sigma) => Math.log(sigma));
  const timesteps = fractionalTimesteps(config, steps);
  const sigmas =
    config._class_name === 'EulerDiscreteScheduler' && config.interpolation_type === 'log_linear'
      ? linspace(logs.at(-1)!, logs[0]!, steps + 1).map((log) => f32(Math.exp(f32(log))))
      : timesteps.map((timestep) => interpolate(table, timestep));
  const spacing = config._class_name === 'EulerAncestralDiscreteScheduler' ? undefined : sigmaSpacing(config);
  if (spacing === undefined || spacing === 'lu') return { timesteps, sigmas, logs };
  const spaced = spaceSigmas(spacing, config, sigmas[0]!, sigmas.at(-1)!, steps);
  return { timesteps: spaced.map((sigma) => sigmaToTimestep(sigma, logs)), sigmas: spaced, logs };
}

/** Euler, Euler ancestral and LMS. */
export function eulerSchedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const spaced = spacedSigmas(config, bars, steps);
  const isEuler = config._class_name === 'EulerDiscreteScheduler';
  const end = isEuler && config.final_sigmas_type === 'sigma_min' ? trainingSigmas(bars)[0]! : 0;
  const sigmas = [...spaced.sigmas, end].map(f32);
  const continuous =
    isEuler && config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction';
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

/** Each value after the first twice. */
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

/** KDPM2 and KDPM2 ancestral: a second evaluation between two levels. */
export function kdpm2Schedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const ancestral = config._class_name === 'KDPM2AncestralDiscreteScheduler';
  const spaced = spacedSigmas(config, bars, steps);
  const rounded = config.use_karras_sigmas ? spaced.timesteps.map(roundHalfEven) : spaced.timesteps;
  const single = [...spaced.sigmas, 0].map(f32);
  const middle = (a: number, b: number) =>
    a === 0 || b === 0 ? 0 : f32(Math.exp((Math.log(a) + Math.log(b)) / 2));
  const stretch = (values: readonly number[]) => [
    values[0]!,
    ...doubled(values, 1, values.length),
    values.at(-1)!,
  ];
  const sigmas = stretch(single);
  const base = { noising: 'sigma' as const, initNoiseSigma: initNoise(config, sigmas) };

  if (!ancestral) {
    const interpolated = single.map((sigma, i) => middle(sigma, single[i - 1] ?? 0));
    const between = interpolated.slice(1, -1).map((sigma) => sigmaToTimestep(sigma, spaced.logs));
    const stretched = stretch(interpolated);
    return {
      ...base,
      sigmas,
      timesteps: interleave(rounded, between),
      inputSigmas: sigmas.map((sigma, i) => (i % 2 === 0 ? sigma : stretched[i]!)),
      between: { interpolated: stretched },
    };
  }
  const next = [...single.slice(1), 0];
  const up = single.map((sigma, i) => ancestralUp(sigma, next[i]!));
  const down = single.map((_, i) => (i === single.length - 1 ? 0 : ancestralDown(next[i]!, up[i]!)));
  const interpolated = single.map((sigma, i) => (i >= single.length - 2 ? 0 : middle(sigma, down[i]!)));
  const between = interpolated.slice(0, -2).map((sigma) => sigmaToTimestep(sigma, spaced.logs));
  const stretched = stretch(interpolated);
  return {
    ...base,
    sigmas,
    timesteps: interleave(rounded, between),
    inputSigmas: sigmas.map((sigma, i) => (i % 2 === 0 ? sigma : stretched[i - 1]!)),
    between: { interpolated: stretched, up: stretch(up), down: stretch(down) },
  };
}

function interleave(timesteps: readonly number[], between: readonly number[]): number[] {
  return [timesteps[0]!, ...timesteps.slice(1).flatMap((timestep, i) => [between[i]!, timestep])].map(f32);
}

/** The noise that an ancestral step adds back. @see Song et al. 2020; k-diffusion `get_ancestral_step` with η = 1 */
export function ancestralUp(from: number, to: number): number {
  return from === 0 ? 0 : Math.sqrt(Math.max(0, (to ** 2 * (from ** 2 - to ** 2)) / from ** 2));
}

/** The level that an ancestral step goes down to before noise is added. */
export function ancestralDown(to: number, up: number): number {
  return Math.sqrt(Math.max(0, to ** 2 - up ** 2));
}

/** DPM-Solver multistep and singlestep, DEIS and UniPC. */
export function solverSchedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const table = trainingSigmas(bars);
  const logs = table.map((sigma) => Math.log(sigma));
  const name = config._class_name;
  const spacing = sigmaSpacing(config);
  let timesteps: number[];
  let sigmas: number[];
  if (spacing !== undefined && (spacing !== 'lu' || name === 'DPMSolverMultistepScheduler')) {
    sigmas = spaceSigmas(spacing, config, table.at(-1)!, table[0]!, steps);
    const rounds =
      spacing === 'karras' || spacing === 'lu'
        ? name !== 'DPMSolverMultistepScheduler' || config.beta_schedule !== 'squaredcos_cap_v2'
        : false;
    timesteps = sigmas.map((sigma) => sigmaToTimestep(sigma, logs)).map(rounds ? roundHalfEven : Math.trunc);
  } else if (config.use_flow_sigmas) {
    const shift = config.flow_shift ?? 1;
    const total = config.num_train_timesteps;
    const unshifted =
      name === 'UniPCMultistepScheduler'
        ? linspace(1, 1 / total, steps + 1).slice(0, -1)
        : linspace(1, 1 / total, steps + 1)
            .map((alpha) => 1 - alpha)
            .reverse()
            .slice(0, -1);
    sigmas = unshifted.map((sigma) => (shift * sigma) / (1 + (shift - 1) * sigma));
    if (name === 'UniPCMultistepScheduler' && Math.abs(sigmas[0]! - 1) < 1e-6) sigmas[0]! -= 1e-6;
    timesteps = sigmas.map((sigma) => sigma * total);
  } else {
    const spaced =
      name === 'DPMSolverSinglestepScheduler' ? { ...config, timestep_spacing: 'linspace' as const } : config;
    timesteps = solverTimesteps(spaced, steps, lastTimestep(config, bars));
    sigmas = timesteps.map((timestep) => interpolate(table, timestep));
  }
  const all = [...sigmas, solverEnd(config, sigmas, table[0]!)].map(f32);
  return { timesteps: timesteps.map(Math.trunc), sigmas: all, noising: 'solver', initNoiseSigma: 1 };
}

/** Timesteps whose log signal-to-noise ratio lies below `lambda_min_clipped` are left out. */
function lastTimestep(config: SchedulerConfig, bars: Float32Array): number {
  const limit = config.lambda_min_clipped;
  const name = config._class_name;
  const clips = name === 'DPMSolverMultistepScheduler' || name === 'DPMSolverSinglestepScheduler';
  if (!clips || typeof limit !== 'number') return config.num_train_timesteps;
  const below = bars.filter((bar) => f32(Math.log(Math.sqrt(bar)) - Math.log(Math.sqrt(1 - bar))) < limit);
  return config.num_train_timesteps - below.length;
}

function solverEnd(config: SchedulerConfig, sigmas: readonly number[], smallest: number): number {
  const spaced = sigmaSpacing(config) !== undefined || config.use_flow_sigmas === true;
  if (config._class_name === 'DEISMultistepScheduler') return spaced ? sigmas.at(-1)! : smallest;
  if (config.final_sigmas_type === 'zero') return 0;
  return config._class_name === 'UniPCMultistepScheduler' && spaced ? sigmas.at(-1)! : smallest;
}
