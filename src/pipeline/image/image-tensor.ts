import { roundHalfEven } from '../schedule/numpy.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { GrayImage, RgbImage } from './rgb-image.ts';

const f32 = Math.fround;

/** Pixels as [1, 3, height, width] in −1..1, with diffusers' float32 steps. */
export function imageToTensor(image: RgbImage): Tensor {
  const area = image.width * image.height;
  const out = tensor([1, 3, image.height, image.width]);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < area; i++) out.data[c * area + i] = 2 * f32(image.data[i * 3 + c]! / 255) - 1;
  }
  return out;
}

/** One picture of a batch in −1..1 as pixels; halves round to even, as numpy rounds. */
export function tensorToImage(batch: Tensor, index: number): RgbImage {
  const [, , height, width] = batch.dims as [number, number, number, number];
  const area = width * height;
  const data = new Uint8Array(area * 3);
  const start = index * area * 3;
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < area; i++) {
      const unit = Math.min(1, Math.max(0, f32(batch.data[start + c * area + i]! / 2) + 0.5));
      data[i * 3 + c] = roundHalfEven(f32(f32(unit) * 255));
    }
  }
  return { width, height, data };
}

/** A mask as [1, 1, height, width], 1 where it is at least half white. */
export function maskToTensor(mask: GrayImage): Tensor {
  const values = Float32Array.from(mask.data, (value) => (f32(value / 255) >= 0.5 ? 1 : 0));
  return tensor([1, 1, mask.height, mask.width], values);
}

/** The mask at the latents' size, by the nearest pixel as `torch.nn.functional.interpolate` takes it. */
export function shrinkMask(mask: Tensor, height: number, width: number): Tensor {
  const [, , fullHeight, fullWidth] = mask.dims as [number, number, number, number];
  const out = tensor([1, 1, height, width]);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y * f32(fullHeight / height));
    for (let x = 0; x < width; x++) {
      out.data[y * width + x] = mask.data[row * fullWidth + Math.floor(x * f32(fullWidth / width))]!;
    }
  }
  return out;
}

/** True when a picture holds numbers that are none: a half-precision model overflowed. */
export function hasNaN(batch: Tensor): boolean {
  return batch.data.some((value) => Number.isNaN(value));
}
