import { addNoise, noiseLevel, type Schedule, scaleModelInput } from '../schedule/schedule.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cleanLatents } from './prediction.ts';

/**
 * A sampler is a function from a schedule to an update rule, and `sample` is the one loop around all of them:
 *
 *     const schedule = createSchedule(config, { steps: 20, strength: 0.6 });
 *     const start = addNoise(schedule, pictureLatents, noise, schedule.begin);
 *     const latents = await sample(samplerOf(config), start, { schedule, predict, noise: draw, onStep });
 *
 * The rule is asked once a model call, so a sampler that looks twice (Heun, KDPM2) is asked twice a step and
 * `onStep` fires for each look, as often as diffusers calls `scheduler.step`.
 */
export type Sampler = (schedule: Schedule, noise: () => Tensor) => Update;

/**
 * One algorithm's update rule for one run. What it remembers of earlier calls lives in its closure, so nothing has
 * to be reset between runs.
 * @param output what the model said about the scaled latents at this entry
 * @param latents the latents before the update
 * @param index the entry in `schedule.timesteps`
 * @returns the latents after the update
 */
export type Update = (output: Tensor, latents: Tensor, index: number) => Tensor;

/** What happened in one model call. */
export interface SampleStep {
  /** 1 to `of`. */
  step: number;
  /** Model calls in this run. */
  of: number;
  /** The entry in `schedule.timesteps`. */
  index: number;
  timestep: number;
  /** Noise level after the step, relative to the signal. */
  sigma: number;
  /** The latents after the update. */
  latents: Tensor;
  /** The clean latents that the model saw in the latents before the update: a preview. */
  denoised(): Tensor;
}

export interface SampleContext {
  schedule: Schedule;
  /**
   * The model: scaled latents and timestep in, raw output out. `progress` is the share of this run's calls that are
   * done, 0 to below 1, for guidance intervals; `index` is the entry in `schedule.timesteps`.
   */
  predict(input: Tensor, timestep: number, progress: number, index: number): Promise<Tensor>;
  /** Draws per-step noise of the latents' shape; called only by stochastic samplers, in diffusers' order. */
  noise(): Tensor;
  /** Called after each update; what it returns replaces the latents. Throw to stop. */
  onStep?(step: SampleStep): Tensor | void | Promise<Tensor | void>;
}

/**
 * Runs a sampler over the part of a schedule that `strength` left.
 * @param start latents with noise already added (`addNoise` at `schedule.begin`)
 * @returns clean latents
 */
export async function sample(sampler: Sampler, start: Tensor, context: SampleContext): Promise<Tensor> {
  const { schedule } = context;
  const update = sampler(schedule, () => context.noise());
  const end = schedule.timesteps.length;
  const of = end - schedule.begin;
  let latents = start;
  for (let index = schedule.begin; index < end; index++) {
    const done = index - schedule.begin;
    const timestep = schedule.timesteps[index]!;
    const before = latents;
    const output = await context.predict(
      scaleModelInput(schedule, before, index),
      timestep,
      done / of,
      index,
    );
    latents = update(output, before, index);
    const sigma = noiseLevel(schedule, index + 1);
    const denoised = () => cleanLatents(schedule, output, before, index);
    const replaced = await context.onStep?.({
      step: done + 1,
      of,
      index,
      timestep,
      sigma,
      latents,
      denoised,
    });
    if (replaced) latents = replaced;
  }
  return latents;
}

/** The known picture at the level that the latents have after an entry; clean after the last one. */
export function knownAfter(schedule: Schedule, clean: Tensor, noise: Tensor, index: number): Tensor {
  return index + 1 < schedule.timesteps.length ? addNoise(schedule, clean, noise, index + 1) : clean;
}
