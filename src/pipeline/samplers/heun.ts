import { invariant } from '../../errors.ts';
import { clamp, type Tensor, zip } from '../tensor/tensor.ts';
import { advance, cleanAtSigma, sigmaAt, slopeAtSigma } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Heun's method: an Euler step, then again with the mean of both slopes. @see Karras et al. 2022, algorithm 1 */
export const heun: Sampler = (schedule) => {
  const { config } = schedule;
  let first: { latents: Tensor; slope: Tensor; distance: number } | undefined;

  return (output, latents, index) => {
    const sigma = sigmaAt(schedule, index);
    const clean = cleanAtSigma(config, output, latents, sigma);
    const limit = config.clip_sample_range;
    const slope = slopeAtSigma(latents, config.clip_sample ? clamp(clean, -limit, limit) : clean, sigma);
    if ((index - schedule.begin) % 2 === 0) {
      const distance = sigmaAt(schedule, index + 1) - sigma;
      first = { latents, slope, distance };
      return advance(latents, slope, distance);
    }
    invariant(first, 'the second evaluation needs the first');
    const mean = zip(first.slope, slope, (a, b) => Math.fround(a + b) / 2);
    return advance(first.latents, mean, first.distance);
  };
};
