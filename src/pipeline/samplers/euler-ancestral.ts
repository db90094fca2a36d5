import { ancestralDown, ancestralUp } from '../schedule/sigma-schedules.ts';
import { mix } from '../tensor/tensor.ts';
import { cleanAtSigma, sigmaAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Euler's method down to a lower level, then noise up to the wanted one. @see k-diffusion `sample_euler_ancestral` */
export const eulerAncestral: Sampler = (schedule, noise) => (output, latents, index) => {
  const sigma = sigmaAt(schedule, index);
  const next = sigmaAt(schedule, index + 1);
  const up = ancestralUp(sigma, next);
  const ratio = ancestralDown(next, up) / sigma;
  const clean = cleanAtSigma(schedule.config, output, latents, sigma);
  return mix([ratio, latents], [1 - ratio, clean], [up, noise()]);
};
