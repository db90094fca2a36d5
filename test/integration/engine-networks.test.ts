import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ExifReader from 'exifreader';
import { afterEach, describe, expect, it } from 'vitest';
import { type Engine, type EngineStep, startEngine } from '../../src/engine/engine.ts';
import { kindOfPicture } from '../../src/engine/upscale-kind.ts';
import { decodePicture, encodePicture } from '../../src/pipeline/index.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { openNetworks } from '../../src/registry/networks.ts';
import { readModelEntry } from '../../src/registry/registry.ts';
import { testPng } from '../support/photo.ts';
import { testRecipe } from '../support/recipes.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const model = readModelEntry(path('test/golden/real/sd1/model'), 'tiny');
const networks = openNetworks([path('models'), path('test/fixtures/networks')]);
const engines: Engine[] = [];
function start(options: Partial<Parameters<typeof startEngine>[0]> = {}): Engine {
  const engine = startEngine({ resolveModel: () => model, networks, device: 'cpu', ...options });
  engines.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

const source = await testPng(96, 64);
const cat = readFileSync(path('src/playground/web/samples/cat.jpg'));
const sourceTypeOf = (file: Uint8Array) =>
  String(ExifReader.load(Buffer.from(file)).DigitalSourceType?.value)
    .split('/')
    .at(-1);

describe('a classifier that cannot be opened', () => {
  it('is told of before anything is painted, and leaves the painting to be decided on', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'overpaint-broken-'));
    const broken = join(dir, 'broken');
    mkdirSync(broken);
    copyFileSync(path('models/safety-nsfwjs/overpaint.json'), join(broken, 'overpaint.json'));
    writeFileSync(join(broken, 'nsfwjs-mid.onnx'), 'no network at all');
    const engine = start({ networks: openNetworks([dir]) });
    const heard: unknown[] = [];
    const painted = await engine.paint(
      { jobId: 'a', recipe: testRecipe({ strength: 0.5, steps: 4 }), source, classify: true },
      { onSourceLook: (look) => heard.push(look) },
    );
    rmSync(dir, { recursive: true });
    expect(heard).toEqual(['failed']);
    expect(painted.lookProblem).toEqual(expect.any(String));
    expect(painted.pictures[0]!.scores).toBeUndefined();
  });
});

describe('enlarging in the engine', () => {
  it('gives a marked PNG of the size, tells of tiles, and keeps what a painting says about itself', async () => {
    const engine = start();
    const recipe = testRecipe({ strength: 0.5, steps: 4 });
    const painted = await engine.paint({ jobId: 'a', recipe, source });
    const tiles: string[] = [];
    const request = { jobId: 'b', source: painted.pictures[0]!.png, scale: 4, kind: 'painting' } as const;
    const large = await engine.upscale(request, { onTile: ({ tile, of }) => tiles.push(`${tile}/${of}`) });
    expect(large).toMatchObject({ width: 384, height: 256, tiles: 1, provider: 'cpu' });
    expect(tiles).toEqual(['1/1']);
    expect(readProvenance(large.png)?.recipe).toEqual(recipe);
    expect(sourceTypeOf(painted.pictures[0]!.png)).toBe('compositeWithTrainedAlgorithmicMedia');
    expect(sourceTypeOf(large.png)).toBe('compositeWithTrainedAlgorithmicMedia');
    expect(await decodePicture(large.png)).toMatchObject({ width: 384, height: 256 });
  });

  it('marks an enlarged photograph as enhanced, not as painted', async () => {
    const { png } = await start().upscale({ jobId: 'a', source, scale: 2, kind: 'photo' });
    expect(sourceTypeOf(png)).toBe('algorithmicallyEnhanced');
  });

  it('takes the network that is named', async () => {
    const engine = start();
    const request = { jobId: 'a', source, scale: 2, kind: 'photo' } as const;
    const [usual, named] = await Promise.all([
      engine.upscale(request),
      engine.upscale({ ...request, network: 'folding' }),
    ]);
    expect(Buffer.from(usual.png).equals(named.png)).toBe(false);
    await expect(engine.upscale({ ...request, network: 'nothing' })).rejects.toMatchObject({
      code: 'unknown-network',
    });
    await expect(engine.upscale({ ...request, network: 'black' })).rejects.toMatchObject({
      code: 'not-an-upscaler',
    });
  });

  it('stops between two tiles when cancelled, and goes on with the next order', async () => {
    const engine = start();
    const abort = new AbortController();
    let last = 0;
    const work = engine.upscale(
      { jobId: 'a', source: cat, scale: 4, kind: 'photo' },
      {
        signal: abort.signal,
        onTile({ tile, of }) {
          last = tile / of;
          abort.abort();
        },
      },
    );
    await expect(work).rejects.toMatchObject({ name: 'Cancelled' });
    expect(last).toBeLessThan(0.5);
    await expect(engine.upscale({ jobId: 'b', source, scale: 2, kind: 'photo' })).resolves.toBeDefined();
  });

  it('starts again when it is killed between tiles, and finishes', async () => {
    const engine = start();
    let killed = false;
    const large = await engine.upscale(
      { jobId: 'a', source: cat, scale: 4, kind: 'photo' },
      {
        onTile() {
          if (!killed) process.kill(engine.status().pid!, 'SIGKILL');
          killed = true;
        },
      },
    );
    expect(killed).toBe(true);
    expect(large).toMatchObject({ width: 1804, height: 1200 });
  });

  it.each([
    [new Uint8Array(0), 'not-a-picture'],
    [Buffer.from('GIF89a, but no more'), 'picture-damaged'],
  ])('passes on what is wrong with the file', async (bytes, code) => {
    await expect(
      start().upscale({ jobId: 'a', source: bytes, scale: 2, kind: 'photo' }),
    ).rejects.toMatchObject({ code });
  });

  it('refuses a picture that would become too large', async () => {
    const wide = await encodePicture(
      { width: 5000, height: 10, data: new Uint8Array(150_000) },
      { type: 'png' },
    );
    const work = start().upscale({ jobId: 'a', source: wide, scale: 4, kind: 'photo' });
    await expect(work).rejects.toMatchObject({ name: 'UserError', code: 'upscaled-too-large' });
  });
});

describe('looking in the engine', () => {
  it('classifies, finds subjects and cuts them out', async () => {
    const engine = start();
    const scores = await engine.classify({ jobId: 'a', source: cat });
    expect(scores.porn! + scores.hentai!).toBeLessThan(0.05);
    const mask = await engine.subjectMask({ jobId: 'b', source: cat, subject: 'any', feather: 2 });
    const inverted = await engine.subjectMask({
      jobId: 'c',
      source: cat,
      subject: 'any',
      feather: 2,
      invert: true,
    });
    expect(mask).toMatchObject({ width: 451, height: 300 });
    expect(mask.share + inverted.share).toBeCloseTo(1, 2);
    const cut = await engine.cutOut({ jobId: 'd', source: cat, subject: 'any' });
    const pixels = await decodePicture(cut.png);
    expect(pixels.data[(150 * 451 + 150) * 4 + 3]).toBe(255);
    expect(pixels.data[(150 * 451 + 445) * 4 + 3]).toBeLessThan(30);
    expect(sourceTypeOf(cut.png)).toBe('algorithmicallyEnhanced');
  });

  it('looks at source, previews and pictures of a painting when asked to', async () => {
    const engine = start();
    const steps: EngineStep[] = [];
    const heard: unknown[] = [];
    const painted = await engine.paint(
      { jobId: 'a', recipe: testRecipe({ strength: 1, steps: 4 }), source, previewEvery: 2, classify: true },
      { onStep: (step) => steps.push(step), onSourceLook: (scores) => heard.push(scores) },
    );
    expect(heard).toHaveLength(1);
    expect(Object.keys(painted.pictures[0]!.scores ?? {})).toContain('porn');
    expect(painted.lookMs).toBeGreaterThan(0);
    for (const step of steps) expect(step.scores === undefined).toBe(step.preview === undefined);
    expect(steps.some((step) => step.scores)).toBe(true);
    const preview = steps.find((step) => step.preview)!.preview!;
    expect(sourceTypeOf(preview)).toBe('compositeWithTrainedAlgorithmicMedia');
  });

  it('gives the same painting whether it looks or not', async () => {
    const engine = start();
    const order = { recipe: testRecipe({ strength: 0.5, steps: 4 }), source };
    const [with_, without] = [
      await engine.paint({ ...order, jobId: 'a', classify: true }),
      await engine.paint({ ...order, jobId: 'b' }),
    ];
    expect(Buffer.from(with_.pictures[0]!.png).equals(without.pictures[0]!.png)).toBe(true);
    expect(without.pictures[0]!.scores).toBeUndefined();
  });

  it('makes no more previews than can be shown', async () => {
    const seen: number[] = [];
    const order = { jobId: 'a', recipe: testRecipe({ strength: 1, steps: 8 }), source };
    await start().paint(
      { ...order, previewEvery: 1, previewGapMs: 60_000 },
      { onStep: ({ step, preview }) => preview && seen.push(step) },
    );
    expect(seen).toEqual([1]);
  });

  it('says what is missing where there are no networks', async () => {
    const engine = start({ networks: openNetworks([]) });
    await expect(engine.classify({ jobId: 'a', source })).rejects.toMatchObject({ code: 'no-network' });
    await expect(engine.upscale({ jobId: 'b', source, scale: 2, kind: 'photo' })).rejects.toMatchObject({
      code: 'no-network',
    });
    await expect(engine.cutOut({ jobId: 'c', source, subject: 'any' })).rejects.toMatchObject({
      code: 'no-network',
    });
  });
});

describe('the kind of a picture', () => {
  it('follows from the style in its recipe, else from a look', async () => {
    const engine = start();
    const style = { id: 'oil', name: 'Oil', prompt: 'oil', negative: '' };
    const order = { recipe: testRecipe({ strength: 0.5, steps: 2, style }), source };
    const { pictures } = await engine.paint({ ...order, jobId: 'a' });
    expect(await kindOfPicture(pictures[0]!.png)).toBe('painting');
    expect(await kindOfPicture(readFileSync(path('src/playground/web/samples/sketch.png')))).toBe('painting');
    for (const name of ['cat', 'coffee', 'flower', 'palace', 'portrait', 'rocket', 'workshop', 'old-photo'])
      expect(await kindOfPicture(readFileSync(path(`src/playground/web/samples/${name}.jpg`))), name).toBe(
        'photo',
      );
  });
});
