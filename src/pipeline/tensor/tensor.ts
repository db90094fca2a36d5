import { invariant } from '../../errors.ts';

/** Numbers in row-major order with their dimensions; latents and pictures are NCHW. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The number of values that dimensions hold. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Wraps data (not copied), or makes zeros. */
export function tensor(dims: readonly number[], data: Float32Array = new Float32Array(sizeOf(dims))): Tensor {
  invariant(data.length === sizeOf(dims), `tensor of ${dims.join('x')} cannot hold ${data.length} values`);
  return { dims, data };
}

/**
 * The weighted sum of tensors of one shape, in a new tensor. Sums in double precision and rounds once.
 * @param terms pairs of factor and tensor
 */
export function mix(...terms: readonly (readonly [number, Tensor])[]): Tensor {
  const first = terms[0];
  invariant(first, 'mix needs a term');
  const length = first[1].data.length;
  const factors = terms.map(([factor]) => factor);
  const inputs = terms.map(([, input]) => input.data);
  invariant(
    inputs.every((input) => input.length === length),
    'mix needs tensors of one shape',
  );
  const [a = 0, b = 0] = factors;
  const [x, y] = inputs;
  // One and two terms are what samplers mostly ask for, and the inner loop costs five times as much.
  const out =
    inputs.length > 2 || !x
      ? mixMany(factors, inputs, length)
      : y
        ? mixTwo(a, x, b, y)
        : x.map((value) => a * value);
  return { dims: first[1].dims, data: out };
}

function mixTwo(a: number, x: Float32Array, b: number, y: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = a * x[i]! + b * y[i]!;
  return out;
}

function mixMany(factors: readonly number[], inputs: readonly Float32Array[], length: number): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < inputs.length; k++) sum += factors[k]! * inputs[k]![i]!;
    out[i] = sum;
  }
  return out;
}

/** A new tensor of `combine(a, b)` of each pair of values, rounded to float32. */
export function zip(a: Tensor, b: Tensor, combine: (a: number, b: number) => number): Tensor {
  invariant(a.data.length === b.data.length, 'zip needs tensors of one shape');
  const out = new Float32Array(a.data.length);
  for (let i = 0; i < out.length; i++) out[i] = combine(a.data[i]!, b.data[i]!);
  return { dims: a.dims, data: out };
}

/** A new tensor with every value limited to the range. */
export function clamp(input: Tensor, low: number, high: number): Tensor {
  return { dims: input.dims, data: input.data.map((value) => Math.min(high, Math.max(low, value))) };
}

/** Joins tensors along the first dimension. */
export function concatBatch(parts: readonly Tensor[]): Tensor {
  const first = parts[0];
  invariant(first, 'concatBatch needs a part');
  const batch = parts.reduce((sum, part) => sum + part.dims[0]!, 0);
  const out = tensor([batch, ...first.dims.slice(1)]);
  let offset = 0;
  for (const part of parts) {
    out.data.set(part.data, offset);
    offset += part.data.length;
  }
  return out;
}

/** One or several rows of the first dimension, as a view on the same memory. */
export function sliceBatch(input: Tensor, from: number, to: number): Tensor {
  const row = sizeOf(input.dims.slice(1));
  return { dims: [to - from, ...input.dims.slice(1)], data: input.data.subarray(from * row, to * row) };
}

/** Joins NCHW tensors of one batch size and picture size along the channels. */
export function concatChannels(parts: readonly Tensor[]): Tensor {
  const [batch, , height, width] = parts[0]!.dims as [number, number, number, number];
  const channels = parts.reduce((sum, part) => sum + part.dims[1]!, 0);
  const out = tensor([batch, channels, height, width]);
  let offset = 0;
  for (let n = 0; n < batch; n++) {
    for (const part of parts) {
      const size = part.dims[1]! * height * width;
      out.data.set(part.data.subarray(n * size, (n + 1) * size), offset);
      offset += size;
    }
  }
  return out;
}

/** The first row repeated. */
export function repeatBatch(input: Tensor, times: number): Tensor {
  return times === 1 ? input : concatBatch(Array.from({ length: times }, () => input));
}
