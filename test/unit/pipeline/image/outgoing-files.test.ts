import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../../../src/language/say.ts';
import { blurFile, enlargeTo, fitToLimit, readXmp } from '../../../../src/pipeline/index.ts';
import { readMark, xmpMark } from '../../../../src/recipe/metadata/ai-mark.ts';

/** Noise, which no coder makes small; its left half is see-through where there is alpha. */
async function noise(side: number, channels: 3 | 4): Promise<Buffer> {
  let state = 1;
  const data = Buffer.alloc(side * side * channels, 0);
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const x = Math.floor(i / channels) % side;
    data[i] = channels === 4 && i % 4 === 3 ? (x < side / 2 ? 0 : 255) : state & 255;
  }
  return sharp(data, { raw: { width: side, height: side, channels } })
    .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
    .png()
    .toBuffer();
}
const markOf = async (file: Uint8Array) => readMark((await readXmp(file)) ?? '');

describe('files that go out', () => {
  it('become JPEG where a PNG is too large, and say so', async () => {
    const png = await noise(128, 3);
    const { bytes, extension, note } = await fitToLimit(png, png.length / 2);
    expect(extension).toBe('jpg');
    expect(inEnglish(note!)).toMatch(/JPEG/);
    expect(bytes.length).toBeLessThanOrEqual(png.length / 2);
    expect(await markOf(bytes)).toBe('compositeWithTrainedAlgorithmicMedia');
  });

  it('stay see-through where the picture is', async () => {
    const png = await noise(128, 4);
    const { bytes, extension, note } = await fitToLimit(png, png.length / 2);
    expect(extension).toBe('webp');
    expect(inEnglish(note!)).toMatch(/WebP/);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(4);
    expect([data[3], data[(info.width - 1) * 4 + 3]]).toEqual([0, 255]);
    expect(await markOf(bytes)).toBe('compositeWithTrainedAlgorithmicMedia');
  });

  it('keep the mark as previews, blurred or enlarged', async () => {
    const png = await noise(32, 3);
    for (const file of [await blurFile(png), await enlargeTo(png, 96)])
      expect(await markOf(file)).toBe('compositeWithTrainedAlgorithmicMedia');
  });
});
