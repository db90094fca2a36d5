import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  checkPicture,
  decodePicture,
  flattenOnWhite,
  maskFromAlpha,
} from '../../../../src/pipeline/index.ts';

/** 4×2 pixels, the first one red, the others blue. */
const pixels = Buffer.from([255, 0, 0, ...Array.from({ length: 7 }, () => [0, 0, 255]).flat()]);
const small = () => sharp(pixels, { raw: { width: 4, height: 2, channels: 3 } });
const first = async (bytes: Uint8Array) => [...(await decodePicture(bytes)).data.subarray(0, 4)];

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  // The checksum is not looked at before the size is refused.
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
}

/** A PNG whose header promises 300 megapixels. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('what is read', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'avif', 'tiff'] as const)('%s', async (format) => {
    const image = await decodePicture(await small().toFormat(format).toBuffer());
    expect([image.width, image.height]).toEqual([4, 2]);
    expect(image.data).toHaveLength(4 * 2 * 4);
  });

  it('16 bits, greys, palettes and CMYK in the right colours', async () => {
    expect(await first(await small().toColourspace('rgb16').png().toBuffer())).toEqual([255, 0, 0, 255]);
    expect(await first(await small().png({ palette: true }).toBuffer())).toEqual([255, 0, 0, 255]);
    const grey = await first(await small().greyscale().png().toBuffer());
    expect(new Set(grey.slice(0, 3)).size).toBe(1);
    const [red, green, blue] = await first(
      await small().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    );
    expect(red).toBeGreaterThan(green! + 60);
    expect(red).toBeGreaterThan(blue! + 60);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turned as EXIF orientation %i says', async (orientation) => {
    const bytes = await small().withMetadata({ orientation }).png().toBuffer();
    const image = await decodePicture(bytes);
    expect([image.width, image.height]).toEqual(orientation > 4 ? [2, 4] : [4, 2]);
    const corners = [0, image.width - 1, (image.height - 1) * image.width, image.width * image.height - 1];
    const reds = corners.filter((corner) => image.data[corner * 4] === 255);
    // Where the stored top left corner stands in the picture as it is looked at.
    const expected = [0, 1, 3, 2, 0, 1, 3, 2][orientation - 1]!;
    expect(reds).toEqual([corners[expected]]);
  });

  it('the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(48, 255), Buffer.alloc(48, 0)]);
    const animated = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      .gif()
      .toBuffer();
    const image = await decodePicture(animated);
    expect([image.width, image.height]).toEqual([4, 4]);
    expect(image.data[0]).toBe(255);
  });

  it('transparency, on white and as a mask', async () => {
    const bytes = await sharp({
      create: { width: 2, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const image = await decodePicture(bytes);
    expect([...flattenOnWhite(image).data]).toEqual([255, 255, 255, 255, 255, 255]);
    expect([...maskFromAlpha(image).data]).toEqual([255, 255]);
  });

  it('one pixel', async () => {
    const bytes = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    expect(await first(bytes)).toEqual([0x12, 0x34, 0x56, 255]);
  });

  it('a very long strip within the pixel limit', async () => {
    const bytes = await sharp({ create: { width: 40_000, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect((await decodePicture(bytes)).width).toBe(40_000);
  });
});

describe('what is refused, and how', () => {
  const svg =
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')]);
  it.each([
    ['an empty file', Buffer.alloc(0), 'not-a-picture'],
    ['text', Buffer.from('hello'), 'not-a-picture'],
    ['random bytes', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'not-a-picture'],
    ['an SVG that names a file', Buffer.from(svg), 'picture-unsupported'],
    ['an SVG without a prolog', Buffer.from(`  ${svg.slice(21)}`), 'picture-unsupported'],
    ['a HEIC whatever it is named', heic, 'picture-unsupported'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'picture-unsupported'],
    [
      'a PNG of nothing but its first bytes',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      'picture-damaged',
    ],
    ['300 megapixels in a small file', bomb(20_000, 15_000), 'picture-too-large'],
    ['a width of two billion', bomb(0x7fffffff, 1), 'picture-damaged'],
  ])('%s', async (_name, bytes, code) => {
    await expect(decodePicture(bytes)).rejects.toMatchObject({ name: 'UserError', code });
    await expect(checkPicture(bytes)).rejects.toMatchObject({ name: 'UserError', code });
  });

  it.each(['png', 'jpeg', 'webp'] as const)('a %s that is cut off', async (format) => {
    const noise = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256));
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    const half = whole.subarray(0, whole.length / 2);
    await expect(decodePicture(half)).rejects.toMatchObject({ code: 'picture-damaged' });
    await expect(checkPicture(half)).rejects.toMatchObject({ code: 'picture-damaged' });
    await expect(checkPicture(whole)).resolves.toBeUndefined();
  });

  it('a file beyond the byte limit, naming both sizes', async () => {
    const limits = { maxBytes: 1024 * 1024, maxPixels: 1000 };
    await expect(decodePicture(Buffer.alloc(2 * 1024 * 1024), limits)).rejects.toThrow(/1\.0 MB.*2\.0 MB/);
  });

  it('uses little memory over a bomb', async () => {
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 20; i++) await decodePicture(bomb(20_000, 15_000)).catch(() => undefined);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
