import { invariant } from '../../errors.ts';
import { clamp, mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtSigma, sigmaAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Heun's method: an Euler step, then again with the mean of both slopes. @see Karras et al. 2022, algorithm 1 */
export const heun: Sampler = (schedule) => {
  const { config } = schedule;
  let first: { latents: Tensor; slope: Tensor; distance: number } | undefined;

  const slopeAt = (output: Tensor, latents: Tensor, sigma: number) => {
    const clean = cleanAtSigma(config, output, latents, sigma);
    const limited = config.clip_sample
      ? clamp(clean, -config.clip_sample_range, config.clip_sample_range)
      : clean;
    return mix([1 / sigma, latents], [-1 / sigma, limited]);
  };

  return (output, latents, index) => {
    if (index % 2 === 0) {
      const sigma = sigmaAt(schedule, index);
      const distance = sigmaAt(schedule, index + 1) - sigma;
      const slope = slopeAt(output, latents, sigma);
      first = { latents, slope, distance };
      return mix([1, latents], [distance, slope]);
    }
    invariant(first, 'the second evaluation needs the first');
    const slope = slopeAt(output, latents, sigmaAt(schedule, index));
    return mix([1, first.latents], [first.distance / 2, first.slope], [first.distance / 2, slope]);
  };
};
