import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSource } from '../../src/pipeline/denoise/fidelity.ts';
import type { Predict } from '../../src/pipeline/denoise/predictor.ts';
import { addRim, cutRim } from '../../src/pipeline/image/rim.ts';
import { cleanLatents } from '../../src/pipeline/samplers/prediction.ts';
import { sample } from '../../src/pipeline/samplers/sampler.ts';
import { samplerOf } from '../../src/pipeline/samplers/schedulers.ts';
import { parseSchedulerConfig } from '../../src/pipeline/schedule/config.ts';
import { createSchedule } from '../../src/pipeline/schedule/create-schedule.ts';
import { addNoise, type Schedule } from '../../src/pipeline/schedule/schedule.ts';
import { batchNormals, TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import { type Tensor, tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

/** Samplers without noise of their own that end at the clean picture, at any strength. */
const DETERMINISTIC = [
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'DDIMScheduler',
  'DPMSolverMultistepScheduler',
  'DPMSolverSinglestepScheduler',
  'UniPCMultistepScheduler',
];

const dims = [1, 2, 3, 3];
const latents = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 18, maxLength: 18 })
  .map((values) => tensor(dims, Float32Array.from(values)));
const request = fc
  .record({
    steps: fc.integer({ min: 2, max: 20 }),
    strength: fc.integer({ min: 10, max: 95 }).map((p) => p / 100),
  })
  .filter(({ steps, strength }) => Math.trunc(steps * strength) >= 1);
const predictions = fc.constantFrom('epsilon', 'v_prediction');

const make = (name: string, asked: { steps: number; strength: number }, prediction: string) =>
  createSchedule(
    parseSchedulerConfig({
      beta_start: 0.00085,
      beta_end: 0.012,
      beta_schedule: 'scaled_linear',
      clip_sample: false,
      prediction_type: prediction,
      _class_name: name,
    }),
    asked,
  );

const noise = batchNormals([new TorchGenerator(7)], dims.slice(1));

/** A denoiser of a made-up kind that knows nothing of the picture; `bias` stands for what a prompt adds. */
const denoiser =
  (bias: number): Predict =>
  (input, timestep) => {
    const shift = 0.1 * Math.sin(timestep / 100) + bias;
    return Promise.resolve({ dims: input.dims, data: input.data.map((x) => 0.3 * x + shift) });
  };

const paint = (schedule: Schedule, clean: Tensor, predict: Predict) =>
  sample(samplerOf(schedule.config), addNoise(schedule, clean, noise, schedule.begin), {
    schedule,
    predict,
    noise: () => {
      throw new Error('no noise is drawn here');
    },
  });

const keeping = (schedule: Schedule, clean: Tensor, fidelity: number, predict = denoiser(0)) =>
  keepSource(predict, { schedule, clean, noise, fidelity, predictPlain: denoiser(0) });

describe('fidelity', () => {
  it.each(DETERMINISTIC)(
    'of 1 gives the source back where nothing is asked for, through %s',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(latents, request, predictions, async (clean, asked, prediction) => {
          const schedule = make(name, asked, prediction);
          const painted = await paint(schedule, clean, keeping(schedule, clean, 1));
          // 1e-4: float32 at a noise level of 15, over up to 20 steps.
          expect(worstRelative(painted.data, clean.data)).toBeLessThan(1e-4);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('moves what the model sees by its share of the way to the source', async () => {
    await fc.assert(
      fc.asyncProperty(
        latents,
        request,
        predictions,
        fc.constantFrom(...DETERMINISTIC),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (clean, asked, prediction, name, fidelity) => {
          const schedule = make(name, asked, prediction);
          const index = schedule.begin;
          const noisy = addNoise(schedule, clean, noise, index);
          const seen = async (predict: Predict) => {
            const scale = schedule.inputSigmas ? Math.sqrt(schedule.inputSigmas[index]! ** 2 + 1) : 1;
            const input = { dims, data: noisy.data.map((value) => value / scale) };
            const output = await predict(input, schedule.timesteps[index]!, 0, index);
            return cleanLatents(schedule, output, noisy, index).data;
          };
          const before = await seen(denoiser(0));
          const after = await seen(keeping(schedule, clean, fidelity));
          const wanted = before.map((value, i) => value + fidelity * (clean.data[i]! - value));
          expect(worstRelative(after, wanted)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it('of 0 leaves the denoiser alone, and above it what the prompt adds is still there', async () => {
    const clean = tensor(
      dims,
      Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)),
    );
    const schedule = make('DDIMScheduler', { steps: 10, strength: 0.6 }, 'epsilon');
    const prompted = denoiser(0.2);
    expect(keeping(schedule, clean, 0, prompted)).toBe(prompted);
    const plain = await paint(schedule, clean, keeping(schedule, clean, 1));
    const painted = await paint(schedule, clean, keeping(schedule, clean, 1, prompted));
    expect(worstRelative(painted.data, plain.data)).toBeGreaterThan(0.05);
  });
});

describe('a rim', () => {
  it('is the reflection of the picture, and comes off again', () => {
    const row = tensor([1, 1, 1, 4], Float32Array.of(1, 2, 3, 4));
    expect(addRim(row, 2).data.slice(0, 8)).toEqual(Float32Array.of(3, 2, 1, 2, 3, 4, 3, 2));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 20 }),
        (height, width, rim) => {
          const picture = tensor(
            [1, 2, height, width],
            Float32Array.from({ length: 2 * height * width }, (_, i) => i),
          );
          const wide = addRim(picture, rim);
          expect(wide.dims).toEqual([1, 2, height + 2 * rim, width + 2 * rim]);
          expect(cutRim(wide, rim)).toEqual(picture);
        },
      ),
    );
  });
});
