import { invariant } from '../../errors.ts';
import type { SchedulerConfig } from '../schedule/config.ts';
import { alphaSigma, type Schedule } from '../schedule/schedule.ts';
import { clamp, mix, sizeOf, type Tensor, zip } from '../tensor/tensor.ts';

const f32 = Math.fround;

/**
 * The clean latents that a model output means, in the variance-exploding form (x = clean + σ·noise). Each operation
 * rounds to float32 as torch's does, because a σ of thousands (zero terminal SNR) leaves few digits of the picture.
 */
export function cleanAtSigma(
  config: SchedulerConfig,
  output: Tensor,
  latents: Tensor,
  sigma: number,
): Tensor {
  switch (config.prediction_type) {
    case 'v_prediction': {
      const variance = f32(f32(sigma * sigma) + 1);
      const share = f32(-sigma / f32(Math.sqrt(variance)));
      return zip(output, latents, (o, x) => f32(o * share) + f32(x / variance));
    }
    case 'sample':
      return output;
    case 'epsilon':
    case 'flow_prediction':
      return zip(output, latents, (o, x) => x - f32(sigma * o));
  }
}

/** The slope dx/dσ of the probability-flow ODE. @see Karras et al. 2022, https://arxiv.org/abs/2206.00364, equation 4 */
export function slopeAtSigma(latents: Tensor, clean: Tensor, sigma: number): Tensor {
  return zip(latents, clean, (x, c) => f32(x - c) / sigma);
}

/** One step along a slope. */
export function advance(latents: Tensor, slope: Tensor, distance: number): Tensor {
  const by = f32(distance);
  return zip(latents, slope, (x, d) => x + f32(d * by));
}

/** The clean latents that a model output means, in the variance-preserving form (x = α·clean + σ·noise). */
export function cleanAtAlpha(
  config: SchedulerConfig,
  output: Tensor,
  latents: Tensor,
  alpha: number,
  sigma: number,
): Tensor {
  switch (config.prediction_type) {
    case 'epsilon':
      // Divides last: at a level without signal the limits of `limitClean` then still apply to ±∞.
      return over(mix([1, latents], [-sigma, output]), alpha);
    case 'v_prediction':
      return mix([alpha, latents], [-sigma, output]);
    case 'sample':
      return output;
    case 'flow_prediction':
      return mix([1, latents], [-sigma, output]);
  }
}

function over(input: Tensor, divisor: number): Tensor {
  return { dims: input.dims, data: input.data.map((value) => value / divisor) };
}

/** The noise that a model output means, in the variance-preserving form. */
export function noiseAtAlpha(
  config: SchedulerConfig,
  output: Tensor,
  latents: Tensor,
  alpha: number,
  sigma: number,
): Tensor {
  switch (config.prediction_type) {
    case 'v_prediction':
      return mix([alpha, output], [sigma, latents]);
    case 'sample':
      return mix([1 / sigma, latents], [-alpha / sigma, output]);
    case 'epsilon':
    case 'flow_prediction':
      return output;
  }
}

/** Clean latents limited as the config wants: by dynamic thresholding or by a fixed range. */
export function limitClean(config: SchedulerConfig, clean: Tensor): Tensor {
  if (config.thresholding)
    return threshold(clean, config.dynamic_thresholding_ratio, config.sample_max_value);
  return config.clip_sample ? clamp(clean, -config.clip_sample_range, config.clip_sample_range) : clean;
}

/**
 * Dynamic thresholding: the limit of each picture is a quantile of its absolute values, and it is scaled back by it.
 * @see Saharia et al. 2022 (Imagen), https://arxiv.org/abs/2205.11487
 */
export function threshold(clean: Tensor, ratio: number, maximum: number): Tensor {
  const size = sizeOf(clean.dims.slice(1));
  const out = new Float32Array(clean.data.length);
  for (let start = 0; start < out.length; start += size) {
    const picture = clean.data.subarray(start, start + size);
    const sorted = picture.map(Math.abs).sort();
    const at = ratio * (size - 1);
    const low = sorted[Math.floor(at)]!;
    const quantile = low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
    const limit = Math.min(maximum, Math.max(1, quantile));
    for (let i = 0; i < size; i++) out[start + i] = Math.min(limit, Math.max(-limit, picture[i]!)) / limit;
  }
  return { dims: clean.dims, data: out };
}

/** A schedule's sigma, which samplers of the sigma family always have. */
export function sigmaAt(schedule: Schedule, index: number): number {
  const sigma = schedule.sigmas?.[index];
  invariant(sigma !== undefined, `the schedule has no sigma ${index}`);
  return sigma;
}

/** Shares of signal and noise and half the log signal-to-noise ratio at one level of a solver's schedule. */
export interface Level {
  alpha: number;
  sigma: number;
  /** λ = log α − log σ; infinite at the clean end. */
  lambda: number;
  /** The schedule's own sigma, from which the shares come. */
  raw: number;
}

/** A level as torch computes it: each operation in float32, for steps are differences of λ. */
export function levelAt(schedule: Schedule, index: number): Level {
  const raw = sigmaAt(schedule, index);
  const { alpha, sigma } = alphaSigma(raw, schedule.config);
  return { alpha, sigma, raw, lambda: f32(f32(Math.log(alpha)) - f32(Math.log(sigma))) };
}

/** The clean latents that a model output means at a solver's level. */
export function cleanAtLevel(config: SchedulerConfig, output: Tensor, latents: Tensor, level: Level): Tensor {
  if (config.prediction_type === 'flow_prediction') return mix([1, latents], [-level.raw, output]);
  return cleanAtAlpha(config, output, latents, level.alpha, level.sigma);
}

/** ᾱ of a timestep; before the first one the clean end, which is 1 or the first ᾱ by `set_alpha_to_one`. */
export function alphaBar(schedule: Schedule, timestep: number): number {
  if (timestep >= 0) return schedule.alphasCumprod[timestep]!;
  return schedule.config.set_alpha_to_one ? 1 : schedule.alphasCumprod[0]!;
}

/** The clean latents that a model output means at one entry of a schedule, whatever its form. */
export function cleanLatents(schedule: Schedule, output: Tensor, latents: Tensor, index: number): Tensor {
  const { config } = schedule;
  switch (schedule.noising) {
    case 'sigma':
      return cleanAtSigma(config, output, latents, schedule.inputSigmas?.[index] ?? sigmaAt(schedule, index));
    case 'flow':
      return mix([1, latents], [-sigmaAt(schedule, index), output]);
    case 'solver':
      return cleanAtLevel(config, output, latents, levelAt(schedule, index));
    case 'alpha': {
      const bar = alphaBar(schedule, schedule.timesteps[index]!);
      return cleanAtAlpha(config, output, latents, Math.sqrt(bar), Math.sqrt(1 - bar));
    }
  }
}
