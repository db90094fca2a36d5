import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample } from '../../src/pipeline/samplers/sampler.ts';
import { samplerOf } from '../../src/pipeline/samplers/schedulers.ts';
import { parseSchedulerConfig } from '../../src/pipeline/schedule/config.ts';
import { createSchedule } from '../../src/pipeline/schedule/create-schedule.ts';
import { addNoise, type Schedule } from '../../src/pipeline/schedule/schedule.ts';
import { batchNormals, TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import { mix, sliceBatch, type Tensor, tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

const stable = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };
const clipless = { clip_sample: false, skip_prk_steps: true };
/** Samplers without noise of their own that end at the clean picture. */
const DETERMINISTIC = [
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'LMSDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'DDIMScheduler',
  'DPMSolverMultistepScheduler',
  'DPMSolverSinglestepScheduler',
  'UniPCMultistepScheduler',
  'FlowMatchEulerDiscreteScheduler',
];
const STOCHASTIC = [
  'EulerAncestralDiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'DDPMScheduler',
  'LCMScheduler',
  'TCDScheduler',
];

const make = (
  name: string,
  request: { steps: number; strength: number },
  keys: Record<string, unknown> = {},
) => createSchedule(parseSchedulerConfig({ ...stable, ...clipless, ...keys, _class_name: name }), request);

const dims = [2, 1, 3, 3];
const picture = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 18, maxLength: 18 })
  .map((values) => tensor(dims, Float32Array.from(values)));
const request = fc
  .record({
    steps: fc.integer({ min: 1, max: 25 }),
    strength: fc.integer({ min: 10, max: 100 }).map((p) => p / 100),
  })
  .filter(({ steps, strength }) => Math.trunc(steps * strength) >= 1);

/** LMS counts the steps that image-to-image leaves out in its order, as diffusers does, and then misses a little. */
const exact = (name: string, asked: { steps: number; strength: number }) =>
  name === 'LMSDiscreteScheduler' ? { ...asked, strength: 1 } : asked;

const run = (
  schedule: Schedule,
  start: Tensor,
  predict: (input: Tensor, timestep: number) => Tensor,
  seeds: readonly number[] = [1, 2],
) => {
  const generators = seeds.map((seed) => new TorchGenerator(seed));
  let draws = 0;
  const result = sample(samplerOf(schedule.config), start, {
    schedule,
    predict: (input, timestep) => Promise.resolve(predict(input, timestep)),
    noise: () => {
      draws += 1;
      return batchNormals(generators, dims.slice(1));
    },
  });
  return result.then((latents) => ({ latents, draws }));
};

describe('a model that knows the noise exactly', () => {
  it.each(DETERMINISTIC)('gives the picture back through %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(picture, request, async (clean, asked) => {
        const schedule = make(name, exact(name, asked));
        const noise = batchNormals([new TorchGenerator(5), new TorchGenerator(6)], dims.slice(1));
        const output = schedule.noising === 'flow' ? mix([1, noise], [-1, clean]) : noise;
        const { latents, draws } = await run(
          schedule,
          addNoise(schedule, clean, noise, schedule.begin),
          () => output,
        );
        expect(draws).toBe(0);
        // 2e-5: float32 at a noise level of 15.
        expect(worstRelative(latents.data, clean.data)).toBeLessThan(2e-5);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a model that knows the clean picture', () => {
  it.each([...DETERMINISTIC.slice(0, 8), ...STOCHASTIC])('ends at it through %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(picture, request, async (clean, asked) => {
        fc.pre(!['LCMScheduler', 'TCDScheduler'].includes(name) || asked.steps <= 50 * asked.strength);
        const schedule = make(name, exact(name, asked), { prediction_type: 'sample' });
        const noise = batchNormals([new TorchGenerator(5), new TorchGenerator(6)], dims.slice(1));
        const { latents } = await run(
          schedule,
          addNoise(schedule, clean, noise, schedule.begin),
          () => clean,
        );
        // The distilled samplers stop at their last level, 0.05 and 0.03 of noise above the clean picture; LCM also keeps
        // a trace of the input by its boundary condition.
        const tolerance = ['LCMScheduler', 'TCDScheduler'].includes(name) ? 0.2 : 2e-5;
        expect(worstRelative(latents.data, clean.data)).toBeLessThan(tolerance);
      }),
      { numRuns: 20 },
    );
  });
});

describe('any sampler', () => {
  const anyName = fc.constantFrom(...DETERMINISTIC, ...STOCHASTIC, 'PNDMScheduler', 'DEISMultistepScheduler');
  const model = (input: Tensor, timestep: number) => {
    const shift = 0.1 * Math.sin(timestep / 100);
    return { dims: input.dims, data: input.data.map((x) => 0.3 * x + shift) };
  };

  it('gives the same latents for the same seeds', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, request, picture, async (name, asked, clean) => {
        fc.pre(!['LCMScheduler', 'TCDScheduler'].includes(name) || asked.steps <= 50 * asked.strength);
        const schedule = make(name, asked);
        const once = await run(schedule, clean, model);
        const again = await run(schedule, clean, model);
        expect(again.latents.data).toEqual(once.latents.data);
      }),
      { numRuns: 40 },
    );
  });

  it('treats each picture of a batch as if it were alone', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, request, picture, async (name, asked, clean) => {
        fc.pre(!['LCMScheduler', 'TCDScheduler'].includes(name) || asked.steps <= 50 * asked.strength);
        const schedule = make(name, asked);
        const both = await run(schedule, clean, model, [1, 2]);
        const second = await run(schedule, sliceBatch(clean, 1, 2), model, [2]);
        expect(second.latents.data).toEqual(sliceBatch(both.latents, 1, 2).data);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the latents that it was given as they were', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, request, picture, async (name, asked, clean) => {
        fc.pre(!['LCMScheduler', 'TCDScheduler'].includes(name) || asked.steps <= 50 * asked.strength);
        const before = clean.data.slice();
        await run(make(name, asked), clean, model);
        expect(clean.data).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a stochastic sampler', () => {
  it('draws noise as often as diffusers, whatever the picture', async () => {
    const draws = async (name: string, keys: Record<string, unknown> = {}) => {
      const schedule = make(name, { steps: 8, strength: 0.5 }, keys);
      return (await run(schedule, tensor(dims), (input) => input)).draws;
    };
    expect(await draws('EulerAncestralDiscreteScheduler')).toBe(4);
    expect(await draws('KDPM2AncestralDiscreteScheduler')).toBe(3);
    expect(await draws('DDPMScheduler', { steps_offset: 1 })).toBe(4);
    expect(await draws('DDPMScheduler')).toBe(3);
    expect(await draws('LCMScheduler')).toBe(7);
    expect(await draws('TCDScheduler')).toBe(7);
    expect(await draws('DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver++' })).toBe(4);
  });
});
