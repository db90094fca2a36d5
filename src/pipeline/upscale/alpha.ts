import type { ByteImage, GrayImage, RgbaImage, RgbImage } from '../image/rgb-image.ts';

/** True when no pixel lets anything through. */
export function isOpaque({ data }: RgbaImage): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** Colours and opacity apart. */
export function splitAlpha({ width, height, data }: RgbaImage): { colours: RgbImage; alpha: GrayImage } {
  const colours = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let i = 0; i < alpha.length; i++) {
    colours[i * 3] = data[i * 4]!;
    colours[i * 3 + 1] = data[i * 4 + 1]!;
    colours[i * 3 + 2] = data[i * 4 + 2]!;
    alpha[i] = data[i * 4 + 3]!;
  }
  return { colours: { width, height, data: colours }, alpha: { width, height, data: alpha } };
}

/** The inverse of `splitAlpha`. */
export function joinAlpha({ width, height, data }: RgbImage, alpha: GrayImage | ByteImage): RgbaImage {
  const out = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    out[i * 4] = data[i * 3]!;
    out[i * 4 + 1] = data[i * 3 + 1]!;
    out[i * 4 + 2] = data[i * 3 + 2]!;
    out[i * 4 + 3] = alpha.data[i]!;
  }
  return { width, height, data: out };
}

/**
 * Gives wholly transparent pixels the colours around them. What an editor left there (mostly black) would otherwise bleed
 * into the edge of the visible part as soon as neighbours are mixed. Colours are averaged, weighted by opacity, in ever
 * coarser pictures, and holes are filled from the next coarser one.
 */
export function fillTransparent(image: RgbaImage): RgbaImage {
  const { width, height, data } = image;
  const coarse = width > 1 || height > 1 ? fillTransparent(halve(image)) : undefined;
  if (!coarse) return image;
  const out = data.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (data[at + 3] !== 0) continue;
      const from = ((y >> 1) * coarse.width + (x >> 1)) * 4;
      for (let c = 0; c < 3; c++) out[at + c] = coarse.data[from + c]!;
    }
  }
  return { width, height, data: out };
}

/** Half the size; each pixel is the opacity-weighted mean of up to four, opaque where any of them is seen at all. */
function halve({ width, height, data }: RgbaImage): RgbaImage {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const out = new Uint8Array(half.width * half.height * 4);
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const to = (y * half.width + x) * 4;
      let [weight, r, g, b] = [0, 0, 0, 0];
      for (let dy = 2 * y; dy < Math.min(height, 2 * y + 2); dy++) {
        for (let dx = 2 * x; dx < Math.min(width, 2 * x + 2); dx++) {
          const at = (dy * width + dx) * 4;
          const opacity = data[at + 3]!;
          weight += opacity;
          r += data[at]! * opacity;
          g += data[at + 1]! * opacity;
          b += data[at + 2]! * opacity;
        }
      }
      if (weight > 0) out.set([r / weight, g / weight, b / weight, 255], to);
    }
  }
  return { ...half, data: out };
}
