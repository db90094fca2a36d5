import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../src/pipeline/tensor/random.ts';
import { worstRelative } from '../support/tensors.ts';

interface Draw {
  n: number;
  first: number[];
  last: number[];
  sha256: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const sha256 = (values: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

function check(values: Float32Array, draw: Draw): void {
  expect(worstRelative(values.slice(0, draw.first.length), draw.first)).toBe(0);
  expect(worstRelative(values.slice(-draw.last.length), draw.last)).toBe(0);
  expect(sha256(values)).toBe(draw.sha256);
}

describe('normal numbers equal those of torch.randn to the last bit', () => {
  const { cases } = read('rng.json') as { cases: (Draw & { seed: number; second_sha256: string })[] };
  it.each(cases)('seed $seed, $n numbers', (c) => {
    const generator = new TorchGenerator(c.seed);
    check(generator.normals(c.n), c);
    expect(sha256(generator.normals(c.n))).toBe(c.second_sha256);
  });
});

describe('several draws from one generator follow each other as in torch', () => {
  const { cases } = read('extra/rng.json') as { cases: { seed: string; draws: Draw[] }[] };
  it.each(cases.map((c) => ({ ...c, sizes: c.draws.map((draw) => draw.n).join(', ') })))(
    'seed $seed, draws of $sizes',
    ({ seed, draws: expected }) => {
      const generator = new TorchGenerator(BigInt(seed));
      for (const draw of expected) check(generator.normals(draw.n), draw);
    },
  );
});

describe('raw numbers equal those of torch', () => {
  const { raw } = read('extra/rng.json') as {
    raw: { seed: string; random_24bit: number[]; uniform: number[] }[];
  };
  it.each(raw)('seed $seed', ({ seed, random_24bit: bits, uniform }) => {
    const ints = new TorchGenerator(BigInt(seed));
    // torch.randint takes one 32-bit output modulo the range.
    expect(bits.map(() => ints.uint32() % 2 ** 24)).toEqual(bits);
    const floats = new TorchGenerator(BigInt(seed));
    expect(uniform.map(() => floats.uniform())).toEqual(uniform);
  });
});
