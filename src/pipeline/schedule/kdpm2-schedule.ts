import type { SchedulerConfig } from './config.ts';
import { roundHalfEven } from './numpy.ts';
import { initNoise, spacedSigmas, type WholeSchedule } from './sigma-schedules.ts';
import { sigmaToTimestep, sigmaToTimestepFloat32 } from './sigma-spacing.ts';

const f32 = Math.fround;

/** The first value once, all others twice, and the last once more. */
function stretch(values: readonly number[]): number[] {
  return [values[0]!, ...values.slice(1).flatMap((value) => [value, value]), values.at(-1)!];
}

/** The geometric mean of two levels, zero beside a zero one. */
function middle(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const logB = f32(Math.log(b));
  return f32(Math.exp(f32(logB - f32(f32(logB - f32(Math.log(a))) * 0.5))));
}

function interleave(timesteps: readonly number[], between: readonly number[]): number[] {
  return [timesteps[0]!, ...timesteps.slice(1).flatMap((timestep, i) => [between[i]!, timestep])].map(f32);
}

/** KDPM2 and KDPM2 ancestral: a second evaluation between two levels. */
export function kdpm2Schedule(config: SchedulerConfig, bars: Float32Array, steps: number): WholeSchedule {
  const spaced = spacedSigmas(config, bars, steps);
  const timesteps = config.use_karras_sigmas ? spaced.timesteps.map(roundHalfEven) : spaced.timesteps;
  const single = [...spaced.sigmas, 0].map(f32);
  const sigmas = stretch(single);
  const base = { sigmas, noising: 'sigma' as const, initNoiseSigma: initNoise(config, sigmas) };
  return config._class_name === 'KDPM2AncestralDiscreteScheduler'
    ? { ...base, ...ancestral(timesteps, single, sigmas, spaced.logs) }
    : { ...base, ...deterministic(timesteps, single, sigmas, spaced.logs) };
}

function deterministic(
  timesteps: readonly number[],
  single: readonly number[],
  sigmas: readonly number[],
  logs: Float32Array,
) {
  const interpolated = single.map((sigma, i) => middle(sigma, single[i - 1] ?? 0));
  const between = interpolated.slice(1, -1).map((sigma) => sigmaToTimestep(sigma, logs));
  const stretched = stretch(interpolated);
  return {
    timesteps: interleave(timesteps, between),
    inputSigmas: sigmas.map((sigma, i) => (i % 2 === 0 ? sigma : stretched[i]!)),
    between: { interpolated: stretched },
  };
}

function ancestral(
  timesteps: readonly number[],
  single: readonly number[],
  sigmas: readonly number[],
  logs: Float32Array,
) {
  const last = single.length - 1;
  const next = [...single.slice(1), 0];
  const up = single.map((sigma, i) => ancestralUp(sigma, next[i]!));
  const down = single.map((_, i) => (i === last ? 0 : ancestralDown(next[i]!, up[i]!)));
  const interpolated = single.map((sigma, i) => (i >= last - 1 ? 0 : middle(sigma, down[i]!)));
  const between = interpolated.slice(0, -2).map((sigma) => sigmaToTimestepFloat32(sigma, logs));
  const stretched = stretch(interpolated);
  return {
    timesteps: interleave(timesteps, between),
    inputSigmas: sigmas.map((sigma, i) => (i % 2 === 0 ? sigma : stretched[i - 1]!)),
    between: { interpolated: stretched, up: stretch(up), down: stretch(down) },
  };
}

/**
 * The noise that an ancestral step adds back. In float32 step by step, because both shares are small differences of
 * squares whose rounding shows in the picture.
 * @see Song et al. 2020; k-diffusion `get_ancestral_step` with η = 1
 */
export function ancestralUp(from: number, to: number): number {
  if (from === 0) return 0;
  const square = f32(to * to);
  const fromSquare = f32(from * from);
  return f32(Math.sqrt(Math.max(0, f32(f32(square * f32(fromSquare - square)) / fromSquare))));
}

/** The level that an ancestral step goes down to before noise is added. */
export function ancestralDown(to: number, up: number): number {
  return f32(Math.sqrt(Math.max(0, f32(f32(to * to) - f32(up * up)))));
}
