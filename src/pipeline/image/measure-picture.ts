import sharp from 'sharp';
import type { PictureKind } from '../../recipe/picture-kind.ts';
import { decodePicture } from './decode-image.ts';

/** What a picture looks like in numbers, measured on a small copy. Shares are 0 to 1. */
export interface PictureMeasures {
  /** Pixels near the brightest tone. */
  light: number;
  /** Pixels that are neither ground nor plainly dark: what a smudge or a faint line is made of. */
  faint: number;
  /** Pixels that are plainly dark against the ground. */
  dark: number;
  /** Mean difference between the colour channels, 0 (grey) to 1. */
  colour: number;
  /** Pixels on an edge. */
  edges: number;
  /** How much of the picture's variance is left in a copy of 12 pixels: large forms against small things. */
  form: number;
}

const SIDE = 192;
const COARSE = 12;
const GROUND_BAND = 24;
const DARK_BELOW = 110;
const EDGE = 28;

/** A drawing is lines on an empty, colourless ground; the limits lie between the samples of the playground. */
export function kindOfPicture({ light, colour, edges, form }: PictureMeasures): PictureKind {
  if (light > 0.6 && colour < 0.12 && form < 0.45) return 'sketch';
  if (edges > 0.3) return 'many-small-things';
  return form > 0.65 ? 'strong-composition' : 'plain';
}

/** @throws UserError as `decodePicture` */
export async function measurePicture(bytes: Uint8Array): Promise<PictureMeasures> {
  const { width, height, data } = await decodePicture(bytes);
  const small = await sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
    .flatten({ background: '#ffffff' })
    .resize({ width: SIDE, height: SIDE, fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = small.info.width * small.info.height;
  const gray = new Float64Array(pixels);
  let colour = 0;
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [small.data[i * 3]!, small.data[i * 3 + 1]!, small.data[i * 3 + 2]!];
    gray[i] = 0.299 * r + 0.587 * g + 0.114 * b;
    colour += (Math.max(r, g, b) - Math.min(r, g, b)) / 255;
  }
  const ground = percentile(gray, 0.9);
  const share = (fits: (value: number) => boolean) => gray.filter(fits).length / pixels;
  return {
    light: share((value) => value > ground - GROUND_BAND),
    faint: share((value) => value <= ground - GROUND_BAND && value >= ground - DARK_BELOW),
    dark: share((value) => value < ground - DARK_BELOW),
    colour: colour / pixels,
    edges: edgeShare(gray, small.info.width),
    form: await formShare(gray, small.info.width, small.info.height),
  };
}

/** The value that so large a share of the values does not exceed; `at` is 0 to 1. */
export function percentile(values: Float64Array | Float32Array, at: number): number {
  return values.slice().sort()[Math.floor(at * (values.length - 1))]!;
}

/** Share of pixels that differ plainly from their right and lower neighbours. */
function edgeShare(gray: Float64Array, width: number): number {
  let edges = 0;
  for (let i = 0; i + width + 1 < gray.length; i++) {
    const step = Math.abs(gray[i]! - gray[i + 1]!) + Math.abs(gray[i]! - gray[i + width]!);
    if (step > EDGE) edges += 1;
  }
  return edges / gray.length;
}

async function formShare(gray: Float64Array, width: number, height: number): Promise<number> {
  const coarse = await sharp(Uint8Array.from(gray), { raw: { width, height, channels: 1 } })
    .resize({ width: COARSE, height: COARSE, fit: 'fill' })
    .raw()
    .toBuffer();
  const whole = variance(gray);
  return whole === 0 ? 0 : Math.min(1, variance(coarse) / whole);
}

function variance(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  return squares / values.length - (sum / values.length) ** 2;
}
