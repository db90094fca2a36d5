import sharp from 'sharp';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { finishSheet, thumbnail } from './contact-sheet.ts';

const GUTTER = 8;
const CELL = 512;

/** Pictures beside each other in rows, on a dark ground; one of them at least is painted. @returns a JPEG with the mark of that */
export async function composeGrid(pictures: readonly Uint8Array[], columns: number): Promise<Uint8Array> {
  const cells = await Promise.all(pictures.map((bytes) => thumbnail(bytes, { width: CELL, height: CELL })));
  const width = Math.max(...cells.map((one) => one.width));
  const height = Math.max(...cells.map((one) => one.height));
  const rows = Math.ceil(cells.length / columns);
  const layers = cells.map((one, i) => ({
    input: one.data,
    left: (i % columns) * (width + GUTTER) + Math.floor((width - one.width) / 2),
    top: Math.floor(i / columns) * (height + GUTTER) + Math.floor((height - one.height) / 2),
  }));
  const across = Math.min(columns, cells.length);
  const total = {
    width: across * width + (across - 1) * GUTTER,
    height: rows * height + (rows - 1) * GUTTER,
  };
  return finishSheet(total, '', layers);
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
  note: Phrase | undefined;
}

/** @param png opaque ones may become JPEG; where parts are transparent they stay so */
export async function fitToLimit(png: Uint8Array, limitBytes: number): Promise<FittedFile> {
  if (png.length <= limitBytes) return { bytes: png, extension: 'png', note: undefined };
  const webp = png.length <= LOSSLESS_GAIN * limitBytes ? await losslessWebp(png) : undefined;
  if (webp && webp.length <= limitBytes)
    return {
      bytes: webp,
      extension: 'webp',
      note: phrase('sent as lossless WebP, since the PNG is too large for this place'),
    };
  return fitLossy(png, limitBytes, (await sharp(png, OPEN).stats()).isOpaque ? JPEG : SEE_THROUGH);
}

/** Lossless WebP takes long over large pictures, and is not even tried where it would have to be smaller than this part of a PNG. */
const LOSSLESS_GAIN = 2;
const losslessWebp = (png: Uint8Array) => sharp(png, OPEN).keepXmp().webp({ lossless: true }).toBuffer();

const OPEN = { limitInputPixels: false };
const SMALL = { width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true } as const;

interface Lossy {
  name: string;
  extension: FittedFile['extension'];
  format: 'jpeg' | 'webp';
  /** Tried in turn. */
  qualities: readonly number[];
}

const JPEG: Lossy = { name: 'JPEG', extension: 'jpg', format: 'jpeg', qualities: [92, 80, 60, 40] };
/** JPEG knows no transparency. */
const SEE_THROUGH: Lossy = { name: 'WebP', extension: 'webp', format: 'webp', qualities: [92, 75, 50] };
const SMALL_QUALITY = 60;
/** Room for the signature that such a copy gets when it leaves. */
const SIGNATURE_BYTES = 16 * 1024;

async function fitLossy(
  png: Uint8Array,
  limitBytes: number,
  { name, extension, format, qualities }: Lossy,
): Promise<FittedFile> {
  const picture = () => sharp(png, OPEN).keepXmp();
  for (const quality of qualities) {
    const bytes = await picture().toFormat(format, { quality }).toBuffer();
    const note = phrase('sent as {format} (quality {quality}), since the PNG is too large for this place', {
      format: name,
      quality,
    });
    if (bytes.length + SIGNATURE_BYTES <= limitBytes) return { bytes, extension, note };
  }
  const bytes = await picture().resize(SMALL).toFormat(format, { quality: SMALL_QUALITY }).toBuffer();
  const note = phrase('sent smaller and as {format}, since the picture is too large for this place', {
    format: name,
  });
  return { bytes, extension, note };
}
