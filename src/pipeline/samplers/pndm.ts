import { invariant } from '../../errors.ts';
import { mix, type Tensor } from '../tensor/tensor.ts';
import { alphaBar, noiseAtAlpha } from './prediction.ts';
import type { Sampler } from './sampler.ts';

/**
 * Pseudo numerical methods: Runge-Kutta warm-up (unless skipped), then linear multistep of order 4.
 * @see Liu et al. 2022, https://arxiv.org/abs/2202.09778, equations 9, 12 and 13
 */
export const pndm: Sampler = (schedule) => {
  const { config } = schedule;
  const warmUp = schedule.warmUp ?? [];
  const stride = Math.floor(config.num_train_timesteps / schedule.steps);
  let outputs: Tensor[] = [];
  let sum: Tensor | undefined;
  let start: Tensor | undefined;
  let counter = 0;

  /** Equation 9. */
  const transfer = (latents: Tensor, timestep: number, previous: number, output: Tensor): Tensor => {
    const bar = alphaBar(schedule, timestep);
    const barPrevious = alphaBar(schedule, previous);
    const noise = noiseAtAlpha(config, output, latents, Math.sqrt(bar), Math.sqrt(1 - bar));
    const divisor = bar * Math.sqrt(1 - barPrevious) + Math.sqrt(bar * (1 - bar) * barPrevious);
    return mix([Math.sqrt(barPrevious / bar), latents], [-(barPrevious - bar) / divisor, noise]);
  };

  /** One of the four evaluations of a Runge-Kutta step. */
  const rungeKutta = (output: Tensor, latents: Tensor, timestep: number): Tensor => {
    const previous = timestep - (counter % 2 === 1 ? 0 : Math.floor(stride / 2));
    const stepTimestep = warmUp[Math.floor(counter / 4) * 4]!;
    let slope = output;
    if (counter % 4 === 0) {
      outputs.push(output);
      start = latents;
      sum = mix([1 / 6, output]);
    } else if (counter % 4 < 3) {
      sum = sum ? mix([1, sum], [1 / 3, output]) : mix([1 / 3, output]);
    } else {
      slope = sum ? mix([1, sum], [1 / 6, output]) : mix([1 / 6, output]);
      sum = undefined;
    }
    return transfer(start ?? latents, stepTimestep, previous, slope);
  };

  const multistep = (output: Tensor, latents: Tensor, timestep: number): Tensor => {
    if (counter === 1) {
      // The second entry repeats the first step with the mean of both slopes.
      const first = outputs.at(-1);
      invariant(first && start, 'the second evaluation needs the first');
      return transfer(start, timestep + stride, timestep, mix([0.5, output], [0.5, first]));
    }
    outputs = [...outputs.slice(-3), output];
    if (outputs.length === 1) start = latents;
    return transfer(latents, timestep, timestep - stride, combine(outputs));
  };

  return (output, latents, index) => {
    const timestep = schedule.timesteps[index]!;
    const rule = counter < warmUp.length ? rungeKutta : multistep;
    const next = rule(output, latents, timestep);
    counter += 1;
    return next;
  };
};

/** Adams-Bashforth over the last one to four outputs. */
function combine(outputs: readonly Tensor[]): Tensor {
  const last = (back: number) => outputs[outputs.length - back]!;
  switch (outputs.length) {
    case 1:
      return last(1);
    case 2:
      return mix([3 / 2, last(1)], [-1 / 2, last(2)]);
    case 3:
      return mix([23 / 12, last(1)], [-16 / 12, last(2)], [5 / 12, last(3)]);
    default:
      return mix([55 / 24, last(1)], [-59 / 24, last(2)], [37 / 24, last(3)], [-9 / 24, last(4)]);
  }
}
