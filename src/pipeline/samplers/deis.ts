import { mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtAlpha, levelAt, threshold } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/**
 * DEIS, multistep in log ρ, order 1 to 3.
 * @see Zhang & Chen 2022, https://arxiv.org/abs/2204.13902
 */
export const deis: Sampler = (schedule) => {
  const { config } = schedule;
  const length = schedule.timesteps.length;
  const short = config.lower_order_final && length < 15;
  const history: Tensor[] = [];
  const rho = (index: number) => {
    const level = levelAt(schedule, index);
    return level.sigma / level.alpha;
  };

  const orderAt = (index: number): number => {
    if (index === length - 1 && short) return 1;
    return Math.min(config.solver_order, history.length, index === length - 2 && short ? 2 : 3);
  };

  return (output, latents, index) => {
    const from = levelAt(schedule, index);
    const to = levelAt(schedule, index + 1);
    let clean = cleanAtAlpha(config, output, latents, from.alpha, from.sigma);
    if (config.thresholding)
      clean = threshold(clean, config.dynamic_thresholding_ratio, config.sample_max_value);
    history.unshift(mix([1 / from.sigma, latents], [-from.alpha / from.sigma, clean]));
    history.length = Math.min(history.length, config.solver_order);
    const [m0, m1, m2] = history as [Tensor, Tensor, Tensor];
    const order = orderAt(index);
    if (order === 1) {
      const growth = Math.expm1(to.lambda - from.lambda);
      return mix([to.alpha / from.alpha, latents], [-to.sigma * growth, m0]);
    }
    const t = rho(index + 1);
    const s0 = rho(index);
    const s1 = rho(index - 1);
    const terms: [number, Tensor][] = [[to.alpha / from.alpha, latents]];
    if (order === 2) {
      terms.push([to.alpha * (second(t, s0, s1) - second(s0, s0, s1)), m0]);
      terms.push([to.alpha * (second(t, s1, s0) - second(s0, s1, s0)), m1]);
    } else {
      const s2 = rho(index - 2);
      terms.push([to.alpha * (third(t, s0, s1, s2) - third(s0, s0, s1, s2)), m0]);
      terms.push([to.alpha * (third(t, s1, s2, s0) - third(s0, s1, s2, s0)), m1]);
      terms.push([to.alpha * (third(t, s2, s0, s1) - third(s0, s2, s0, s1)), m2]);
    }
    return mix(...terms);
  };
};

/** Antiderivative of the linear Lagrange polynomial in log ρ that is 1 at b and 0 at c. */
function second(t: number, b: number, c: number): number {
  return (t * (-Math.log(c) + Math.log(t) - 1)) / (Math.log(b) - Math.log(c));
}

/** Antiderivative of the quadratic Lagrange polynomial in log ρ that is 1 at b and 0 at c and d. */
function third(t: number, b: number, c: number, d: number): number {
  const [lt, lb, lc, ld] = [t, b, c, d].map(Math.log) as [number, number, number, number];
  const numerator = t * (lc * (ld - lt + 1) - ld * lt + ld + lt ** 2 - 2 * lt + 2);
  return numerator / ((lb - lc) * (lb - ld));
}
