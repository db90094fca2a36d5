import { concatBatch, type Tensor } from '../tensor/tensor.ts';

/**
 * The tensors of a run, for comparison with another implementation: `timesteps`, `sigmas`, `image`, `image_latents`,
 * `noise`, `latents.0` (start) … `latents.N`, `decoded` and, when inpainting, `mask`. Pictures painted one after the
 * other become rows of the first dimension.
 */
export interface Trace {
  add(name: string, value: Tensor): void;
  tensors(): Map<string, Tensor>;
}

/** Names whose value is the same for every picture of a run. */
const SHARED = new Set(['timesteps', 'sigmas', 'image', 'mask']);

export function createTrace(): Trace {
  const rows = new Map<string, Tensor[]>();
  return {
    add(name, value) {
      const known = rows.get(name);
      const copy = { dims: value.dims, data: Float32Array.from(value.data) };
      if (!known) rows.set(name, [copy]);
      else if (!SHARED.has(name)) known.push(copy);
    },
    tensors: () =>
      new Map([...rows].map(([name, parts]) => [name, parts.length === 1 ? parts[0]! : concatBatch(parts)])),
  };
}
