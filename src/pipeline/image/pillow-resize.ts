import type { ByteImage } from './rgb-image.ts';

/**
 * Pillow's `Image.resize`, equal to the byte: the kernels are evaluated in double precision and applied as 22-bit fixed
 * point, along the rows and the columns in Pillow's order, with 8 bits between. sharp's resize is another algorithm.
 * @see Pillow `src/libImaging/Resample.c`
 */
export type Filter = 'lanczos' | 'bicubic';

const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const KERNELS: Record<Filter, { support: number; at(x: number): number }> = {
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bicubic: {
    support: 2,
    at: (value) => {
      const x = Math.abs(value);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((x - 5) * x + 8) * x * -0.5 + 2 : 0;
    },
  },
};

interface Axis {
  /** First source pixel of each target pixel. */
  starts: Int32Array;
  /** How many source pixels each takes. */
  counts: Int32Array;
  /** Fixed-point weights, `stride` to a target pixel. */
  weights: Int32Array;
  stride: number;
}

/** The weights along one axis from the source interval [from, to) to `size` pixels. */
function axis(sourceSize: number, from: number, to: number, size: number, filter: Filter): Axis {
  const kernel = KERNELS[filter];
  const scale = (to - from) / size;
  const filterScale = Math.max(scale, 1);
  const support = kernel.support * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(size);
  const counts = new Int32Array(size);
  const weights = new Int32Array(size * stride);
  const values = new Float64Array(stride);
  for (let i = 0; i < size; i++) {
    const center = from + (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(sourceSize, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      values[k] = kernel.at((k + start - center + 0.5) / filterScale);
      sum += values[k]!;
    }
    for (let k = 0; k < count; k++) {
      const weight = (sum === 0 ? values[k]! : values[k]! / sum) * (1 << PRECISION_BITS);
      weights[i * stride + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

const clip8 = (sum: number): number => {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

function alongRows(image: ByteImage, width: number, table: Axis): ByteImage {
  const { channels, height } = image;
  const data = new Uint8Array(width * height * channels);
  const { starts, counts, weights, stride } = table;
  for (let y = 0; y < height; y++) {
    const row = y * image.width;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = HALF;
        let at = (row + starts[x]!) * channels + c;
        for (let k = 0; k < counts[x]!; k++, at += channels)
          sum += image.data[at]! * weights[x * stride + k]!;
        data[(y * width + x) * channels + c] = clip8(sum);
      }
    }
  }
  return { width, height, channels, data };
}

function alongColumns(image: ByteImage, height: number, table: Axis): ByteImage {
  const { channels, width } = image;
  const line = width * channels;
  const data = new Uint8Array(line * height);
  const { starts, counts, weights, stride } = table;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < line; i++) {
      let sum = HALF;
      let at = starts[y]! * line + i;
      for (let k = 0; k < counts[y]!; k++, at += line) sum += image.data[at]! * weights[y * stride + k]!;
      data[y * line + i] = clip8(sum);
    }
  }
  return { width, height, channels, data };
}

/**
 * Resizes by stretching; the aspect is the caller's business.
 * @param box the part of the source that is taken, left, top, right, bottom; it may be empty along an axis, which
 *   repeats the line there
 */
export function resize(
  image: ByteImage,
  width: number,
  height: number,
  filter: Filter = 'lanczos',
  box: readonly [number, number, number, number] = [0, 0, image.width, image.height],
): ByteImage {
  const [left, top, right, bottom] = box;
  const across = width !== image.width || left !== 0 || right !== width;
  const down = height !== image.height || top !== 0 || bottom !== height;
  const rows = (input: ByteImage) => alongRows(input, width, axis(image.width, left, right, width, filter));
  const columns = (input: ByteImage) =>
    alongColumns(input, height, axis(image.height, top, bottom, height, filter));
  if (across && down) return columnsFirst(image, width, height) ? rows(columns(image)) : columns(rows(image));
  if (across) return rows(image);
  return down ? columns(image) : image;
}

/** Pillow 13 goes along the columns first where that drops more than twice as many lines as the rows would. */
function columnsFirst(image: ByteImage, width: number, height: number): boolean {
  return height < image.height && image.height - height > 2 * (image.width - width);
}
