import { mix, type Tensor } from '../tensor/tensor.ts';
import { type Differences, dpmAlgorithm, dpmData, dpmStep } from './dpm-solver.ts';
import { levelAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const f32 = Math.fround;

/** DPM-Solver and DPM-Solver++, multistep, order 1 to 3, deterministic or stochastic. */
export const dpmMultistep: Sampler = (schedule, noise) => {
  const { config } = schedule;
  const algorithm = dpmAlgorithm(config);
  const length = schedule.timesteps.length;
  const short = config.lower_order_final && length < 15;
  const history: Tensor[] = [];

  const orderAt = (index: number): number => {
    const last = config.euler_at_final || short || config.final_sigmas_type === 'zero';
    if (index === length - 1 && last) return 1;
    const limit = index === length - 2 && short ? 2 : 3;
    return Math.min(config.solver_order, history.length, limit);
  };

  const differences = (order: number, index: number): Differences => {
    const [m0, m1, m2] = history as [Tensor, Tensor, Tensor];
    if (order === 1) return { zeroth: m0 };
    const lambda = (at: number) => levelAt(schedule, at).lambda;
    const h = f32(lambda(index + 1) - lambda(index));
    const r0 = f32((lambda(index) - lambda(index - 1)) / h);
    const d10 = mix([1 / r0, m0], [-1 / r0, m1]);
    if (order === 2) return { zeroth: m0, first: d10, midpoint: config.solver_type !== 'heun' };
    const r1 = f32((lambda(index - 1) - lambda(index - 2)) / h);
    const d11 = mix([1 / r1, m1], [-1 / r1, m2]);
    const share = f32(r0 / (r0 + r1));
    const first = mix([1 + share, d10], [-share, d11]);
    return { zeroth: m0, first, second: mix([1 / (r0 + r1), d10], [-1 / (r0 + r1), d11]) };
  };

  return (output, latents, index) => {
    history.unshift(dpmData(config, output, latents, levelAt(schedule, index)));
    history.length = Math.min(history.length, config.solver_order);
    const drawn = algorithm.startsWith('sde') ? noise() : undefined;
    const from = levelAt(schedule, index);
    return dpmStep(
      algorithm,
      latents,
      from,
      levelAt(schedule, index + 1),
      differences(orderAt(index), index),
      drawn,
    );
  };
};
