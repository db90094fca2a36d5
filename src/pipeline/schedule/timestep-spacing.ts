import type { SchedulerConfig } from './config.ts';
import { arangeDown, linspace, roundHalfEven } from './numpy.ts';

/** Descending training timesteps as the Euler family spaces them: fractional with `linspace`. */
export function fractionalTimesteps(config: SchedulerConfig, steps: number): number[] {
  const total = config.num_train_timesteps;
  switch (config.timestep_spacing) {
    case 'linspace':
      return linspace(0, total - 1, steps)
        .reverse()
        .map(Math.fround);
    case 'leading':
      return leading(Math.floor(total / steps), steps, config.steps_offset);
    case 'trailing':
      return trailing(total, total / steps);
  }
}

/** Descending whole timesteps as DDIM, DDPM and PNDM space them. */
export function wholeTimesteps(config: SchedulerConfig, steps: number): number[] {
  const total = config.num_train_timesteps;
  return config.timestep_spacing === 'linspace'
    ? linspace(0, total - 1, steps)
        .reverse()
        .map(roundHalfEven)
    : fractionalTimesteps(config, steps);
}

/**
 * Descending whole timesteps as the multistep solvers space them: one more is made and the last dropped.
 * @param last timesteps from here on are left out (`lambda_min_clipped`); the training length otherwise
 */
export function solverTimesteps(config: SchedulerConfig, steps: number, last: number): number[] {
  switch (config.timestep_spacing) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .reverse()
        .slice(0, -1)
        .map(roundHalfEven);
    case 'leading':
      return leading(Math.floor(last / (steps + 1)), steps + 1, config.steps_offset).slice(0, -1);
    case 'trailing':
      return trailing(last, config.num_train_timesteps / steps);
  }
}

function leading(ratio: number, count: number, offset: number): number[] {
  return Array.from({ length: count }, (_, i) => (count - 1 - i) * ratio + offset);
}

function trailing(start: number, ratio: number): number[] {
  return arangeDown(start, ratio).map((value) => roundHalfEven(value) - 1);
}
