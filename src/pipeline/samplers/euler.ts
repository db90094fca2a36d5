import { mix } from '../tensor/tensor.ts';
import { cleanAtSigma, sigmaAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Euler's method. @see Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithm 2 without churn */
export const euler: Sampler = (schedule) => (output, latents, index) => {
  const sigma = sigmaAt(schedule, index);
  const ratio = sigmaAt(schedule, index + 1) / sigma;
  const clean = cleanAtSigma(schedule.config, output, latents, sigma);
  return mix([ratio, latents], [1 - ratio, clean]);
};
