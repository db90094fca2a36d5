import { ancestralDown, ancestralUp } from '../schedule/kdpm2-schedule.ts';
import { advance, cleanAtSigma, sigmaAt, slopeAtSigma } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Euler's method down to a lower level, then noise up to the wanted one. @see k-diffusion `sample_euler_ancestral` */
export const eulerAncestral: Sampler = (schedule, noise) => (output, latents, index) => {
  const sigma = sigmaAt(schedule, index);
  const next = sigmaAt(schedule, index + 1);
  const up = ancestralUp(sigma, next);
  const clean = cleanAtSigma(schedule.config, output, latents, sigma);
  const lower = advance(latents, slopeAtSigma(latents, clean, sigma), ancestralDown(next, up) - sigma);
  return advance(lower, noise(), up);
};
