import sharp from 'sharp';
import { xmpMark } from '../../recipe/metadata/ai-mark.ts';

const GUTTER = 8;
const CELL = 512;

async function cell(
  bytes: Uint8Array,
  side: number,
): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Pictures beside each other in rows, on a dark ground; one of them at least is painted. @returns a JPEG with the mark of that */
export async function composeGrid(pictures: readonly Uint8Array[], columns: number): Promise<Uint8Array> {
  const cells = await Promise.all(pictures.map((bytes) => cell(bytes, CELL)));
  const width = Math.max(...cells.map((one) => one.width));
  const height = Math.max(...cells.map((one) => one.height));
  const rows = Math.ceil(cells.length / columns);
  const layers = cells.map((one, i) => ({
    input: one.data,
    left: (i % columns) * (width + GUTTER) + Math.floor((width - one.width) / 2),
    top: Math.floor(i / columns) * (height + GUTTER) + Math.floor((height - one.height) / 2),
  }));
  const across = Math.min(columns, cells.length);
  return sharp({
    create: {
      width: across * width + (across - 1) * GUTTER,
      height: rows * height + (rows - 1) * GUTTER,
      channels: 3,
      background: '#1c1d22',
    },
  })
    .composite(layers)
    .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A small picture made larger for a look, smoothly. @returns WebP */
export function enlargeTo(picture: Uint8Array, side: number): Promise<Uint8Array> {
  return sharp(picture)
    .resize({ width: side, height: side, fit: 'inside', kernel: 'cubic' })
    .keepXmp()
    .webp({ quality: 70 })
    .toBuffer();
}

/** A picture file that an upload limit takes: as it is, or as lossless WebP, or as JPEG of falling quality. */
export interface FittedFile {
  bytes: Uint8Array;
  extension: 'png' | 'webp' | 'jpg';
  /** What was done to it, in words; undefined when nothing. */
  note: string | undefined;
}

/** @param png opaque ones may become JPEG; where parts are transparent they stay so */
export async function fitToLimit(png: Uint8Array, limitBytes: number): Promise<FittedFile> {
  if (png.length <= limitBytes) return { bytes: png, extension: 'png', note: undefined };
  const webp = png.length <= LOSSLESS_GAIN * limitBytes ? await losslessWebp(png) : undefined;
  if (webp && webp.length <= limitBytes)
    return {
      bytes: webp,
      extension: 'webp',
      note: 'sent as lossless WebP, since the PNG is too large for this place',
    };
  return (await sharp(png, OPEN).stats()).isOpaque
    ? asJpeg(png, limitBytes)
    : asSeeThroughWebp(png, limitBytes);
}

/** Lossless WebP takes long over large pictures, and is not even tried where it would have to be smaller than this part of a PNG. */
const LOSSLESS_GAIN = 2;
const losslessWebp = (png: Uint8Array) => sharp(png, OPEN).keepXmp().webp({ lossless: true }).toBuffer();

const OPEN = { limitInputPixels: false };
const SMALL = { width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true } as const;

async function asJpeg(png: Uint8Array, limitBytes: number): Promise<FittedFile> {
  const picture = () => sharp(png, OPEN).keepXmp();
  for (const quality of [92, 80, 60, 40]) {
    const jpeg = await picture().jpeg({ quality }).toBuffer();
    if (jpeg.length <= limitBytes)
      return {
        bytes: jpeg,
        extension: 'jpg',
        note: `sent as JPEG (quality ${quality}), since the PNG is too large for this place`,
      };
  }
  return {
    bytes: await picture().resize(SMALL).jpeg({ quality: 60 }).toBuffer(),
    extension: 'jpg',
    note: 'sent smaller and as JPEG, since the picture is too large for this place',
  };
}

/** JPEG knows no transparency. */
async function asSeeThroughWebp(png: Uint8Array, limitBytes: number): Promise<FittedFile> {
  const picture = () => sharp(png, OPEN).keepXmp();
  for (const quality of [92, 75, 50]) {
    const webp = await picture().webp({ quality }).toBuffer();
    if (webp.length <= limitBytes)
      return {
        bytes: webp,
        extension: 'webp',
        note: `sent as WebP (quality ${quality}), since the PNG is too large for this place`,
      };
  }
  return {
    bytes: await picture().resize(SMALL).webp({ quality: 60 }).toBuffer(),
    extension: 'webp',
    note: 'sent smaller and as WebP, since the picture is too large for this place',
  };
}
