import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageToTensor, tensorToImage } from '../../src/pipeline/image/image-tensor.ts';
import { resize } from '../../src/pipeline/image/pillow-resize.ts';
import { addRim, cutRim } from '../../src/pipeline/image/rim.ts';
import {
  decodePicture,
  flattenOnWhite,
  img2img,
  inpaint,
  type LoadedModel,
  loadModel,
  type RgbImage,
} from '../../src/pipeline/index.ts';
import { invertDecoder } from '../../src/pipeline/latents/decoder-inversion.ts';
import { decodeUnscaled, encodeMoments } from '../../src/pipeline/latents/vae.ts';
import { type Tensor, tensor } from '../../src/pipeline/tensor/tensor.ts';
import { testRecipe } from '../support/recipes.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SIDE = 256;
let model: LoadedModel;
let photo: RgbImage;

beforeAll(async () => {
  model = await loadModel(at('../../models/overpaint-small'), { device: 'cpu' });
  const cat = flattenOnWhite(
    await decodePicture(readFileSync(at('../../src/playground/web/samples/cat.jpg'))),
  );
  photo = resize({ ...cat, channels: 3 }, SIDE, SIDE);
});
afterAll(() => model.close());

/** Root of the mean squared difference, 0 to 255, of the pixels that count. */
function difference(
  a: RgbImage,
  b: RgbImage,
  counts: (x: number, y: number) => boolean = () => true,
): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const pixel = Math.floor(i / 3);
    if (!counts(pixel % a.width, Math.floor(pixel / a.width))) continue;
    sum += (a.data[i]! - b.data[i]!) ** 2;
    count += 1;
  }
  return Math.sqrt(sum / count);
}

const atBorder = (x: number, y: number) => Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) < 2;

/** The mean of a posterior, decoded, without the rim that was encoded around it. */
async function decoded(moments: Tensor, rim: number): Promise<RgbImage> {
  const [, planes, height, width] = moments.dims as [number, number, number, number];
  const mean = tensor([1, planes / 2, height, width], moments.data.slice(0, (planes / 2) * height * width));
  return tensorToImage(cutRim(await decodeUnscaled(model, mean), rim), 0);
}

const paint = (changes: Parameters<typeof testRecipe>[0]) =>
  img2img(
    model,
    photo,
    testRecipe({
      prompt: '',
      steps: 10,
      guidanceScale: 1.3,
      size: { width: SIDE, height: SIDE },
      ...changes,
    }),
  ).then(({ pictures }) => pictures[0]!);

it('paints on an area of 640 × 640 by itself', () => {
  expect(model.files.nativePixels).toBe(640 ** 2);
});

describe("the bundled model's auto-encoder", () => {
  it('comes nearer to the picture when it compares what it decodes with it', async () => {
    const picture = imageToTensor(photo);
    const once = difference(await decoded(await encodeMoments(model, picture), 0), photo);
    const compared = difference(await decoded(await invertDecoder(model, picture), 0), photo);
    // 0.96 is 0.35 dB; it was 0.6 dB on photos that it never saw.
    expect(compared).toBeLessThan(0.96 * once);
  });

  it('makes no border line where a rim is around the picture', async () => {
    const { rim } = model.files.latents;
    expect(rim).toBeGreaterThan(0);
    const picture = imageToTensor(photo);
    const inside = (x: number, y: number) => !atBorder(x, y);
    const excess = (trip: RgbImage) => difference(trip, photo, atBorder) / difference(trip, photo, inside);
    const bare = excess(await decoded(await invertDecoder(model, picture), 0));
    const rimmed = excess(await decoded(await invertDecoder(model, addRim(picture, rim)), rim));
    expect(rimmed).toBeLessThan(bare);
    expect(rimmed).toBeLessThan(1.2);
  });
});

describe('fidelity with the bundled model', () => {
  it('leaves a picture alone where nothing is asked for', async () => {
    const trip = await decoded(await invertDecoder(model, imageToTensor(photo)), 0);
    const bound = 1.3 * difference(trip, photo);
    expect(difference(await paint({ strength: 0.5, fidelity: 1 }), photo)).toBeLessThan(bound);
    expect(difference(await paint({ strength: 0.5, fidelity: 0 }), photo)).toBeGreaterThan(bound);
  });

  it('still paints what is asked for, and has the size that was asked for', async () => {
    const prompt = 'pencil sketch, graphite pencil drawing, cross-hatching';
    const painted = await paint({ prompt, strength: 0.6, fidelity: 0.86 });
    expect([painted.width, painted.height]).toEqual([SIDE, SIDE]);
    const colour = ({ data }: RgbImage) => {
      let sum = 0;
      for (let i = 0; i < data.length; i += 3) sum += Math.abs(data[i]! - data[i + 2]!);
      return (3 * sum) / data.length;
    };
    expect(colour(painted)).toBeLessThan(0.5 * colour(photo));
  });

  it('keeps to the mask when only a part is painted', async () => {
    const mask = { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE) };
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = i % SIDE < SIDE / 2 ? 255 : 0;
    const recipe = testRecipe({
      task: 'inpaint',
      prompt: 'night, moonlight, dark blue',
      steps: 10,
      strength: 0.7,
      guidanceScale: 1.4,
      fidelity: 0.7,
      size: { width: SIDE, height: SIDE },
    });
    const { pictures } = await inpaint(model, photo, mask, recipe);
    const [left, right] = [(x: number) => x < SIDE / 2 - 16, (x: number) => x > SIDE / 2 + 16];
    expect(difference(pictures[0]!, photo, left)).toBeGreaterThan(2 * difference(pictures[0]!, photo, right));
  });
});
