import { describe, expect, it } from 'vitest';
import { batchNormals, TorchGenerator } from '../../../../src/pipeline/tensor/random.ts';

describe('the generator', () => {
  it('looks at the low 32 bits of a seed only', () => {
    const low = new TorchGenerator(7).normals(20);
    expect(new TorchGenerator(2n ** 40n + 7n).normals(20)).toEqual(low);
    expect(new TorchGenerator(2 ** 32 + 7).normals(20)).toEqual(low);
  });

  it('keeps the second number of a pair for the next short draw', () => {
    const together = new TorchGenerator(1).normals(2);
    const apart = new TorchGenerator(1);
    expect([...apart.normals(1), ...apart.normals(1)]).toEqual([...together]);
  });

  it('draws other numbers for 16 and more than for fewer', () => {
    expect(new TorchGenerator(1).normals(16)[0]).not.toBe(new TorchGenerator(1).normals(15)[0]);
  });

  it('gives each picture of a batch what it would have alone', () => {
    const batch = batchNormals([new TorchGenerator(5), new TorchGenerator(6)], [2, 3, 4]);
    expect(batch.dims).toEqual([2, 2, 3, 4]);
    expect(batch.data.slice(24)).toEqual(new TorchGenerator(6).normals(24));
  });

  it('has mean 0 and variance 1', () => {
    const values = new TorchGenerator(3).normals(100_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    // Three standard errors: 0.0095 and 0.0134.
    expect(Math.abs(mean)).toBeLessThan(0.0095);
    expect(Math.abs(variance - 1)).toBeLessThan(0.0134);
  });
});
