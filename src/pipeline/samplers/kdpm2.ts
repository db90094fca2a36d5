import { invariant } from '../../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { advance, cleanAtSigma, sigmaAt, slopeAtSigma } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/**
 * DPM-Solver-2 in Karras' form: a look at the level between, then the whole step with what was seen there. The
 * ancestral form goes further down and adds noise.
 * @see k-diffusion `sample_dpm_2`, `sample_dpm_2_ancestral`
 */
export const kdpm2: Sampler = (schedule, noise) => {
  const { config, between } = schedule;
  invariant(between, 'KDPM2 needs the levels between');
  let start: Tensor | undefined;

  return (output, latents, index) => {
    if (index % 2 === 0) {
      const sigma = sigmaAt(schedule, index);
      const middle = between.interpolated[between.up ? index : index + 1]!;
      start = latents;
      const clean = cleanAtSigma(config, output, latents, sigma);
      return advance(latents, slopeAtSigma(latents, clean, sigma), middle - sigma);
    }
    invariant(start, 'the second evaluation needs the first');
    const from = sigmaAt(schedule, index - 1);
    const middle = between.interpolated[between.up ? index - 1 : index]!;
    const to = between.down ? between.down[index - 1]! : sigmaAt(schedule, index);
    const clean = cleanAtSigma(config, output, latents, middle);
    const stepped = advance(start, slopeAtSigma(latents, clean, middle), to - from);
    return between.up ? advance(stepped, noise(), between.up[index - 1]!) : stepped;
  };
};
