import { encodePicture, type RgbImage } from '../../src/pipeline/index.ts';

/** A picture with smooth ground, edges and a round thing in it; photos have all three. */
export function testPicture(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (x - width * 0.4) ** 2 + (y - height * 0.5) ** 2 < (Math.min(width, height) * 0.25) ** 2;
      const at = (y * width + x) * 3;
      data[at] = inside ? 200 : 60 + (100 * y) / height;
      data[at + 1] = inside ? 120 : 110;
      data[at + 2] = inside ? 70 : 180 - (80 * x) / width;
    }
  }
  return { width, height, data };
}

export async function testPng(width = 96, height = 64): Promise<Uint8Array> {
  return encodePicture(testPicture(width, height), { type: 'png' });
}
