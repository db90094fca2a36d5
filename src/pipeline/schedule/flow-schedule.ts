import { invariant } from '../../errors.ts';
import type { SchedulerConfig } from './config.ts';
import { linspace } from './numpy.ts';
import type { WholeSchedule } from './sigma-schedules.ts';
import { sigmaSpacing, spaceSigmas } from './sigma-spacing.ts';

const f32 = Math.fround;

/** How a flow model's sigmas are asked for. */
export interface FlowOptions {
  /** `range` spans the scheduler's own (already shifted) ends, as SD3 does; `linear` is 1 … 1/steps, as FLUX does. */
  sigmas: 'range' | 'linear';
  /** Log of the shift, for models with dynamic shifting; from the latents' sequence length. */
  mu?: number | undefined;
}

/**
 * The schedule of a rectified flow: x = (1−σ)·clean + σ·noise.
 * @see Esser et al. 2024, https://arxiv.org/abs/2403.03206, section 5.3.2; diffusers `FlowMatchEulerDiscreteScheduler`
 */
export function flowSchedule(config: SchedulerConfig, steps: number, options: FlowOptions): WholeSchedule {
  const total = config.num_train_timesteps;
  const shifted = (sigma: number) => staticShift(config.shift, sigma);
  const built = (sigma: number) => (config.use_dynamic_shifting ? sigma : f32(shifted(sigma)));
  const unshifted =
    options.sigmas === 'linear'
      ? linspace(1, 1 / steps, steps).map(f32)
      : linspace(built(1) * total, built(1 / total) * total, steps).map((timestep) => timestep / total);
  let sigmas = unshifted.map(config.use_dynamic_shifting ? dynamicShift(config, options.mu) : shifted);
  if (config.shift_terminal) sigmas = stretchToTerminal(sigmas, config.shift_terminal);
  const spacing = sigmaSpacing(config);
  if (spacing) sigmas = spaceSigmas(spacing, config, sigmas[0]!, sigmas.at(-1)!, steps);
  if (config.invert_sigmas) sigmas = sigmas.map((sigma) => 1 - sigma);
  const rounded = sigmas.map(f32);
  return {
    timesteps: rounded.map((sigma) => f32(sigma * total)),
    sigmas: [...rounded, config.invert_sigmas ? 1 : 0],
    noising: 'flow',
    initNoiseSigma: 1,
  };
}

/** Moves the levels of a flow towards noise by a fixed factor. */
export function staticShift(shift: number, sigma: number): number {
  return (shift * sigma) / (1 + (shift - 1) * sigma);
}

/** Moves the levels of a flow towards noise by a factor that depends on the size of the picture. */
export function dynamicShift(config: SchedulerConfig, mu: number | undefined): (sigma: number) => number {
  invariant(mu !== undefined, 'a scheduler with dynamic shifting needs mu');
  const factor = config.time_shift_type === 'linear' ? mu : Math.exp(mu);
  return (sigma) => factor / (factor + (1 / sigma - 1));
}

/** Stretches the levels so that the last one is `terminal`. */
export function stretchToTerminal(sigmas: readonly number[], terminal: number): number[] {
  const scale = (1 - sigmas.at(-1)!) / (1 - terminal);
  return sigmas.map((sigma) => 1 - (1 - sigma) / scale);
}
