import { type RgbImage, toGray } from '../image/rgb-image.ts';

/** Share of wholly flat pixels from which a picture counts as drawn. */
const FLAT = 0.6;

/**
 * A guess whether a picture is drawn or painted, for want of a recipe that would tell.
 */
export function looksPainted(image: RgbImage): boolean {
  const { width, height, data } = toGray(image);
  let flat = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = y * width + x;
      if (data[at] === data[at - 1] && data[at] === data[at - width]) flat += 1;
    }
  }
  return flat > FLAT * width * height;
}
