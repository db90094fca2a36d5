import sharp from 'sharp';
import type { GrayImage, RgbaImage } from './rgb-image.ts';

/** White where it was black. */
export function invertMask({ width, height, data }: GrayImage): GrayImage {
  return { width, height, data: data.map((value) => 255 - value) };
}

/**
 * Softens a mask's edge.
 * @param radius pixels over which it goes from black to white to either side; 0 leaves it as it is
 */
export async function featherMask(mask: GrayImage, radius: number): Promise<GrayImage> {
  if (radius <= 0) return mask;
  const { width, height } = mask;
  const data = await sharp(mask.data, { raw: { width, height, channels: 1 } })
    .blur(Math.max(0.3, radius / 2))
    .extractChannel(0)
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

/** The share of a mask that is white, 0 to 1. */
export function maskShare({ data }: GrayImage): number {
  let sum = 0;
  for (const value of data) sum += value;
  return sum / (255 * data.length);
}

/** The picture where the mask is white, see-through elsewhere; what was transparent stays so. */
export function cutOut(image: RgbaImage, mask: GrayImage): RgbaImage {
  const data = image.data.slice();
  for (let i = 0; i < mask.data.length; i++)
    data[i * 4 + 3] = Math.round((data[i * 4 + 3]! * mask.data[i]!) / 255);
  return { width: image.width, height: image.height, data };
}
