import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { decodePicture, type RgbaImage, type Upscaler, upscale } from '../../src/pipeline/index.ts';
import { differingBytes, noise, openBundled } from '../support/upscaling.ts';

const painting = await openBundled('upscale-painting/realesr-animevideov3-x4');
const photo = await openBundled('upscale-photo/waifu2x-photo-x2');
afterAll(async () => {
  await Promise.all([painting.close(), photo.close()]);
});

const sample = async (name: string, width: number, height: number): Promise<RgbaImage> => {
  const url = new URL(`../../src/playground/web/samples/${name}`, import.meta.url);
  return cropped(await decodePicture(readFileSync(url)), width, height);
};

/** The middle of a picture. */
function cropped(image: RgbaImage, width: number, height: number): RgbaImage {
  const [left, top] = [Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2)];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((y + top) * image.width + left) * 4;
    data.set(image.data.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, data };
}

const networks: [string, Upscaler, number, number][] = [
  ['upscale-painting', painting, 4, 18],
  ['upscale-photo', photo, 2, 7],
];

const PICTURES: [string, RgbaImage, 2 | 4, number][] = [
  ['noise', noise(131, 97), 2, 64],
  ['noise', noise(131, 97, 5), 4, 80],
  ['noise of one tile and a pixel', noise(97, 65), 2, 64],
  ['noise smaller than a tile', noise(23, 9), 4, 64],
  ['a cat', await sample('cat.jpg', 150, 110), 2, 72],
  ['a cat', await sample('cat.jpg', 150, 110), 4, 72],
  ['a palace', await sample('palace.jpg', 129, 121), 4, 61],
  ['a drawing', await sample('sketch.png', 140, 90), 2, 90],
];

describe.each(networks)('the bundled network %s', (_name, upscaler, scale, overlap) => {
  it('measures as its card says', () => {
    expect(upscaler.facts).toMatchObject({
      scale,
      overlap,
      channels: 3,
      margin: 0,
      multiple: 1,
      tilesExactly: true,
    });
  });

  it.each(PICTURES)('gives the picture of one pass to the bit: %s', async (_what, image, wanted, tile) => {
    expect((await differingBytes(upscaler, image, wanted, tile)).differing).toBe(0);
  });
});

describe('what the networks are good at', () => {
  /** Peak signal-to-noise ratio in decibels. */
  const psnr = (a: Uint8Array, b: Uint8Array) => {
    const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
    return 10 * Math.log10(255 ** 2 / (squares / a.length));
  };
  const halved = ({ width, height, data }: RgbaImage): RgbaImage => {
    const half = { width: width / 2, height: height / 2 };
    return {
      ...half,
      data: Uint8Array.from({ length: half.width * half.height * 4 }, (_, i) => {
        const at = (x: number, y: number) => data[(y * width + x) * 4 + (i % 4)]!;
        const [x, y] = [(Math.floor(i / 4) % half.width) * 2, Math.floor(i / 4 / half.width) * 2];
        return Math.round((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4);
      }),
    };
  };
  const rgbOf = (image: RgbaImage) => image.data.filter((_, i) => i % 4 !== 3);

  it('photographs come back truer from the one for photographs', async () => {
    const original = await sample('coffee.jpg', 200, 160);
    const small = halved(original);
    const [a, b] = await Promise.all([
      upscale(photo, small, { scale: 2 }),
      upscale(painting, small, { scale: 2 }),
    ]);
    const [byPhoto, byPainting] = [psnr(rgbOf(original), a.image.data), psnr(rgbOf(original), b.image.data)];
    expect(byPhoto).toBeGreaterThan(30);
    expect(byPhoto).toBeGreaterThan(byPainting + 1);
  });
});
