import { mix, sizeOf, type Tensor } from '../tensor/tensor.ts';

const f32 = Math.fround;

/**
 * Classifier-free guidance: away from the unconditional output by `scale`. At 1 it is the conditional output.
 * @see Ho & Salimans 2022, https://arxiv.org/abs/2207.12598
 */
export function guide(unconditional: Tensor, conditional: Tensor, scale: number): Tensor {
  return mix([1 - scale, unconditional], [scale, conditional]);
}

/**
 * Brings the contrast of a guided output back to that of the conditional one, each picture by itself.
 * @param share 0 keeps the guided output, 1 replaces it
 * @see Lin et al. 2023, https://arxiv.org/abs/2305.08891, section 3.4
 */
export function rescaleGuidance(guided: Tensor, conditional: Tensor, share: number): Tensor {
  const size = sizeOf(guided.dims.slice(1));
  const data = new Float32Array(guided.data.length);
  for (let start = 0; start < data.length; start += size) {
    const picture = guided.data.subarray(start, start + size);
    const ratio = spread(conditional.data.subarray(start, start + size)) / spread(picture);
    const factor = share * ratio + 1 - share;
    for (let i = 0; i < size; i++) data[start + i] = factor * picture[i]!;
  }
  return { dims: guided.dims, data };
}

/** The standard deviation, with torch's n − 1. */
function spread(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/**
 * Whether guidance is on at a step.
 * @param progress 0 at the first step that runs, below 1 at the last
 * @param interval start (included) and end (excluded) of the guided part, as shares of the run
 * @see Kynkäänniemi et al. 2024, https://arxiv.org/abs/2404.07724
 */
export function guidesAt(
  scale: number,
  progress: number,
  interval: readonly [number, number] = [0, 1],
): boolean {
  return scale > 1 && progress >= interval[0] && progress < interval[1];
}

/**
 * The guidance scale as a model distilled from guidance takes it: sines, then cosines, of 1000·(scale − 1) at
 * frequencies from 1 to 1/10000.
 * @param size the UNet's `time_cond_proj_dim`; an odd one ends in a zero
 * @see Luo et al. 2023, https://arxiv.org/abs/2310.04378; diffusers `get_guidance_scale_embedding`
 */
export function guidanceEmbedding(scale: number, size = 256): Float32Array {
  const half = Math.floor(size / 2);
  const rate = f32(f32(Math.log(10000)) / (half - 1));
  const weight = f32(f32(scale - 1) * 1000);
  const out = new Float32Array(size);
  for (let i = 0; i < half; i++) {
    const angle = f32(weight * f32(Math.exp(f32(i * -rate))));
    out[i] = Math.sin(angle);
    out[half + i] = Math.cos(angle);
  }
  return out;
}
