import { OperatorError } from '../../errors.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import type { Port } from '../runtime/session.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** The picture that a network looks at: its fixed size, and whether channels come first or last. */
export interface PictureInput {
  name: string;
  width: number;
  height: number;
  channelsLast: boolean;
}

/**
 * Reads a graph's only input as a picture.
 * @throws OperatorError `unsupported-model`
 */
export function pictureInput(inputs: readonly Port[], where: string): PictureInput {
  const [port, ...more] = inputs;
  const [, a, b, c] = port?.shape ?? [];
  if (port && more.length === 0 && typeof b === 'number') {
    if (c === 3 && typeof a === 'number') return { name: port.name, height: a, width: b, channelsLast: true };
    if (a === 3 && typeof c === 'number')
      return { name: port.name, height: b, width: c, channelsLast: false };
  }
  throw new OperatorError(
    'unsupported-model',
    `Expected one input of [1, 3, height, width] or [1, height, width, 3] in ${where}`,
  );
}

/**
 * Values in the order that the network wants.
 * @param pixels height × width × 3, any range
 * @param tone changes a value of a channel
 */
export function toInput(
  pixels: ArrayLike<number>,
  { width, height, channelsLast }: PictureInput,
  tone: (value: number, channel: number) => number,
): Tensor {
  const area = width * height;
  const out = tensor(channelsLast ? [1, height, width, 3] : [1, 3, height, width]);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++)
      out.data[channelsLast ? i * 3 + c : c * area + i] = tone(pixels[i * 3 + c]!, c);
  }
  return out;
}

/**
 * Stretches a picture by mixing the two nearest pixels along each axis, the corners staying corners, without smoothing
 * when it gets smaller.
 * @returns height × width × 3 values, 0 to 1
 * @see TensorFlow.js `image.resizeBilinear` with `alignCorners`
 */
export function stretchBilinear(image: RgbImage, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height * 3);
  const rows = places(image.height, height);
  const columns = places(image.width, width);
  const { data } = image;
  let to = 0;
  for (const [first, second, down] of rows) {
    const top = first * image.width;
    const bottom = second * image.width;
    for (const [left, right, across] of columns) {
      for (let c = 0; c < 3; c++) {
        const nw = data[(top + left) * 3 + c]!;
        const sw = data[(bottom + left) * 3 + c]!;
        const upper = nw + (data[(top + right) * 3 + c]! - nw) * across;
        const lower = sw + (data[(bottom + right) * 3 + c]! - sw) * across;
        out[to++] = (upper + (lower - upper) * down) / 255;
      }
    }
  }
  return out;
}

/** For each target place: the two source places, and the share of the second. */
function places(from: number, to: number): [number, number, number][] {
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  return Array.from({ length: to }, (_, i) => {
    const first = Math.min(from - 1, Math.floor(i * step));
    return [first, Math.min(from - 1, Math.ceil(i * step)), i * step - first];
  });
}
