import { describe, expect, it } from 'vitest';
import {
  clamp,
  concatBatch,
  concatChannels,
  mix,
  repeatBatch,
  sliceBatch,
  tensor,
  zip,
} from '../../../../src/pipeline/tensor/tensor.ts';

const of = (dims: number[], ...values: number[]) => tensor(dims, Float32Array.from(values));

describe('tensors', () => {
  it('refuse data that does not fill their dimensions', () => {
    expect(() => of([2, 2], 1, 2, 3)).toThrow('tensor of 2x2 cannot hold 3 values');
  });

  it('mix by weights into new memory', () => {
    const a = of([2], 1, 2);
    const mixed = mix([2, a], [-1, of([2], 3, 5)]);
    expect([...mixed.data]).toEqual([-1, -1]);
    expect([...a.data]).toEqual([1, 2]);
  });

  it('of different sizes do not mix', () => {
    expect(() => mix([1, of([1], 1)], [1, of([2], 1, 2)])).toThrow('one shape');
    expect(() => zip(of([1], 1), of([2], 1, 2), (a, b) => a + b)).toThrow('one shape');
  });

  it('are limited to a range', () => {
    expect([...clamp(of([3], -2, 0.5, 2), -1, 1).data]).toEqual([-1, 0.5, 1]);
  });

  it('join along the batch and come apart again', () => {
    const a = of([1, 2], 1, 2);
    const b = of([2, 2], 3, 4, 5, 6);
    const joined = concatBatch([a, b]);
    expect(joined.dims).toEqual([3, 2]);
    expect([...sliceBatch(joined, 1, 3).data]).toEqual([3, 4, 5, 6]);
    expect([...repeatBatch(a, 2).data]).toEqual([1, 2, 1, 2]);
  });

  it('join along the channels picture by picture', () => {
    const colour = of([2, 1, 1, 2], 1, 2, 3, 4);
    const mask = of([2, 2, 1, 2], 10, 20, 30, 40, 50, 60, 70, 80);
    const joined = concatChannels([colour, mask]);
    expect(joined.dims).toEqual([2, 3, 1, 2]);
    expect([...joined.data]).toEqual([1, 2, 10, 20, 30, 40, 3, 4, 50, 60, 70, 80]);
  });
});
