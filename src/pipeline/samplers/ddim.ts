import { mix } from '../tensor/tensor.ts';
import { alphaBar, cleanAtAlpha, limitClean, noiseAtAlpha } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/**
 * DDIM; with η > 0 part of each step's noise is fresh, up to DDPM's share at η = 1.
 * @see Song et al. 2020, https://arxiv.org/abs/2010.02502, equations 12 and 16
 */
export const ddim: Sampler = (schedule, noise) => (output, latents, index) => {
  const { config, eta = 0 } = schedule;
  const timestep = schedule.timesteps[index]!;
  const previous = timestep - Math.floor(config.num_train_timesteps / schedule.steps);
  const bar = alphaBar(schedule, timestep);
  const barPrevious = alphaBar(schedule, previous);
  const alpha = Math.sqrt(bar);
  const sigma = Math.sqrt(1 - bar);
  const clean = limitClean(config, cleanAtAlpha(config, output, latents, alpha, sigma));
  const predicted = noiseAtAlpha(config, output, latents, alpha, sigma);
  const fresh = eta * Math.sqrt(((1 - barPrevious) / (1 - bar)) * (1 - bar / barPrevious));
  const kept = Math.sqrt(1 - barPrevious - fresh ** 2);
  const stepped = mix([Math.sqrt(barPrevious), clean], [kept, predicted]);
  return eta > 0 ? mix([1, stepped], [fresh, noise()]) : stepped;
};
