import { mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtSigma, sigmaAt, slopeAtSigma } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const ORDER = 4;
/** Gauss-Legendre points and weights on [-1, 1], exact to degree 7; the integrands have degree 3 at most. */
const GAUSS = [
  [-0.8611363115940526, 0.34785484513745385],
  [-0.33998104358485626, 0.6521451548625461],
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385],
] as const;

/** Linear multistep of order 4 over sigmas. @see k-diffusion `sample_lms` */
export const lms: Sampler = (schedule) => {
  const slopes: Tensor[] = [];

  /** The integral over this step of the polynomial that is 1 at the slope of `which` levels ago and 0 at the others. */
  const coefficient = (order: number, index: number, which: number): number => {
    const from = sigmaAt(schedule, index);
    const to = sigmaAt(schedule, index + 1);
    const value = (tau: number) => {
      let product = 1;
      for (let k = 0; k < order; k++) {
        if (k === which) continue;
        const other = sigmaAt(schedule, index - k);
        product *= (tau - other) / (sigmaAt(schedule, index - which) - other);
      }
      return product;
    };
    const half = (to - from) / 2;
    return GAUSS.reduce((sum, [point, weight]) => sum + weight * value(from + half * (point + 1)), 0) * half;
  };

  return (output, latents, index) => {
    const sigma = sigmaAt(schedule, index);
    const clean = cleanAtSigma(schedule.config, output, latents, sigma);
    slopes.unshift(slopeAtSigma(latents, clean, sigma));
    slopes.length = Math.min(slopes.length, ORDER);
    // The order counts entries of the whole schedule, also those that image-to-image leaves out, as diffusers does.
    const order = Math.min(index + 1, ORDER);
    return mix(
      [1, latents],
      ...slopes.slice(0, order).map((slope, k) => [coefficient(order, index, k), slope] as const),
    );
  };
};
