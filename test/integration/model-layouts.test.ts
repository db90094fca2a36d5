import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createPredictor } from '../../src/pipeline/denoise/predictor.ts';
import { imageToTensor } from '../../src/pipeline/image/image-tensor.ts';
import { createTrace, img2img, type LoadedModel, loadModel } from '../../src/pipeline/index.ts';
import { encodeMoments, scaleLatents } from '../../src/pipeline/latents/vae.ts';
import { readModelFiles } from '../../src/pipeline/model-files.ts';
import { tensor } from '../../src/pipeline/tensor/tensor.ts';
import { testPicture } from '../support/photo.ts';
import { testRecipe } from '../support/recipes.ts';
import { worstRelative } from '../support/tensors.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BASE = at('../golden/real/sd1/model');
const picture = testPicture(96, 64);
const recipe = testRecipe({ strength: 0.6, steps: 6, negativePrompt: 'text' });
const models: LoadedModel[] = [];
const folders: string[] = [];

async function open(dir: string): Promise<LoadedModel> {
  const model = await loadModel(dir, { device: 'cpu' });
  models.push(model);
  return model;
}
afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function brokenCopy(change: (dir: string) => void): string {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-layout-'));
  folders.push(dir);
  cpSync(BASE, dir, { recursive: true });
  change(dir);
  return dir;
}

/** The denoiser's answer to fixed latents, with guidance. */
async function predictionOf(model: LoadedModel) {
  const conditioning = await model.family.encodePrompts(model, recipe, true);
  const predict = createPredictor(model, recipe, conditioning, { height: 8, width: 12 });
  const latents = tensor(
    [1, 4, 8, 12],
    Float32Array.from({ length: 384 }, (_, i) => Math.sin(i)),
  );
  return (await predict(latents, 481, 0, 0)).data;
}

describe('a rim that does not fit the model’s sides', () => {
  it('is named, with what would fit', () => {
    const dir = brokenCopy((copy) => {
      const path = join(copy, 'vae_decoder', 'config.json');
      const config = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...config, reflected_rim: 3 }));
    });
    expect(() => readModelFiles(dir)).toThrow(/reflected_rim to be a multiple of \d+, but received 3/);
  });
});

describe('the legacy exporter’s layout', () => {
  it('says the same with int32 ids, a one-dimensional int64 timestep and weights in weights.pb', async () => {
    const [legacy, base] = [await open(at('../fixtures/models/legacy')), await open(BASE)];
    expect(worstRelative(await predictionOf(legacy), await predictionOf(base))).toBeLessThan(1e-5);
  });

  it('takes latents that the encoder has sampled itself, and draws none', async () => {
    const [legacy, base] = [await open(at('../fixtures/models/legacy')), await open(BASE)];
    const trace = createTrace();
    await img2img(legacy, picture, recipe, { trace });
    const moments = await encodeMoments(base, imageToTensor(picture));
    const mean = tensor([1, 4, 8, 12], moments.data.slice(0, 384));
    const latents = trace.tensors().get('image_latents')!;
    expect(worstRelative(latents.data, scaleLatents(mean, base.files.latents).data)).toBeLessThan(1e-5);
  });
});

describe('half precision', () => {
  it('paints what single precision paints, to half precision', async () => {
    const traces = [createTrace(), createTrace()];
    await img2img(await open(at('../fixtures/models/half')), picture, recipe, { trace: traces[0]! });
    await img2img(await open(BASE), picture, recipe, { trace: traces[1]! });
    const [half, single] = traces.map((trace) => trace.tensors().get('decoded')!.data);
    expect(worstRelative(half!, single!)).toBeLessThan(0.06);
    expect(worstRelative(half!, single!)).toBeGreaterThan(0);
  });
});

describe('a folder that is not whole', () => {
  it.each([
    'unet/model.onnx',
    'text_encoder/model.onnx',
    'vae_decoder/model.onnx',
    'scheduler/scheduler_config.json',
  ])('without %s names the file', async (file) => {
    const dir = brokenCopy((copy) => rmSync(join(copy, file)));
    await expect(loadModel(dir)).rejects.toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining(file) as string,
    });
  });
  it('with a broken graph or config names the file', async () => {
    const graph = brokenCopy((copy) => writeFileSync(join(copy, 'unet/model.onnx'), 'not a graph'));
    await expect(loadModel(graph)).rejects.toMatchObject({
      code: 'model-file-broken',
      message: expect.stringContaining('unet/model.onnx') as string,
    });
    const config = brokenCopy((copy) => writeFileSync(join(copy, 'unet/config.json'), '{'));
    await expect(loadModel(config)).rejects.toMatchObject({
      code: 'model-file-broken',
      message: expect.stringContaining('unet/config.json') as string,
    });
  });
  it('without its external data names the model', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'overpaint-layout-'));
    folders.push(dir);
    cpSync(at('../fixtures/models/legacy'), dir, { recursive: true });
    rmSync(join(dir, 'unet/weights.pb'));
    await expect(loadModel(dir)).rejects.toMatchObject({
      code: 'model-file-broken',
      message: expect.stringContaining('unet/model.onnx') as string,
    });
  });
  it('that is not there is said so', async () => {
    await expect(loadModel('/no/such/folder')).rejects.toMatchObject({ code: 'model-missing' });
  });
});

describe('memory', () => {
  it('releases sessions beyond the budget and still paints the same', async () => {
    const tight = await loadModel(BASE, { device: 'cpu', memoryBudgetBytes: 1 });
    models.push(tight);
    const roomy = await open(BASE);
    const [a, b] = [await img2img(tight, picture, recipe), await img2img(roomy, picture, recipe)];
    expect(Buffer.from(a.pictures[0]!.data).equals(Buffer.from(b.pictures[0]!.data))).toBe(true);
  });
});
