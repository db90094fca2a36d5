import { type Tensor, zip } from '../tensor/tensor.ts';
import type { SchedulerConfig } from './config.ts';

const f32 = Math.fround;

/**
 * A schedule is data: which noise levels a picture passes through, and how noise and model input follow from them.
 *
 * - **timesteps**: what the model is told, descending; one entry a model call.
 * - **sigmas**: noise levels, one more than timesteps (two-evaluation samplers list each level twice); absent where
 *   the sampler works on ᾱ alone.
 * - **begin**: the first entry that runs; image-to-image leaves out what lies before it.
 */
export interface Schedule {
  readonly config: SchedulerConfig;
  /** ᾱ of every training timestep. */
  readonly alphasCumprod: Float32Array;
  /** Length of the whole schedule in steps, before `strength`. */
  readonly steps: number;
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[] | undefined;
  readonly begin: number;
  /** How noise is mixed into clean latents. */
  readonly noising: 'sigma' | 'solver' | 'alpha' | 'flow';
  /** Sigmas by which each entry's input is scaled down; absent where the input goes in as it is. */
  readonly inputSigmas?: readonly number[];
  /** Pure noise is multiplied by this before the first step. */
  readonly initNoiseSigma: number;
  /** KDPM2: the levels between. */
  readonly between?: { interpolated: readonly number[]; up?: readonly number[]; down?: readonly number[] };
  /** Share of fresh noise a step, 0 to 1, for DDIM (0 when absent) and TCD (0.3 when absent). */
  readonly eta?: number;
  /** PNDM: the Runge-Kutta warm-up's entries at the start of `timesteps`. */
  readonly warmUp?: readonly number[];
}

/** The entries that run. */
export function executedTimesteps(schedule: Schedule): number[] {
  return schedule.timesteps.slice(schedule.begin);
}

/** The signal's and the noise's share at a sigma of the variance-exploding form: `1/√(σ²+1)` and `σ/√(σ²+1)`. */
export function alphaSigma(sigma: number, config: SchedulerConfig): { alpha: number; sigma: number } {
  if (config.use_flow_sigmas) return { alpha: f32(1 - sigma), sigma };
  const alpha = f32(1 / f32(Math.sqrt(f32(f32(sigma * sigma) + 1))));
  return { alpha, sigma: f32(sigma * alpha) };
}

/**
 * Mixes noise into clean latents at the level of one entry.
 * @param index into `timesteps`; one past the end is the clean end
 */
export function addNoise(schedule: Schedule, clean: Tensor, noise: Tensor, index: number): Tensor {
  const sigma = schedule.sigmas?.[index] ?? 0;
  switch (schedule.noising) {
    case 'sigma':
      return blend(1, clean, sigma, noise);
    case 'flow':
      return blend(1 - sigma, clean, sigma, noise);
    case 'solver': {
      const share = alphaSigma(sigma, schedule.config);
      return blend(share.alpha, clean, share.sigma, noise);
    }
    case 'alpha': {
      const bar = schedule.alphasCumprod[schedule.timesteps[index]!]!;
      return blend(Math.sqrt(bar), clean, Math.sqrt(f32(1 - bar)), noise);
    }
  }
}

/** a·x + b·y, each operation rounded to float32 as torch does. */
function blend(a: number, x: Tensor, b: number, y: Tensor): Tensor {
  const [left, right] = [f32(a), f32(b)];
  return zip(x, y, (u, v) => f32(left * u) + f32(right * v));
}

/** The latents as the model wants them at one entry. */
export function scaleModelInput(schedule: Schedule, latents: Tensor, index: number): Tensor {
  const sigma = schedule.inputSigmas?.[index];
  if (sigma === undefined) return latents;
  const scale = f32(Math.sqrt(f32(f32(sigma * sigma) + 1)));
  return { dims: latents.dims, data: latents.data.map((value) => value / scale) };
}

/** The noise level of one entry relative to the signal, for progress displays. */
export function noiseLevel(schedule: Schedule, index: number): number {
  if (schedule.sigmas) return schedule.sigmas[index] ?? 0;
  const timestep = schedule.timesteps[index];
  const bar = timestep === undefined ? 1 : (schedule.alphasCumprod[timestep] ?? 1);
  return Math.sqrt((1 - bar) / bar);
}
