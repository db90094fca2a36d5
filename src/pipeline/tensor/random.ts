import { boxMuller } from './box-muller.ts';
import { type Tensor, tensor } from './tensor.ts';

const N = 624;
const M = 397;
const TWO_PI = 2 * Math.PI;

/**
 * torch's CPU generator: the same seed gives the numbers of `torch.Generator('cpu').manual_seed(seed)`.
 * Draws from one generator follow each other, so their order is part of a picture's definition.
 * @see Matsumoto & Nishimura 1998 (mt19937); torch `aten/src/ATen/core/{MT19937RNGEngine,DistributionsHelper}.h`
 */
export class TorchGenerator {
  readonly #state = new Uint32Array(N);
  #next = N;
  #spareNormal: number | undefined;

  /** @param seed of which the low 32 bits count, as in torch */
  constructor(seed: number | bigint) {
    let previous = Number(BigInt.asUintN(32, BigInt(seed)));
    this.#state[0] = previous;
    for (let i = 1; i < N; i++) {
      previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) >>> 0;
      this.#state[i] = previous;
    }
  }

  /** The next 32 random bits. */
  uint32(): number {
    if (this.#next >= N) this.#twist();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #twist(): void {
    const s = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (s[i]! & 0x80000000) | (s[(i + 1) % N]! & 0x7fffffff);
      s[i] = s[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** Uniform in [0, 1) with the 24 bits of a float32, as `torch.rand`. */
  uniform(): number {
    return (this.uint32() & 0xffffff) / 0x1000000;
  }

  #uniform53(): number {
    const high = this.uint32();
    const low = this.uint32();
    return ((high & 0x1fffff) * 0x100000000 + low) / 0x20000000000000;
  }

  /** One normal number in double precision; every second one comes from the pair drawn before. */
  #normalOfPair(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const u1 = this.#uniform53();
    const u2 = this.#uniform53();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    this.#spareNormal = radius * Math.sin(TWO_PI * u1);
    return radius * Math.cos(TWO_PI * u1);
  }

  /** Standard normal numbers, as `torch.randn(count, generator)`. Fewer than 16 take another path in torch, and here. */
  normals(count: number): Float32Array {
    const out = new Float32Array(count);
    if (count < 16) {
      for (let i = 0; i < count; i++) out[i] = this.#normalOfPair();
      return out;
    }
    for (let i = 0; i < count; i++) out[i] = this.uniform();
    for (let i = 0; i + 16 <= count; i += 16) boxMuller(out, i);
    if (count % 16 !== 0) {
      for (let i = count - 16; i < count; i++) out[i] = this.uniform();
      boxMuller(out, count - 16);
    }
    return out;
  }
}

/** Normal noise for a batch: one generator a picture, in the order of the pictures. */
export function batchNormals(generators: readonly TorchGenerator[], dims: readonly number[]): Tensor {
  const out = tensor([generators.length, ...dims]);
  const size = out.data.length / generators.length;
  generators.forEach((generator, index) => out.data.set(generator.normals(size), index * size));
  return out;
}
