import { mix } from '../tensor/tensor.ts';
import { sigmaAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Euler's method along a rectified flow; the model predicts the velocity from clean to noise. */
export const flowEuler: Sampler = (schedule, noise) => (output, latents, index) => {
  const sigma = sigmaAt(schedule, index);
  const next = sigmaAt(schedule, index + 1);
  if (schedule.config.stochastic_sampling) {
    return mix([1 - next, latents], [-(1 - next) * sigma, output], [next, noise()]);
  }
  return mix([1, latents], [next - sigma, output]);
};
