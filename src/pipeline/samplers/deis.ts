import { mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtLevel, type Level, levelAt, threshold } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const f32 = Math.fround;

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
    return f32(level.sigma / level.alpha);
  };

  const orderAt = (index: number): number => {
    if (index === length - 1 && short) return 1;
    return Math.min(config.solver_order, history.length, index === length - 2 && short ? 2 : 3);
  };

  const data = (output: Tensor, latents: Tensor, level: Level): Tensor => {
    const clean = cleanAtLevel(config, output, latents, level);
    const limited = config.thresholding
      ? threshold(clean, config.dynamic_thresholding_ratio, config.sample_max_value)
      : clean;
    // diffusers divides by the schedule's own sigma where the model predicts a velocity.
    const sigma = config.prediction_type === 'flow_prediction' ? level.raw : level.sigma;
    return mix([1 / sigma, latents], [-level.alpha / sigma, limited]);
  };

  return (output, latents, index) => {
    const from = levelAt(schedule, index);
    const to = levelAt(schedule, index + 1);
    history.unshift(data(output, latents, from));
    history.length = Math.min(history.length, config.solver_order);
    const [m0, m1, m2] = history as [Tensor, Tensor, Tensor];
    const order = orderAt(index);
    const kept = to.alpha / from.alpha;
    if (order === 1) {
      const growth = Math.expm1(f32(to.lambda - from.lambda));
      return mix([kept, latents], [-to.sigma * growth, m0]);
    }
    const t = rho(index + 1);
    const s0 = rho(index);
    const s1 = rho(index - 1);
    if (order === 2) {
      const c0 = f32(second(t, s0, s1) - second(s0, s0, s1));
      const c1 = f32(second(t, s1, s0) - second(s0, s1, s0));
      return mix([kept, latents], [to.alpha * c0, m0], [to.alpha * c1, m1]);
    }
    const s2 = rho(index - 2);
    const c0 = f32(third(t, s0, s1, s2) - third(s0, s0, s1, s2));
    const c1 = f32(third(t, s1, s2, s0) - third(s0, s1, s2, s0));
    const c2 = f32(third(t, s2, s0, s1) - third(s0, s2, s0, s1));
    return mix([kept, latents], [to.alpha * c0, m0], [to.alpha * c1, m1], [to.alpha * c2, m2]);
  };
};

/*
 * The coefficients are small differences of large values, so float32's rounding decides their digits: both functions
 * round where torch does.
 */

/** Antiderivative of the linear Lagrange polynomial in log ρ that is 1 at b and 0 at c. */
function second(t: number, b: number, c: number): number {
  const [lt, lb, lc] = [t, b, c].map(log32) as [number, number, number];
  return f32(f32(t * f32(f32(-lc + lt) - 1)) / f32(lb - lc));
}

/** Antiderivative of the quadratic Lagrange polynomial in log ρ that is 1 at b and 0 at c and d. */
function third(t: number, b: number, c: number, d: number): number {
  const [lt, lb, lc, ld] = [t, b, c, d].map(log32) as [number, number, number, number];
  const first = f32(lc * f32(f32(ld - lt) + 1));
  const rest = f32(f32(f32(f32(first - f32(ld * lt)) + ld) + f32(lt * lt)) - f32(2 * lt));
  return f32(f32(t * f32(rest + 2)) / f32(f32(lb - lc) * f32(lb - ld)));
}

function log32(value: number): number {
  return f32(Math.log(value));
}
