import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/pipeline/index.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { readPngTexts } from '../../src/recipe/metadata/png-text.ts';
import { testPng } from '../support/photo.ts';
import { worstRelative } from '../support/tensors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const golden = join(root, 'test/golden/real');
let dir = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'overpaint-paint-'));
  writeFileSync(join(dir, 'photo.png'), await testPng(96, 64));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real command line in a folder of its own. */
function overpaint(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'bin/overpaint.mjs'), ...args],
      { cwd: dir },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      },
    );
  });
}
const tiny = join(golden, 'sd1/model');
const quick = ['--model', tiny, '--size', 'keep', '--steps', '4', '--strength', '0.5'];

describe('overpaint paint', () => {
  it('turns a picture into a painting with nothing but a style named', async () => {
    const { code, stdout } = await overpaint(
      'paint',
      'photo.png',
      '--style',
      'oil',
      '--strength',
      '0.3',
      '-o',
      'oil.png',
    );
    expect(code).toBe(0);
    expect(stdout.trim()).toBe('oil.png');
    expect(readProvenance(readFileSync(join(dir, 'oil.png')))?.recipe).toMatchObject({
      model: 'overpaint-small',
      strength: 0.3,
      style: { id: 'oil' },
    });
  });

  it.each(['sd1', 'sdxl', 'lcm', 'sd2v'])('writes a trace that equals diffusers: %s', async (family) => {
    const [c] = JSON.parse(
      readFileSync(join(golden, family, 'cases.json'), 'utf8').replaceAll('-Infinity', 'null'),
    ) as Record<string, unknown>[];
    const model = join(dir, family);
    cpSync(join(golden, family, 'model'), model, { recursive: true });
    const config = { ...(c!.config as object), _class_name: c!.scheduler };
    writeFileSync(join(model, 'scheduler/scheduler_config.json'), JSON.stringify(config));
    const negative = c!.negative_given === false ? [] : ['--negative', String(c!.negative)];
    const flag = (name: string, key: string) => [`--${name}`, String(c![key])];
    const asked = ['strength', 'steps', 'guidance', 'seed', 'count', 'prompt'].flatMap((name) =>
      flag(name, name),
    );
    const how = ['--prompt-syntax', 'plain', '--size', 'keep', '--json', '--trace', `${family}.safetensors`];
    const picture = join(golden, family, String(c!.source));
    const files = [picture, '--model', model, '-o', `${family}.png`];
    const { code, stdout, stderr } = await overpaint('paint', ...files, ...asked, ...negative, ...how);
    expect(stderr + String(code)).toMatch(/0$/);
    expect(JSON.parse(stdout)).toMatchObject({ executedSteps: c!.executed, provider: 'cpu' });
    const ours = readSafetensors(readFileSync(join(dir, `${family}.safetensors`)));
    for (const [name, value] of readSafetensors(readFileSync(join(golden, family, String(c!.expected))))) {
      expect(worstRelative(ours.get(name)!.data, value.data), name).toBeLessThan(1e-3);
      expect(ours.get(name)!.dims, name).toEqual(value.dims);
    }
  });

  it('numbers several pictures and gives each its seed', async () => {
    const { code, stdout } = await overpaint(
      'paint',
      'photo.png',
      ...quick,
      '--count',
      '2',
      '--seed',
      '5',
      '-o',
      'many.png',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outputs: ['many-1.png', 'many-2.png'], seeds: [5, 6] });
    expect(readFileSync(join(dir, 'many-1.png')).equals(readFileSync(join(dir, 'many-2.png')))).toBe(false);
  });

  it('paints again from the recipe in a picture', async () => {
    await overpaint(
      'paint',
      'photo.png',
      ...quick,
      '--seed',
      '9',
      '--prompt',
      'a harbour',
      '-o',
      'first.png',
    );
    const { code } = await overpaint(
      'paint',
      'photo.png',
      '--model',
      tiny,
      '--recipe',
      'first.png',
      '-o',
      'second.png',
    );
    expect(code).toBe(0);
    expect(readFileSync(join(dir, 'second.png')).equals(readFileSync(join(dir, 'first.png')))).toBe(true);
  });

  it('names what is wrong in a chain of a file', async () => {
    writeFileSync(join(dir, 'bad.json'), JSON.stringify({ stages: [{ kind: 'dance' }] }));
    const { code, stderr } = await overpaint('paint', 'photo.png', '--model', tiny, '--chain', 'bad.json');
    expect(code).toBe(2);
    expect(stderr).toContain('bad.json: 0.stages.0.kind');
  });

  it('paints a folder, names what failed and does the rest', async () => {
    mkdirSync(join(dir, 'folder'), { recursive: true });
    writeFileSync(join(dir, 'folder/a.png'), await testPng());
    writeFileSync(join(dir, 'folder/b.png'), 'no picture');
    writeFileSync(join(dir, 'folder/c.png'), await testPng());
    const { code, stderr } = await overpaint('paint', 'folder', ...quick, '-o', 'results');
    expect(code).toBe(2);
    expect(stderr).toContain('b.png: Expected a PNG');
    expect(readdirSync(join(dir, 'results')).sort()).toEqual(['a.png', 'c.png']);
  });

  it.each([
    ['ladder', '0.3,0.6', ['0.30.png', '0.60.png', 'ladder.jpg']],
    ['rounds', '3', ['round-1.png', 'round-2.png', 'round-3.png', 'rounds.jpg']],
  ])('paints a folder with --%s, names what failed and does the rest', async (name, value, parts) => {
    const folder = `series-${name}`;
    mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, folder, 'a.png'), 'no picture');
    writeFileSync(join(dir, folder, 'b.png'), await testPng());
    const flags = [...quick.slice(0, -2), `--${name}`, value, '--json', '-o', `${folder}-out`];
    const { code, stdout, stderr } = await overpaint('paint', folder, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain('a.png: Expected a PNG');
    expect(stderr).toContain('1 of 2 pictures failed');
    expect(readdirSync(join(dir, `${folder}-out`)).sort()).toEqual(parts.map((part) => `b-${part}`));
    const { results } = JSON.parse(stdout) as { results: { input: string; error?: { code: string } }[] };
    expect(results.filter(({ error }) => error)).toEqual([
      { input: join(folder, 'a.png'), error: expect.objectContaining({ code: 'not-a-picture' }) },
    ]);
  });

  it('paints the stages of a chain, each over the one before', async () => {
    const stages = [
      { kind: 'paint', style: 'oil', strength: 0.5, steps: 4 },
      { kind: 'upscale', scale: 2, as: 'painting' },
      { kind: 'refine', strength: 0.3, steps: 4, prompt: 'sharper' },
    ];
    writeFileSync(join(dir, 'chain.json'), JSON.stringify({ stages }));
    const flags = ['--model', tiny, '--chain', 'chain.json', '--prompt', 'a house', '--seed', '5', '--json'];
    const { code, stdout } = await overpaint('paint', 'photo.png', ...flags, '-o', 'chained');
    expect(code).toBe(0);
    expect(readdirSync(join(dir, 'chained')).sort()).toEqual([
      'photo-chain.jpg',
      'photo-stage-1.png',
      'photo-stage-2.png',
      'photo-stage-3.png',
    ]);
    const { results } = JSON.parse(stdout) as { results: { size?: object; recipe?: object }[] };
    expect(results.map(({ recipe }) => recipe && { recipe })).toMatchObject([
      { recipe: { style: { id: 'oil' }, prompt: 'a house', seed: 5, size: 'auto' } },
      undefined,
      { recipe: { style: { id: 'oil' }, prompt: 'a house, sharper', seed: 7, size: 'keep', strength: 0.3 } },
    ]);
    const last = readFileSync(join(dir, 'chained/photo-stage-3.png'));
    expect(readProvenance(last)!.recipe.source).toBe(
      createHash('sha256')
        .update(readFileSync(join(dir, 'chained/photo-stage-2.png')))
        .digest('hex'),
    );
    expect(readPngTexts(last).get('Description')).toMatch(
      /repainted as oil painting\..*Asked for as "a house, sharper"/,
    );
  });

  it('repaints only where the mask is white, and writes previews', async () => {
    const mask = join(golden, 'inpaint4/mask0.png');
    const { code } = await overpaint(
      'paint',
      join(golden, 'inpaint4/in0.png'),
      ...quick,
      '--mask',
      mask,
      '--preview',
      'looks',
      '-o',
      'masked.png',
    );
    expect(code).toBe(0);
    expect(readdirSync(join(dir, 'looks')).length).toBeGreaterThan(0);
    expect(readProvenance(readFileSync(join(dir, 'masked.png')))?.recipe.task).toBe('inpaint');
  });

  it.each([
    [['--strength', 'lots'], 2, 'Expected a number for --strength'],
    [['--strength', '3'], 2, 'strength'],
    [['--style', 'oyl'], 2, 'Expected a known style'],
    [['--scheduler', 'oyler'], 2, 'Expected a known scheduler'],
    [['--model', 'no-such-model'], 2, 'Expected a known model'],
    [['--chain', 'no-such-chain'], 2, 'sketch-to-painting'],
    [['--chain', 'poster', '--strength', '0.4'], 2, 'Expected --chain without --strength'],
    [['--chain', 'poster', '--ladder'], 2, 'Expected --chain without --ladder'],
    [['--size', 'big'], 2, 'WIDTHxHEIGHT'],
    [['--device', 'toaster'], 3, 'for the device'],
    [['--nonsense'], 2, 'unknown option'],
    [['--steps', '2', '--strength', '0.1'], 2, 'run none'],
  ])('says what is wrong with %j', async (flags, code, words) => {
    const outcome = await overpaint('paint', 'photo.png', ...flags, '-o', 'never.png');
    expect(outcome.stderr).toContain(words);
    expect(outcome.stderr).not.toContain('    at ');
    expect(outcome.code).toBe(code);
    expect(existsSync(join(dir, 'never.png'))).toBe(false);
  });

  it('names the missing file of a model and the fix', async () => {
    const broken = join(dir, 'broken');
    cpSync(tiny, broken, { recursive: true });
    rmSync(join(broken, 'vae_encoder'), { recursive: true });
    const { code, stderr } = await overpaint('paint', 'photo.png', '--model', broken, '-o', 'never.png');
    expect(code).toBe(3);
    expect(stderr).toContain('vae_encoder/model.onnx');
  });
});
