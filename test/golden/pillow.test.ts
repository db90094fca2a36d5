import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { imageToTensor, maskToTensor, shrinkMask } from '../../src/pipeline/image/image-tensor.ts';
import { resize } from '../../src/pipeline/image/pillow-resize.ts';
import { gray, rgb } from '../../src/pipeline/image/rgb-image.ts';
import { pictureDifference, readGray, readRgb } from '../support/pictures.ts';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const sha = (data: Float32Array) => createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
const floor8 = (value: number) => Math.floor(value / 8) * 8;

interface Cases {
  lanczos: { source: string; size: [number, number]; expected: string }[];
  preprocess: { source: string; shape: number[]; sha256: string }[];
  mask: { source: string; sha256: string; shape: number[]; latent_shape: number[]; latent_rows: string[] }[];
}
const extra = JSON.parse(readFileSync(at('extra/pillow/cases.json'), 'utf8')) as Cases;
const sizes = ['208x136', '211x96', '320x320', '512x344', '64x64', '8x8', '96x143'];

describe("resizing equals Pillow's Lanczos to the byte", () => {
  it.each(sizes)('to %s', async (name) => {
    const [width, height] = name.split('x').map(Number) as [number, number];
    const resized = resize(rgb(await readRgb(at('pillow/in.png'))), width, height);
    expect(pictureDifference(resized, await readRgb(at(`pillow/out-${name}.png`))).worst).toBe(0);
  });
  it.each(extra.lanczos)('$source to $size', async ({ source, size, expected }) => {
    const resized = resize(rgb(await readRgb(at(`extra/pillow/${source}`))), ...size);
    expect(pictureDifference(resized, await readRgb(at(`extra/pillow/${expected}`))).worst).toBe(0);
  });
});

describe("preprocessing equals diffusers' image processor to the bit", () => {
  it.each(extra.preprocess)('$source', async ({ source, sha256 }) => {
    const image = await readRgb(at(`extra/pillow/${source}`));
    const fitted = resize(rgb(image), floor8(image.width), floor8(image.height));
    expect(sha(imageToTensor(fitted).data)).toBe(sha256);
  });
  it.each(extra.mask)('mask $source', async ({ source, sha256, latent_shape, latent_rows }) => {
    const image = await readGray(at(`extra/pillow/${source}`));
    const mask = maskToTensor(resize(gray(image), floor8(image.width), floor8(image.height)));
    expect(sha(mask.data)).toBe(sha256);
    const [height, width] = latent_shape.slice(-2) as [number, number];
    const small = shrinkMask(mask, height, width);
    const rows = latent_rows.map((_, y) => [...small.data.subarray(y * width, (y + 1) * width)].join(''));
    expect(rows).toEqual(latent_rows);
  });
});
