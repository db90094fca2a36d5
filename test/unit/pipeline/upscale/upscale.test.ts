import { describe, expect, it } from 'vitest';
import { type RgbaImage, upscale } from '../../../../src/pipeline/index.ts';
import { planPasses } from '../../../../src/pipeline/upscale/upscale.ts';
import { differingBytes, noise, openTiny } from '../../../support/upscaling.ts';

const NETWORKS = ['plain', 'gray', 'rgba', 'cropping', 'folding', 'reversed', 'loud', 'half'];

describe('upscaling in tiles', () => {
  it.each(NETWORKS)('gives the picture of one pass to the bit: %s', async (name) => {
    const upscaler = await openTiny(name);
    const { differing, tiles } = await differingBytes(upscaler, noise(101, 67), 2, 32);
    expect(tiles).toBeGreaterThan(6);
    expect(differing).toBe(0);
    await upscaler.close();
  });

  it('does so over two passes, and where each tile is shrunk afterwards', async () => {
    const upscaler = await openTiny('plain');
    expect((await differingBytes(upscaler, noise(61, 45), 4, 24)).differing).toBe(0);
    await upscaler.close();
    expect(planPasses(2, 4)).toEqual([
      { enlarge: 2, shrink: 1 },
      { enlarge: 2, shrink: 1 },
    ]);
  });

  it('notices a missing overlap: the tiles then differ', async () => {
    const upscaler = await openTiny('plain');
    const blind = { ...upscaler, facts: { ...upscaler.facts, overlap: 2 } };
    expect((await differingBytes(blind, noise(101, 67), 2, 32)).differing).toBeGreaterThan(0);
    await upscaler.close();
  });

  it('pads pictures that are smaller than a fixed tile, and cuts larger ones to it', async () => {
    const upscaler = await openTiny('fixed');
    const image = noise(120, 90, 3);
    const whole = await upscale(upscaler, image, { scale: 2 });
    const small = await upscale(upscaler, noise(5, 3), { scale: 2 });
    expect(whole).toMatchObject({ image: { width: 240, height: 180 }, channels: 3 });
    expect(small).toMatchObject({ image: { width: 10, height: 6 }, tiles: 1 });
    await upscaler.close();
    const free = await openTiny('plain');
    const other = await upscale(free, image, { scale: 2 });
    // Different weights, same picture: near to the source either way.
    expect(meanDifference(whole.image.data, other.image.data)).toBeLessThan(12);
    await free.close();
  });

  it.each([
    [2, { width: 62, height: 42 }],
    [4, { width: 124, height: 84 }],
  ] as const)('reaches ×%i with a network of ×3', async (scale, size) => {
    const upscaler = await openTiny('threefold');
    expect((await upscale(upscaler, noise(31, 21), { scale })).image).toMatchObject(size);
    await upscaler.close();
  });

  it.each(['reversed', 'gray', 'rgba', 'loud'])('keeps the colours apart: %s', async (name) => {
    const upscaler = await openTiny(name);
    const { image } = await upscale(upscaler, plainColour(40, 40, [200, 120, 40, 255]), { scale: 2 });
    const middle = (40 * 80 + 40) * 3;
    const [r, g, b] = image.data.subarray(middle, middle + 3);
    expect(r! - g!).toBeGreaterThan(50);
    expect(g! - b!).toBeGreaterThan(50);
    await upscaler.close();
  });

  it.each([
    [1, 1],
    [1, 33],
    [7, 2],
    [640, 1],
  ])('takes a picture of %i×%i', async (width, height) => {
    const upscaler = await openTiny('plain');
    const { image } = await upscale(upscaler, noise(width, height), { scale: 4 });
    expect(image).toMatchObject({ width: width * 4, height: height * 4 });
    await upscaler.close();
  });
});

describe('opacity', () => {
  it('is resampled beside the colours, and hidden colours do not bleed into the edge', async () => {
    const upscaler = await openTiny('plain');
    const image = plainColour(32, 32, [220, 180, 60, 255]);
    for (let y = 0; y < 32; y++) for (let x = 16; x < 32; x++) image.data.set([0, 0, 0, 0], (y * 32 + x) * 4);
    const { image: large, channels } = await upscale(upscaler, image, { scale: 2 });
    expect(channels).toBe(4);
    const row = Array.from({ length: 64 }, (_, x) =>
      large.data.subarray((32 * 64 + x) * 4, (32 * 64 + x) * 4 + 4),
    );
    expect([row[4]![3], row[60]![3]]).toEqual([255, 0]);
    for (const [r, , , a] of row) if (a! > 0) expect(r).toBeGreaterThan(190);
    await upscaler.close();
  });

  it('is dropped where nothing is transparent', async () => {
    const upscaler = await openTiny('plain');
    expect((await upscale(upscaler, noise(8, 8), { scale: 2 })).channels).toBe(3);
    await upscaler.close();
  });
});

describe('progress, cancelling and limits', () => {
  it('tells of every tile, and stops between two when cancelled', async () => {
    const upscaler = await openTiny('plain');
    const seen: number[] = [];
    const abort = new AbortController();
    const work = upscale(upscaler, noise(100, 100), {
      scale: 2,
      tile: 32,
      signal: abort.signal,
      onTile({ tile, of }) {
        seen.push(tile);
        expect(of).toBe(16);
        if (tile === 5) abort.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ name: 'Cancelled' });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await upscaler.close();
  });

  it.each([
    [4096, 1, 4, 'sides of at most 16383 pixels after upscaling, but 4096×1 would become 16384×4'],
    [
      3000,
      2000,
      4,
      'at most 67.1 megapixels after upscaling, but 3000×2000 would become 12000×8000 (96.0 megapixels)',
    ],
  ] as const)('refuses %i×%i ×%i before any work', async (width, height, scale, words) => {
    const upscaler = await openTiny('plain');
    const image: RgbaImage = { width, height, data: new Uint8Array(0) };
    const work = upscale({ ...upscaler, run: () => Promise.reject(new Error('ran')) }, image, { scale });
    await expect(work).rejects.toMatchObject({
      name: 'UserError',
      code: 'upscaled-too-large',
      hint: 'Twice its size would fit.',
    });
    await expect(work).rejects.toThrow(words);
    await upscaler.close();
  });
});

function plainColour(width: number, height: number, colour: readonly number[]): RgbaImage {
  return { width, height, data: Uint8Array.from({ length: width * height * 4 }, (_, i) => colour[i % 4]!) };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}
