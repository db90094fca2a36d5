import * as ort from 'onnxruntime-node';
import { OperatorError } from '../../errors.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { fromHalves, toHalves } from './half-float.ts';

/** What goes into a session: latents and embeddings, or token ids. */
export type Feed = Tensor | { dims: readonly number[]; data: Int32Array };

/**
 * A value in the element type that a graph's input declares; exports differ in it, whatever their family.
 * @throws OperatorError `unsupported-model` for types that no known export uses
 */
export function toOrtValue(feed: Feed, type: string, where: string): ort.Tensor {
  const { data } = feed;
  const dims = [...feed.dims];
  switch (type) {
    case 'float32':
      return new ort.Tensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), dims);
    case 'float64':
      return new ort.Tensor('float64', Float64Array.from(data), dims);
    case 'int32':
      return new ort.Tensor('int32', Int32Array.from(data), dims);
    case 'int64':
      return new ort.Tensor(
        'int64',
        BigInt64Array.from(Array.from(data, (v) => BigInt(Math.trunc(v)))),
        dims,
      );
    case 'float16': {
      const halves = toHalves(data instanceof Float32Array ? data : Float32Array.from(data));
      // The Tensor constructor refuses halves where Float16Array exists (Node 23 and newer); the plain form works everywhere.
      const plain: unknown = { type: 'float16', dims, data: halves, location: 'cpu' };
      return plain as ort.Tensor;
    }
    default:
      throw new OperatorError(
        'unsupported-model',
        `Expected a float or integer input in ${where}, but it wants ${type}`,
      );
  }
}

/** A session's output as float32. */
export function fromOrtValue(value: ort.Tensor, where: string): Tensor {
  const dims = [...value.dims];
  const data: unknown = value.data;
  if (data instanceof Float32Array) return tensor(dims, data);
  if (data instanceof Uint16Array) return tensor(dims, fromHalves(data));
  if (value.type === 'float16' || value.type === 'float64') {
    return tensor(dims, Float32Array.from(data as ArrayLike<number>));
  }
  throw new OperatorError(
    'unsupported-model',
    `Expected a float output from ${where}, but received ${value.type}`,
  );
}
