import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { guidanceEmbedding } from '../../src/pipeline/samplers/guidance.ts';
import { knownAfter, sample } from '../../src/pipeline/samplers/sampler.ts';
import { samplerOf } from '../../src/pipeline/samplers/schedulers.ts';
import { parseSchedulerConfig } from '../../src/pipeline/schedule/config.ts';
import { parsePythonJson } from '../../src/pipeline/schedule/config-text.ts';
import { createSchedule } from '../../src/pipeline/schedule/create-schedule.ts';
import type { FlowOptions } from '../../src/pipeline/schedule/flow-schedule.ts';
import { addNoise, executedTimesteps } from '../../src/pipeline/schedule/schedule.ts';
import { batchNormals, TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import { type Tensor, tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

interface Case {
  name: string;
  scheduler: string;
  config: Record<string, unknown>;
  steps: number;
  strength: number;
  begin: number;
  timesteps: number[];
  sigmas?: number[];
  start: number[];
  /** Latents after each scheduler step; `"NaN"` where diffusers itself divides by zero. */
  path: (number | string)[][];
  init_noise_sigma: number;
  scaled_first4?: number[][];
  mu?: number | null;
  eta?: number | null;
  how?: 'count' | 'sigmas';
  refuses?: string;
  original_inference_steps?: number;
}

interface InpaintCase {
  scheduler: string;
  config: Record<string, unknown>;
  steps: number;
  strength: number;
  timesteps: number[];
  path: { known: number[]; x: number[] }[];
}

/** Relative to max(1, |value|). */
const TOLERANCE = 1e-5;
/**
 * Cases in which diffusers' own float32 arithmetic cancels: one unit in the last place of a sigma (the machine's
 * square root decides it) moves the result by this much.
 */
const ILL_CONDITIONED: Record<string, number> = { 'KDPM2 a': 6e-5 };

const f32 = Math.fround;
const read = (name: string): unknown => parsePythonJson(readFileSync(new URL(name, import.meta.url), 'utf8'));

/** The picture and the noise of the goldens, computed in float32 as their recipe does. */
function inputs(batch: number): { clean: Tensor; noise: Tensor } {
  const k = Float32Array.from({ length: 16 * batch }, (_, i) => i);
  const dims = [batch, 1, 4, 4];
  return {
    clean: tensor(
      dims,
      k.map((i) => f32(0.8) * f32(Math.cos(i))),
    ),
    noise: tensor(
      dims,
      k.map((i) => Math.sin(f32(f32(f32(1.7) * i) + f32(0.3)))),
    ),
  };
}

/** The analytic model of the goldens: 0.3·x + 0.1·sin(t/100). */
const predict = (input: Tensor, timestep: number): Promise<Tensor> => {
  const shift = f32(0.1 * Math.sin(timestep / 100));
  return Promise.resolve({ dims: input.dims, data: input.data.map((x) => f32(f32(0.3) * x) + shift) });
};

const worstOf = new Map<string, number>();

/** The worst difference over the values that diffusers could compute. */
function compare(actual: ArrayLike<number>, expected: readonly (number | string)[]): number {
  const finite = expected.flatMap((value, i) => (typeof value === 'number' ? [i] : []));
  expect(actual.length).toBe(expected.length);
  return worstRelative(
    finite.map((i) => actual[i]!),
    finite.map((i) => Number(expected[i])),
  );
}

async function check(c: Case, batch: number, flow?: FlowOptions): Promise<void> {
  const tolerance = ILL_CONDITIONED[c.name] ?? TOLERANCE;
  const near = (what: string, actual: ArrayLike<number>, expected: readonly (number | string)[]) => {
    const worst = compare(actual, expected);
    worstOf.set(c.scheduler, Math.max(worst, worstOf.get(c.scheduler) ?? 0));
    expect(worst, what).toBeLessThan(tolerance);
  };
  const { clean, noise } = inputs(batch);
  const original = c.original_inference_steps;
  const kept = original === undefined ? c.config : { ...c.config, original_inference_steps: original };
  const config = parseSchedulerConfig({ ...kept, _class_name: c.scheduler });
  const eta = c.eta === null || c.eta === undefined ? {} : { eta: c.eta };
  const request = { steps: c.steps, strength: c.strength, ...eta, ...(flow ? { flow } : {}) };
  const schedule = createSchedule(config, request);
  expect(schedule.begin).toBe(c.begin);
  near('timesteps', executedTimesteps(schedule), c.timesteps);
  if (c.sigmas && schedule.sigmas) near('sigmas', schedule.sigmas, c.sigmas);
  near('init_noise_sigma', [schedule.initNoiseSigma], [c.init_noise_sigma]);
  const start = addNoise(schedule, clean, noise, schedule.begin);
  near('start', start.data, c.start);
  const generators = Array.from({ length: batch }, (_, i) => new TorchGenerator(99 + i));
  const path: Tensor[] = [];
  const scaled: Tensor[] = [];
  // From the golden's own start: at σ = 4096 the last place of a sine would otherwise be seen in every step.
  await sample(samplerOf(config), tensor(start.dims, Float32Array.from(c.start)), {
    schedule,
    predict: (input, timestep) => {
      scaled.push(input);
      return predict(input, timestep);
    },
    noise: () => batchNormals(generators, [1, 4, 4]),
    onStep: ({ latents }) => void path.push(latents),
  });
  const shown = c.path.length < path.length ? endsOf(path, c.path.length / 2) : path;
  expect(shown.length).toBe(c.path.length);
  shown.forEach((latents, i) => near(`latents ${i}`, latents.data, c.path[i]!));
  c.scaled_first4?.forEach((expected, i) => near(`input ${i}`, scaled[i]!.data.slice(0, 4), expected));
}

/** The first and the last `count` of a long path, which is what the goldens keep of it. */
const endsOf = (path: readonly Tensor[], count: number) => [...path.slice(0, count), ...path.slice(-count)];

afterAll(() => {
  const lines = [...worstOf].map(([name, worst]) => `  ${name.padEnd(34)} ${worst.toExponential(1)}`);
  process.stdout.write(`worst difference, relative to max(1, |value|)\n${lines.join('\n')}\n`);
});

describe('every scheduler walks the path that diffusers walks', () => {
  const { cases } = read('schedulers.json') as { cases: Case[] };
  it.each(cases)('$name, $steps steps at strength $strength', async (c) => {
    const mu = c.config.use_dynamic_shifting === true ? 0.9 : undefined;
    await check(c, 1, c.scheduler.startsWith('Flow') ? { sigmas: 'linear', mu } : undefined);
  });
});

describe('schedulers as model folders configure them', () => {
  const { cases } = read('extra/schedulers-extra.json') as { cases: Case[] };
  it.each(cases.filter((c) => c.refuses === undefined))(
    '$name, $steps steps at strength $strength',
    async (c) => {
      const linear = c.name.startsWith('FLUX');
      const flow = { sigmas: linear ? ('linear' as const) : ('range' as const), mu: c.mu ?? undefined };
      await check(c, 1, c.scheduler.startsWith('Flow') ? flow : undefined);
    },
  );
  it.each(cases.filter((c) => c.refuses !== undefined))('$name refuses $steps steps at $strength', (c) => {
    const config = parseSchedulerConfig({
      original_inference_steps: c.original_inference_steps,
      _class_name: 'LCMScheduler',
    });
    const request = { steps: c.steps, strength: c.strength };
    expect(() => createSchedule(config, request)).toThrow(
      expect.objectContaining({ code: 'too-many-steps' }),
    );
  });
});

describe('schedulers in combinations that no model ships', () => {
  const { cases } = read('schedulers-more.json') as { cases: Case[] };
  it.each(cases)('$name, $steps steps at strength $strength', async (c) => {
    const isFlow = c.scheduler.startsWith('Flow') || typeof c.mu === 'number';
    const sigmas = c.how === 'sigmas' ? ('linear' as const) : ('range' as const);
    await check(c, 2, isFlow ? { sigmas, mu: c.mu ?? undefined } : undefined);
  });
});

describe('inpainting with a four-channel model', () => {
  const { inpaint_4_channel: cases } = read('extra/schedulers-extra.json') as {
    inpaint_4_channel: InpaintCase[];
  };
  it.each(cases)('$scheduler blends the known picture in after each step', async (c) => {
    const { clean, noise } = inputs(1);
    const config = parseSchedulerConfig({ ...c.config, _class_name: c.scheduler });
    const schedule = createSchedule(config, c);
    const blended: Tensor[] = [];
    const knowns: Tensor[] = [];
    await sample(samplerOf(config), addNoise(schedule, clean, noise, schedule.begin), {
      schedule,
      predict,
      noise: () => noise,
      onStep: ({ latents, index }) => {
        const known = knownAfter(schedule, clean, noise, index);
        const mixed = {
          dims: latents.dims,
          data: latents.data.map((x, k) => (k % 3 === 0 ? x : known.data[k]!)),
        };
        knowns.push(known);
        blended.push(mixed);
        return mixed;
      },
    });
    expect(blended.length).toBe(c.path.length);
    c.path.forEach(({ known, x }, i) => {
      expect(worstRelative(knowns[i]!.data, known)).toBeLessThan(TOLERANCE);
      expect(worstRelative(blended[i]!.data, x)).toBeLessThan(TOLERANCE);
    });
  });
});

describe('guidance as an embedding', () => {
  const { lcm_guidance_embedding: cases } = read('extra/schedulers-extra.json') as {
    lcm_guidance_embedding: { guidance: number; dim: number; values: number[] }[];
  };
  it.each(cases)('of guidance $guidance', ({ guidance, dim, values }) => {
    const far = guidanceEmbedding(guidance, dim).filter((value, i) => Math.abs(value - values[i]!) > 1e-5);
    // One frequency differs from torch's in the last place of its exponential; 7500 times that shows in a sine and a cosine.
    expect(far.length).toBeLessThanOrEqual(2);
    expect(worstRelative(guidanceEmbedding(guidance, dim), values)).toBeLessThan(1e-3);
  });
});
