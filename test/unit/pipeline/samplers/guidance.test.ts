import { describe, expect, it } from 'vitest';
import {
  guidanceEmbedding,
  guide,
  guidesAt,
  rescaleGuidance,
} from '../../../../src/pipeline/samplers/guidance.ts';
import { threshold } from '../../../../src/pipeline/samplers/prediction.ts';
import { tensor } from '../../../../src/pipeline/tensor/tensor.ts';

const of = (dims: number[], ...values: number[]) => tensor(dims, Float32Array.from(values));

describe('guidance', () => {
  it('goes on from the unconditional output through the conditional one', () => {
    expect([...guide(of([2], 1, 1), of([2], 2, 0), 3).data]).toEqual([4, -2]);
  });

  it('of 1 is the conditional output', () => {
    expect([...guide(of([2], 9, -7), of([2], 2, 0.5), 1).data]).toEqual([2, 0.5]);
  });

  it('rescaled fully has the spread of the conditional output, each picture its own', () => {
    const guided = of([2, 2], -4, 4, 0, 10);
    const rescaled = rescaleGuidance(guided, of([2, 2], -1, 1, 0, 5), 1);
    expect([...rescaled.data]).toEqual([-1, 1, 0, 5]);
    expect([...rescaleGuidance(guided, guided, 0.7).data]).toEqual([-4, 4, 0, 10]);
  });

  it('is on inside its interval only, and never at a scale of 1', () => {
    const progress = [0, 0.25, 0.5, 0.75];
    expect(progress.map((at) => guidesAt(7, at))).toEqual([true, true, true, true]);
    expect(progress.map((at) => guidesAt(7, at, [0.25, 0.75]))).toEqual([false, true, true, false]);
    expect(guidesAt(1, 0)).toBe(false);
  });

  it('embedded in an odd size ends in a zero', () => {
    const embedding = guidanceEmbedding(4, 7);
    expect(embedding).toHaveLength(7);
    expect(embedding[6]).toBe(0);
    expect([...guidanceEmbedding(1, 4)]).toEqual([0, 0, 1, 1]);
  });
});

describe('dynamic thresholding', () => {
  it('scales a picture back by its own quantile and leaves a quiet one alone', () => {
    const clean = of([2, 1, 1, 3], -4, 2, 0, 0.5, -0.5, 0);
    expect([...threshold(clean, 1, 10).data]).toEqual([-1, 0.5, 0, 0.5, -0.5, 0]);
  });
});
