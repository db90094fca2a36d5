import { readFileSync } from 'node:fs';
import {
  decodePicture,
  flattenOnWhite,
  type GrayImage,
  type RgbImage,
  toGray,
} from '../../src/pipeline/index.ts';

/** A picture file as pixels on white. */
export async function readRgb(path: string | URL): Promise<RgbImage> {
  return flattenOnWhite(await decodePicture(readFileSync(path)));
}

export async function readGray(path: string | URL): Promise<GrayImage> {
  return toGray(await readRgb(path));
}

/** The largest difference between two pictures, and the share of bytes that differ at all. */
export function pictureDifference(a: RgbImage, b: RgbImage): { worst: number; share: number } {
  if (a.width !== b.width || a.height !== b.height) return { worst: Infinity, share: 1 };
  let worst = 0;
  let differing = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!);
    worst = Math.max(worst, difference);
    if (difference > 0) differing += 1;
  }
  return { worst, share: differing / a.data.length };
}
