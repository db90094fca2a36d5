import { advance, cleanAtSigma, sigmaAt, slopeAtSigma } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Euler's method. @see Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithm 2 without churn */
export const euler: Sampler = (schedule) => (output, latents, index) => {
  const sigma = sigmaAt(schedule, index);
  const clean = cleanAtSigma(schedule.config, output, latents, sigma);
  return advance(latents, slopeAtSigma(latents, clean, sigma), sigmaAt(schedule, index + 1) - sigma);
};
