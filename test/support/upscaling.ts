import { fileURLToPath } from 'node:url';
import {
  loadUpscaler,
  type RgbaImage,
  type Upscaler,
  type UpscalerSpec,
  upscale,
} from '../../src/pipeline/index.ts';

/** Opens a network of `test/fixtures/networks` on the processor. */
export function openTiny(name: string, spec: UpscalerSpec = {}): Promise<Upscaler> {
  return loadUpscaler(
    fileURLToPath(new URL(`../fixtures/networks/${name}.onnx`, import.meta.url)),
    spec,
    'cpu',
  );
}

/** Opens a bundled network, such as `upscale-photo/waifu2x-photo-x2`. */
export function openBundled(path: string): Promise<Upscaler> {
  return loadUpscaler(fileURLToPath(new URL(`../../models/${path}.onnx`, import.meta.url)), {}, 'cpu');
}

/** Noise from a seed, opaque unless told otherwise. */
export function noise(
  width: number,
  height: number,
  seed = 1,
  alpha?: (x: number, y: number) => number,
): RgbaImage {
  let state = seed;
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = state >>> 24;
  }
  for (let i = 0; i < width * height; i++)
    data[i * 4 + 3] = alpha ? alpha(i % width, Math.floor(i / width)) : 255;
  return { width, height, data };
}

/** Bytes that differ between tiles of a length and one tile over everything. */
export async function differingBytes(
  upscaler: Upscaler,
  image: RgbaImage,
  scale: 2 | 4,
  tile: number,
): Promise<{ differing: number; tiles: number }> {
  const one = await upscale(upscaler, image, { scale, tile: 100_000 });
  const many = await upscale(upscaler, image, { scale, tile });
  let differing = one.image.data.length === many.image.data.length ? 0 : Infinity;
  for (let i = 0; i < one.image.data.length; i++)
    if (one.image.data[i] !== many.image.data[i]) differing += 1;
  return { differing, tiles: many.tiles };
}
