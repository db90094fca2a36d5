import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createTrace, img2img, inpaint, loadModel, readSafetensors } from '../../src/pipeline/index.ts';
import { parsePythonJson } from '../../src/pipeline/schedule/config-text.ts';
import { pictureDifference, readGray, readRgb } from '../support/pictures.ts';
import { testRecipe } from '../support/recipes.ts';
import { worstRelative } from '../support/tensors.ts';

interface Case {
  prompt: string;
  negative: string;
  negative_given?: boolean;
  strength: number;
  steps: number;
  guidance: number;
  seed: number;
  count?: number;
  scheduler: string;
  config: Record<string, unknown>;
  executed: number;
  source: string;
  mask?: string;
  size?: [number, number];
  padding_mask_crop?: number;
  model?: string;
  expected: string;
  pictures?: string[];
}

const here = fileURLToPath(new URL('.', import.meta.url));
const temporary: string[] = [];
afterAll(() => temporary.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

/** Absolute on max(1, |value|), from the goldens' READMEs. */
function toleranceOf(name: string, real: boolean): number {
  if (name === 'image' || name === 'mask' || name === 'noise') return 1e-6;
  if (name === 'decoded') return real ? 1e-3 : 2e-3;
  if (name === 'timesteps' || name === 'sigmas') return 1e-5;
  if (name === 'image_latents') return real ? 1e-5 : 2e-4;
  return real ? 1e-4 : 2e-4;
}

/** Bytes from which a processor takes the prompts of a guided step one after the other. */
const LARGE_BYTES = 101 * 1024 * 1024;

/** The case's model folder with the case's scheduler config written over its own. */
function modelFor(folder: string, c: Case, isLarge: boolean): string {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-golden-'));
  temporary.push(dir);
  cpSync(join(folder, c.model ?? 'model'), dir, { recursive: true });
  writeFileSync(
    join(dir, 'scheduler/scheduler_config.json'),
    JSON.stringify({ ...c.config, lambda_min_clipped: undefined, _class_name: c.scheduler }),
  );
  if (isLarge) {
    writeFileSync(join(dir, 'unet/weights'), '');
    truncateSync(join(dir, 'unet/weights'), LARGE_BYTES);
  }
  return dir;
}

async function check(
  folder: string,
  c: Case,
  emptyIsAbsent: boolean,
  real: boolean,
  isLarge = false,
): Promise<void> {
  const model = await loadModel(modelFor(folder, c, isLarge), { device: 'cpu' });
  const trace = createTrace();
  const absent = c.negative_given === false || (emptyIsAbsent && c.negative === '');
  const recipe = testRecipe({
    prompt: c.prompt,
    ...(absent ? {} : { negativePrompt: c.negative }),
    strength: c.strength,
    steps: c.steps,
    guidanceScale: c.guidance,
    seed: c.seed,
    count: c.count ?? 1,
    ...(c.size ? { size: { width: c.size[0], height: c.size[1] } } : {}),
    ...(c.mask ? { task: 'inpaint' as const } : {}),
    ...(c.padding_mask_crop === undefined ? {} : { paddingMaskCrop: c.padding_mask_crop }),
  });
  const source = await readRgb(join(folder, c.source));
  const painted = c.mask
    ? await inpaint(model, source, await readGray(join(folder, c.mask)), recipe, { trace })
    : await img2img(model, source, recipe, { trace });
  await model.close();
  expect(painted.executedSteps).toBe(c.executed);

  const expected = readSafetensors(readFileSync(join(folder, c.expected)));
  const actual = trace.tensors();
  const misses: string[] = [];
  for (const [name, value] of expected) {
    const ours = actual.get(name);
    const worst = ours ? worstRelative(ours.data, value.data) : Infinity;
    if (!(worst <= toleranceOf(name, real))) misses.push(`${name}: ${worst}`);
  }
  expect(misses).toEqual([]);
  for (const [i, picture] of (c.pictures ?? []).entries()) {
    const difference = pictureDifference(painted.pictures[i]!, await readRgb(join(folder, picture)));
    expect(difference.worst).toBeLessThanOrEqual(1);
    expect(difference.share).toBeLessThan(0.01);
  }
}

for (const set of ['real', 'pipelines']) {
  for (const family of ['sd1', 'sd2v', 'sdxl', 'lcm', 'inpaint4', 'inpaint9']) {
    const folder = join(here, set, family);
    if (!existsSync(folder)) continue;
    describe(`${set}/${family} paints what diffusers paints`, () => {
      const cases = parsePythonJson(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
      const rows = cases.map((c, i) => ({ ...c, i }));
      it.each(rows)('case $i: $scheduler, $steps steps at $strength', async (c) => {
        await check(folder, c, set === 'pipelines' && family === 'sdxl', set === 'real');
      });
    });
  }
}

describe('a large model on a processor', () => {
  it.each(['sd1', 'sdxl'])('paints what diffusers paints too: %s', async (family) => {
    const folder = join(here, 'real', family);
    const cases = parsePythonJson(readFileSync(join(folder, 'cases.json'), 'utf8')) as Case[];
    for (const c of cases.filter(({ guidance }) => guidance > 1)) await check(folder, c, false, true, true);
  });
});
