import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sample } from '../../src/pipeline/samplers/sampler.ts';
import { samplerOf } from '../../src/pipeline/samplers/schedulers.ts';
import { parseSchedulerConfig } from '../../src/pipeline/schedule/config.ts';
import { parsePythonJson } from '../../src/pipeline/schedule/config-text.ts';
import { createSchedule } from '../../src/pipeline/schedule/create-schedule.ts';
import type { FlowOptions } from '../../src/pipeline/schedule/flow-schedule.ts';
import { addNoise, executedTimesteps } from '../../src/pipeline/schedule/schedule.ts';
import { TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import { mix, type Tensor, tensor } from '../../src/pipeline/tensor/tensor.ts';
import { worstRelative } from '../support/tensors.ts';

interface Case {
  name: string;
  scheduler: string;
  config: Record<string, unknown>;
  steps: number;
  strength: number;
  timesteps: number[];
  sigmas?: number[];
  start: number[];
  path: number[][];
  init_noise_sigma: number;
  mu?: number | null;
  refuses?: string;
}

/** Relative to max(1, |value|): the goldens' README asks for 1e-5. */
const TOLERANCE = 1e-5;
const k = Float32Array.from({ length: 16 }, (_, i) => i);
const clean = tensor(
  [1, 1, 4, 4],
  k.map((i) => 0.8 * Math.cos(i)),
);
const noise = tensor(
  [1, 1, 4, 4],
  k.map((i) => Math.sin(1.7 * i + 0.3)),
);
const ones = tensor(
  [1, 1, 4, 4],
  k.map(() => 1),
);

/** The analytic model of the goldens: 0.3·x + 0.1·sin(t/100). */
const predict = (input: Tensor, timestep: number) =>
  Promise.resolve(mix([0.3, input], [0.1 * Math.sin(timestep / 100), ones]));

async function check(c: Case, flow?: FlowOptions): Promise<void> {
  const config = parseSchedulerConfig({ ...c.config, _class_name: c.scheduler });
  const schedule = createSchedule(config, {
    steps: c.steps,
    strength: c.strength,
    ...(flow ? { flow } : {}),
  });
  expect(worstRelative(executedTimesteps(schedule), c.timesteps)).toBeLessThan(TOLERANCE);
  if (c.sigmas && schedule.sigmas) expect(worstRelative(schedule.sigmas, c.sigmas)).toBeLessThan(TOLERANCE);
  expect(worstRelative([schedule.initNoiseSigma], [c.init_noise_sigma])).toBeLessThan(TOLERANCE);
  const start = addNoise(schedule, clean, noise, schedule.begin);
  expect(worstRelative(start.data, c.start)).toBeLessThan(TOLERANCE);
  const generator = new TorchGenerator(99);
  const path: Tensor[] = [];
  await sample(samplerOf(config), start, {
    schedule,
    predict,
    noise: () => tensor([1, 1, 4, 4], generator.normals(16)),
    onStep: ({ latents }) => void path.push(latents),
  });
  const kept = path.length > 12 ? [...path.slice(0, 3), ...path.slice(-3)] : path;
  expect(kept.length).toBe(c.path.length);
  const worst = Math.max(...kept.map((latents, i) => worstRelative(latents.data, c.path[i]!)));
  expect(worst).toBeLessThan(TOLERANCE);
}

const read = <T>(name: string): T =>
  parsePythonJson(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;

describe('every scheduler walks the path that diffusers walks', () => {
  const { cases } = read<{ cases: Case[] }>('schedulers.json');
  it.each(cases)('$name, $steps steps at strength $strength', async (c) => {
    const mu = c.config.use_dynamic_shifting === true ? 0.9 : undefined;
    await check(c, c.scheduler.startsWith('Flow') ? { sigmas: 'linear', mu } : undefined);
  });
});

describe('schedulers as model folders configure them', () => {
  const { cases } = read<{ cases: (Case & { original_inference_steps?: number })[] }>(
    'extra/schedulers-extra.json',
  );
  it.each(cases)('$name, $steps steps at strength $strength', async (c) => {
    const original = c.original_inference_steps;
    const config = original === undefined ? c.config : { ...c.config, original_inference_steps: original };
    if (c.refuses !== undefined) {
      const parsed = parseSchedulerConfig({ ...config, _class_name: 'LCMScheduler' });
      expect(() => createSchedule(parsed, c)).toThrow(expect.objectContaining({ code: 'too-many-steps' }));
      return;
    }
    const linear = c.name.startsWith('FLUX');
    const flow = { sigmas: linear ? ('linear' as const) : ('range' as const), mu: c.mu ?? undefined };
    await check({ ...c, config }, c.scheduler.startsWith('Flow') ? flow : undefined);
  });
});
