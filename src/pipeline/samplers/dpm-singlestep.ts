import { invariant } from '../../errors.ts';
import type { SchedulerConfig } from '../schedule/config.ts';
import { mix, type Tensor } from '../tensor/tensor.ts';
import { type Differences, dpmAlgorithm, dpmData, dpmStep } from './dpm-solver.ts';
import { levelAt } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const f32 = Math.fround;

/** The order of each entry: steps of the solver's order are cut into entries of order 1, 2 … */
export function singlestepOrders(config: SchedulerConfig, steps: number): number[] {
  const order = config.solver_order;
  const lowers = config.lower_order_final || steps % order !== 0 || config.final_sigmas_type === 'zero';
  const cycle = Array.from({ length: order }, (_, i) => i + 1);
  const repeat = (times: number) => Array.from({ length: times }, () => cycle).flat();
  let orders = repeat(Math.floor(steps / order));
  if (lowers && order > 1) {
    const rest = steps % order;
    if (rest === 0) orders = [...repeat(steps / order - 1), ...(order === 3 ? [1, 2, 1] : [1, 1])];
    else orders = [...orders, ...cycle.slice(0, rest)];
  }
  if (config.final_sigmas_type === 'zero') orders[orders.length - 1] = 1;
  return orders;
}

/** DPM-Solver and DPM-Solver++, singlestep, order 1 to 3. */
export const dpmSinglestep: Sampler = (schedule, noise) => {
  const { config } = schedule;
  const algorithm = dpmAlgorithm(config);
  const orders = singlestepOrders(config, schedule.steps);
  const history: Tensor[] = [];
  let start: Tensor | undefined;

  const differences = (order: number, index: number): Differences => {
    const [m0, m1, m2] = history as [Tensor, Tensor, Tensor];
    if (order === 1) return { zeroth: m0 };
    const lambda = (at: number) => levelAt(schedule, at).lambda;
    const base = lambda(index - order + 1);
    const h = f32(lambda(index + 1) - base);
    const r0 = f32((lambda(index) - base) / h);
    if (order === 2) {
      return { zeroth: m1, first: mix([1 / r0, m0], [-1 / r0, m1]), midpoint: config.solver_type !== 'heun' };
    }
    const r1 = f32((lambda(index - 1) - base) / h);
    const d10 = mix([1 / r1, m1], [-1 / r1, m2]);
    const d11 = mix([1 / r0, m0], [-1 / r0, m2]);
    if (config.solver_type !== 'heun') return { zeroth: m2, first: d11 };
    return {
      zeroth: m2,
      first: mix([r0 / (r0 - r1), d10], [-r1 / (r0 - r1), d11]),
      second: mix([2 / (r0 - r1), d11], [-2 / (r0 - r1), d10]),
    };
  };

  return (output, latents, index) => {
    history.unshift(dpmData(config, output, latents, levelAt(schedule, index)));
    history.length = Math.min(history.length, config.solver_order);
    const drawn = algorithm.startsWith('sde') ? noise() : undefined;
    const order = Math.min(orders[index]!, history.length);
    if (order === 1) start = latents;
    invariant(start, 'a cycle begins with order 1');
    const from = levelAt(schedule, index - order + 1);
    return dpmStep(algorithm, start, from, levelAt(schedule, index + 1), differences(order, index), drawn);
  };
};
