import { addNoise, noiseLevel, type Schedule, scaleModelInput } from '../schedule/schedule.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * One algorithm's update rule for one run. What it remembers of earlier calls lives in its closure, so nothing has
 * to be reset between runs.
 * @param output what the model said about the scaled latents at this entry
 * @param latents the latents before the update
 * @param index the entry in `schedule.timesteps`
 * @returns the latents after the update
 */
export type Update = (output: Tensor, latents: Tensor, index: number) => Tensor;

/** Makes the update rule of an algorithm. `noise` draws per-step noise for the whole batch. */
export type Sampler = (schedule: Schedule, noise: () => Tensor) => Update;

/** What happened in one model call. */
export interface SampleStep {
  /** 1 to `of`. */
  step: number;
  of: number;
  timestep: number;
  /** Noise level after the step, relative to the signal. */
  sigma: number;
  latents: Tensor;
}

export interface SampleContext {
  schedule: Schedule;
  /** The model: scaled latents and timestep in, raw output out. */
  predict(input: Tensor, timestep: number, progress: number): Promise<Tensor>;
  noise(): Tensor;
  /** Called after each update; what it returns replaces the latents. */
  onStep?(step: SampleStep): Tensor | void | Promise<Tensor | void>;
}

/**
 * Runs a sampler over the part of a schedule that `strength` left.
 * @param start latents with noise already added
 */
export async function sample(sampler: Sampler, start: Tensor, context: SampleContext): Promise<Tensor> {
  const { schedule } = context;
  const update = sampler(schedule, context.noise);
  const end = schedule.timesteps.length;
  const of = end - schedule.begin;
  let latents = start;
  for (let index = schedule.begin; index < end; index++) {
    const done = index - schedule.begin;
    const timestep = schedule.timesteps[index]!;
    const output = await context.predict(scaleModelInput(schedule, latents, index), timestep, done / of);
    latents = update(output, latents, index);
    const sigma = noiseLevel(schedule, index + 1);
    const replaced = await context.onStep?.({ step: done + 1, of, timestep, sigma, latents });
    if (replaced) latents = replaced;
  }
  return latents;
}

/** The known picture at the level that the latents have after an entry; clean after the last one. */
export function knownAfter(schedule: Schedule, clean: Tensor, noise: Tensor, index: number): Tensor {
  return index + 1 < schedule.timesteps.length ? addNoise(schedule, clean, noise, index + 1) : clean;
}
