import { type Tensor, tensor } from '../tensor/tensor.ts';

/** Bytes in rows from the top, `channels` to a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Stands for a channel that a picture does not have: white goes in, and what comes out is dropped. */
export const OPAQUE = -1;

/** How a network wants its numbers. */
export interface Encoding {
  /** What white is: 1 or 255. */
  white: number;
  /** Which of a picture's channels each of the network's inputs and outputs is. */
  inputs: readonly number[];
  outputs: readonly number[];
}

/**
 * A part of a picture as [1, inputs, height, width]; what lies outside of the picture repeats its edge.
 * @param left,top may be negative
 */
export function cutTile(
  image: Pixels,
  left: number,
  top: number,
  size: { width: number; height: number },
  encoding: Encoding,
): Tensor {
  const { width, height } = size;
  const out = tensor([1, encoding.inputs.length, height, width]);
  const values = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255) * encoding.white);
  const columns = Int32Array.from(
    { length: width },
    (_, x) => Math.min(image.width - 1, Math.max(0, left + x)) * image.channels,
  );
  let to = 0;
  for (const channel of encoding.inputs) {
    if (channel === OPAQUE) {
      out.data.fill(encoding.white, to, to + width * height);
      to += width * height;
      continue;
    }
    for (let y = 0; y < height; y++) {
      const row = Math.min(image.height - 1, Math.max(0, top + y)) * image.width * image.channels + channel;
      for (let x = 0; x < width; x++) out.data[to++] = values[image.data[row + columns[x]!]!]!;
    }
  }
  return out;
}

/** A rectangle. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A part of a network's output as bytes; the nearest of 256 values, 0.5 upwards. */
export function takeBox(output: Tensor, box: Box, encoding: Encoding, onto: Pixels): void {
  const [, , rows, columns] = output.dims as [number, number, number, number];
  const factor = 255 / encoding.white;
  encoding.outputs.forEach((channel, plane) => {
    if (channel === OPAQUE) return;
    for (let y = 0; y < box.height; y++) {
      let from = (plane * rows + box.top + y) * columns + box.left;
      let to = y * onto.width * onto.channels + channel;
      for (let x = 0; x < box.width; x++, from++, to += onto.channels) {
        const value = output.data[from]! * factor;
        onto.data[to] = value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
      }
    }
  });
}

/** Copies pixels into a larger picture of the same channels. */
export function putPixels(onto: Pixels, part: Pixels, left: number, top: number, box: Box): void {
  const length = box.width * onto.channels;
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * part.width + box.left) * part.channels;
    onto.data.set(part.data.subarray(from, from + length), ((top + y) * onto.width + left) * onto.channels);
  }
}
