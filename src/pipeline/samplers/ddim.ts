import { mix } from '../tensor/tensor.ts';
import { alphaBar, cleanAtAlpha, limitClean, noiseAtAlpha } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Deterministic DDIM (η = 0). @see Song et al. 2020, https://arxiv.org/abs/2010.02502, equation 12 */
export const ddim: Sampler = (schedule) => (output, latents, index) => {
  const { config } = schedule;
  const timestep = schedule.timesteps[index]!;
  const previous = timestep - Math.floor(config.num_train_timesteps / schedule.steps);
  const bar = alphaBar(schedule, timestep);
  const barPrevious = alphaBar(schedule, previous);
  const alpha = Math.sqrt(bar);
  const sigma = Math.sqrt(1 - bar);
  const clean = limitClean(config, cleanAtAlpha(config, output, latents, alpha, sigma));
  const noise = noiseAtAlpha(config, output, latents, alpha, sigma);
  return mix([Math.sqrt(barPrevious), clean], [Math.sqrt(1 - barPrevious), noise]);
};
