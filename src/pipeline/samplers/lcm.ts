import { mix } from '../tensor/tensor.ts';
import { alphaBar, cleanAtAlpha, limitClean } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const SIGMA_DATA = 0.5;

/** Latent consistency: jump to the clean picture, then fresh noise for the next level. @see Luo et al. 2023, https://arxiv.org/abs/2310.04378 */
export const lcm: Sampler = (schedule, noise) => (output, latents, index) => {
  const { config, timesteps } = schedule;
  const timestep = timesteps[index]!;
  const bar = alphaBar(schedule, timestep);
  const clean = limitClean(config, cleanAtAlpha(config, output, latents, Math.sqrt(bar), Math.sqrt(1 - bar)));
  const scaled = timestep * config.timestep_scaling;
  const spread = scaled ** 2 + SIGMA_DATA ** 2;
  const denoised = mix([scaled / Math.sqrt(spread), clean], [SIGMA_DATA ** 2 / spread, latents]);
  const next = timesteps[index + 1];
  if (next === undefined) return denoised;
  const barNext = alphaBar(schedule, next);
  return mix([Math.sqrt(barNext), denoised], [Math.sqrt(1 - barNext), noise()]);
};
