import sharp from 'sharp';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { sniffFormat } from './picture-format.ts';
import type { RgbaImage } from './rgb-image.ts';

sharp.cache(false);

/** What may be decoded. Everything is checked before memory for pixels is taken. */
export interface PictureLimits {
  maxBytes: number;
  maxPixels: number;
}

export const DEFAULT_LIMITS: PictureLimits = { maxBytes: 50 * 1024 * 1024, maxPixels: 40_000_000 };

const megapixels = (pixels: number) => (pixels / 1e6).toFixed(1);

/**
 * Turns a file's bytes into pixels: EXIF orientation applied, colours converted to sRGB, 8 bits a channel, opacity kept,
 * the first frame of an animation.
 * @throws UserError `not-a-picture`, `picture-unsupported`, `picture-too-large` or `picture-damaged`
 */
export async function decodePicture(
  bytes: Uint8Array,
  limits: PictureLimits = DEFAULT_LIMITS,
): Promise<RgbaImage> {
  return decode(bytes, requireFormat(bytes, limits), limits);
}

/**
 * Reads a picture through without keeping its pixels: it throws what `decodePicture` would throw, at little memory.
 * @throws UserError `not-a-picture`, `picture-unsupported`, `picture-too-large` or `picture-damaged`
 */
export async function checkPicture(bytes: Uint8Array, limits: PictureLimits = DEFAULT_LIMITS): Promise<void> {
  const format = requireFormat(bytes, limits);
  await readOrRefuse(format, async () => {
    await requireSize(bytes, limits);
    await open(bytes).resize({ width: 16, height: 16, fit: 'inside' }).raw().toBuffer();
  });
}

/** The file's format, by its first bytes. */
function requireFormat(bytes: Uint8Array, limits: PictureLimits): string {
  if (bytes.length === 0) throw new UserError('not-a-picture', 'Expected a picture, but the file is empty');
  if (bytes.length > limits.maxBytes) {
    const megabytes = (size: number) => (size / 1048576).toFixed(1);
    throw new UserError(
      'picture-too-large',
      phrase('Expected a picture of at most {most} MB, but received {given} MB', {
        most: megabytes(limits.maxBytes),
        given: megabytes(bytes.length),
      }),
    );
  }
  const format = sniffFormat(bytes);
  if (format.kind === 'unknown') {
    throw new UserError(
      'not-a-picture',
      'Expected a PNG, JPEG, WebP, GIF, AVIF or TIFF picture, but received something else',
      {
        hint: 'Save it as PNG or JPEG and try again.',
      },
    );
  }
  if (format.kind === 'refused') {
    throw new UserError(
      'picture-unsupported',
      phrase('Expected a PNG, JPEG, WebP, GIF, AVIF or TIFF picture, but received {format}', {
        format: phrase(format.name),
      }),
      {
        hint: 'Save it as PNG or JPEG and try again.',
      },
    );
  }
  return format.name;
}

const open = (bytes: Uint8Array) =>
  sharp(bytes, { limitInputPixels: false, failOn: 'error', animated: false, unlimited: false });

/** The size stands in the header, so that a bomb is refused before it is unpacked. */
async function requireSize(bytes: Uint8Array, limits: PictureLimits): Promise<void> {
  const { width, height } = await open(bytes).metadata();
  if (width * height <= limits.maxPixels) return;
  throw new UserError(
    'picture-too-large',
    phrase('Expected a picture of at most {most} megapixels, but received {size} ({given} megapixels)', {
      most: megapixels(limits.maxPixels),
      size: `${width}×${height}`,
      given: megapixels(width * height),
    }),
  );
}

function decode(bytes: Uint8Array, format: string, limits: PictureLimits): Promise<RgbaImage> {
  return readOrRefuse(format, async () => {
    await requireSize(bytes, limits);
    const { data, info } = await open(bytes)
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8Array(data) };
  });
}

/** What the decoder cannot read is the picture's fault, and said so. */
async function readOrRefuse<T>(format: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'picture-damaged',
      phrase('This {format} picture is damaged or cut off and cannot be read', { format }),
      {
        hint: 'Open it in a picture editor, save it again as PNG, and try that.',
        cause: error,
      },
    );
  }
}
