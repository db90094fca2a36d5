import { mix } from '../tensor/tensor.ts';
import { alphaBar, cleanAtAlpha, noiseAtAlpha } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** How much of each step is made with fresh noise when the schedule does not say. */
const ETA = 0.3;

/** Trajectory consistency distillation. @see Zheng et al. 2024, https://arxiv.org/abs/2402.19159 */
export const tcd: Sampler = (schedule, noise) => (output, latents, index) => {
  const { config, timesteps, eta = ETA } = schedule;
  const next = timesteps[index + 1];
  const previous = next ?? 0;
  const bar = alphaBar(schedule, timesteps[index]!);
  const barPrevious = alphaBar(schedule, previous);
  const barBetween = alphaBar(schedule, Math.floor(Math.fround(Math.fround(1 - eta) * previous)));
  const alpha = Math.sqrt(bar);
  const sigma = Math.sqrt(1 - bar);
  const clean = cleanAtAlpha(config, output, latents, alpha, sigma);
  const predicted = noiseAtAlpha(config, output, latents, alpha, sigma);
  const between = mix([Math.sqrt(barBetween), clean], [Math.sqrt(1 - barBetween), predicted]);
  if (next === undefined || eta === 0) return between;
  const ratio = barPrevious / barBetween;
  return mix([Math.sqrt(ratio), between], [Math.sqrt(1 - ratio), noise()]);
};
