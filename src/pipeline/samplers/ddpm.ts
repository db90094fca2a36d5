import { mix } from '../tensor/tensor.ts';
import { cleanAtAlpha, limitClean } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/** Ancestral sampling. @see Ho et al. 2020, https://arxiv.org/abs/2006.11239, equations 6 and 7 */
export const ddpm: Sampler = (schedule, noise) => (output, latents, index) => {
  const { config, alphasCumprod, timesteps } = schedule;
  const timestep = timesteps[index]!;
  const previous = timesteps[index + 1] ?? -1;
  const bar = alphasCumprod[timestep]!;
  const barPrevious = previous >= 0 ? alphasCumprod[previous]! : 1;
  const beta = 1 - bar / barPrevious;
  const clean = limitClean(config, cleanAtAlpha(config, output, latents, Math.sqrt(bar), Math.sqrt(1 - bar)));
  const mean = mix(
    [(Math.sqrt(barPrevious) * beta) / (1 - bar), clean],
    [(Math.sqrt(1 - beta) * (1 - barPrevious)) / (1 - bar), latents],
  );
  if (timestep <= 0) return mean;
  const small = Math.max(((1 - barPrevious) / (1 - bar)) * beta, 1e-20);
  return mix([1, mean], [spread(config.variance_type, small, beta), noise()]);
};

/** The noise's standard deviation by the config's `variance_type`. */
function spread(type: string | undefined, small: number, beta: number): number {
  if (type === 'fixed_large') return Math.sqrt(beta);
  // diffusers takes the square root of the logarithm here; kept, so that the same config gives the same picture.
  if (type === 'fixed_large_log') return Math.sqrt(Math.log(beta));
  return Math.sqrt(small);
}
