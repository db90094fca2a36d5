import { invariant } from '../../errors.ts';
import type { SchedulerConfig } from '../schedule/config.ts';
import { alphaSigma, type Schedule } from '../schedule/schedule.ts';
import { clamp, mix, sizeOf, type Tensor } from '../tensor/tensor.ts';

/** The clean latents that a model output means, in the variance-exploding form (x = clean + σ·noise). */
export function cleanAtSigma(
  config: SchedulerConfig,
  output: Tensor,
  latents: Tensor,
  sigma: number,
): Tensor {
  switch (config.prediction_type) {
    case 'epsilon':
      return mix([1, latents], [-sigma, output]);
    case 'v_prediction':
      return mix([-sigma / Math.sqrt(sigma * sigma + 1), output], [1 / (sigma * sigma + 1), latents]);
    case 'sample':
      return output;
    case 'flow_prediction':
      return mix([1, latents], [-sigma, output]);
  }
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
      return mix([1 / alpha, latents], [-sigma / alpha, output]);
    case 'v_prediction':
      return mix([alpha, latents], [-sigma, output]);
    case 'sample':
      return output;
    case 'flow_prediction':
      return mix([1, latents], [-sigma, output]);
  }
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
}

export function levelAt(schedule: Schedule, index: number): Level {
  const { alpha, sigma } = alphaSigma(sigmaAt(schedule, index), schedule.config);
  return { alpha, sigma, lambda: Math.log(alpha) - Math.log(sigma) };
}

/** ᾱ of a timestep; before the first one the clean end, which is 1 or the first ᾱ by `set_alpha_to_one`. */
export function alphaBar(schedule: Schedule, timestep: number): number {
  if (timestep >= 0) return schedule.alphasCumprod[timestep]!;
  return schedule.config.set_alpha_to_one ? 1 : schedule.alphasCumprod[0]!;
}
