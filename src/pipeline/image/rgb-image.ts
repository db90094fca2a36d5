/** Rows from the top, pixels from the left, 8 bits a channel, sRGB. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** 3 bytes a pixel. */
  readonly data: Uint8Array;
}

/** As `RgbImage` with opacity: 4 bytes a pixel, not premultiplied. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One byte a pixel. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Any of them, with its channels counted. */
export interface ByteImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

export const rgb = (image: RgbImage): ByteImage => ({ ...image, channels: 3 });
export const gray = (image: GrayImage): ByteImage => ({ ...image, channels: 1 });

/** Puts the picture on a white ground. */
export function flattenOnWhite(image: RgbaImage): RgbImage {
  const data = new Uint8Array(image.width * image.height * 3);
  for (let i = 0, o = 0; i < image.data.length; i += 4, o += 3) {
    const alpha = image.data[i + 3]!;
    for (let c = 0; c < 3; c++)
      data[o + c] = Math.round((image.data[i + c]! * alpha + 255 * (255 - alpha)) / 255);
  }
  return { width: image.width, height: image.height, data };
}

/** A mask from the picture's own transparency: white where it is see-through. */
export function maskFromAlpha(image: RgbaImage): GrayImage {
  const data = Uint8Array.from(
    { length: image.width * image.height },
    (_, i) => 255 - image.data[i * 4 + 3]!,
  );
  return { width: image.width, height: image.height, data };
}

/** Brightness by Rec. 601 with Pillow's integer weights (`convert("L")`). */
export function toGray(image: RgbImage): GrayImage {
  const data = Uint8Array.from({ length: image.width * image.height }, (_, i) => {
    const [r, g, b] = [image.data[i * 3]!, image.data[i * 3 + 1]!, image.data[i * 3 + 2]!];
    return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  });
  return { width: image.width, height: image.height, data };
}

/** Cuts out a rectangle that lies inside the picture. */
export function crop(image: ByteImage, left: number, top: number, right: number, bottom: number): ByteImage {
  const { channels } = image;
  const width = right - left;
  const data = new Uint8Array(width * (bottom - top) * channels);
  for (let y = top; y < bottom; y++) {
    const from = (y * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), (y - top) * width * channels);
  }
  return { width, height: bottom - top, channels, data };
}

/** Copies a picture into another of the same channels, cutting what lies outside. */
export function paste(onto: ByteImage, image: ByteImage, left: number, top: number): void {
  const { channels } = onto;
  for (let y = 0; y < image.height; y++) {
    const row = y + top;
    if (row < 0 || row >= onto.height) continue;
    const from = Math.max(0, -left);
    const to = Math.min(image.width, onto.width - left);
    if (to <= from) continue;
    const start = y * image.width;
    onto.data.set(
      image.data.subarray((start + from) * channels, (start + to) * channels),
      (row * onto.width + left + from) * channels,
    );
  }
}
