import { type Tensor, tensor } from '../tensor/tensor.ts';
import type { GrayImage, RgbImage } from './rgb-image.ts';

const f32 = Math.fround;

/** Pixels as [1, 3, height, width] in −1..1, with diffusers' float32 steps. */
export function imageToTensor(image: RgbImage): Tensor {
  const area = image.width * image.height;
  const out = tensor([1, 3, image.height, image.width]);
  const values = Float32Array.from({ length: 256 }, (_, byte) => 2 * f32(byte / 255) - 1);
  for (let c = 0; c < 3; c++) {
    for (let i = 0, from = c; i < area; i++, from += 3) out.data[c * area + i] = values[image.data[from]!]!;
  }
  return out;
}

/** One picture of a batch in −1..1 as pixels; halves round to even, as numpy rounds. */
export function tensorToImage(batch: Tensor, index: number): RgbImage {
  const [, , height, width] = batch.dims as [number, number, number, number];
  const area = width * height;
  const pixels = new Uint8Array(area * 3);
  const { data } = batch;
  for (let c = 0; c < 3; c++) {
    let from = (index * 3 + c) * area;
    for (let to = c; to < pixels.length; to += 3, from++) {
      const unit = f32(data[from]! / 2) + 0.5;
      const value = f32(f32(unit < 0 ? 0 : unit > 1 ? 1 : unit) * 255);
      const rounded = Math.floor(value + 0.5);
      pixels[to] = rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
    }
  }
  return { width, height, data: pixels };
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
export function hasNaN({ data }: Tensor): boolean {
  for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) return true;
  return false;
}
