import { type Tensor, tensor } from '../tensor/tensor.ts';

/** A tile's side in pixels and in latents, and the share of it that neighbours have in common (0 to below 1). */
export interface TileSize {
  pixels: number;
  latents: number;
  overlap: number;
}

type Run = (part: Tensor) => Promise<Tensor>;

function cut(input: Tensor, top: number, left: number, height: number, width: number): Tensor {
  const [batch, channels, fullHeight, fullWidth] = input.dims as [number, number, number, number];
  const bottom = Math.min(top + height, fullHeight);
  const right = Math.min(left + width, fullWidth);
  const out = tensor([batch, channels, bottom - top, right - left]);
  let at = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = top; y < bottom; y++) {
      const row = (plane * fullHeight + y) * fullWidth;
      out.data.set(input.data.subarray(row + left, row + right), at);
      at += right - left;
    }
  }
  return out;
}

function place(onto: Tensor, part: Tensor, top: number, left: number): void {
  const [, , fullHeight, fullWidth] = onto.dims as [number, number, number, number];
  const [batch, channels, height, width] = part.dims as [number, number, number, number];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < Math.min(height, fullHeight - top); y++) {
      const from = (plane * height + y) * width;
      const count = Math.min(width, fullWidth - left);
      onto.data.set(
        part.data.subarray(from, from + count),
        (plane * fullHeight + top + y) * fullWidth + left,
      );
    }
  }
}

/** Fades the end of `before` into the start of `tile`, in place. */
function blend(before: Tensor, tile: Tensor, extent: number, axis: 'down' | 'across'): void {
  const [, , beforeHeight, beforeWidth] = before.dims as [number, number, number, number];
  const [batch, channels, height, width] = tile.dims as [number, number, number, number];
  const along =
    axis === 'down' ? Math.min(beforeHeight, height, extent) : Math.min(beforeWidth, width, extent);
  const across = axis === 'down' ? Math.min(width, beforeWidth) : Math.min(height, beforeHeight);
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let i = 0; i < along; i++) {
      const share = i / along;
      for (let j = 0; j < across; j++) {
        const [y, x] = axis === 'down' ? [i, j] : [j, i];
        const beforeY = axis === 'down' ? beforeHeight - along + i : j;
        const beforeX = axis === 'down' ? j : beforeWidth - along + i;
        const at = (plane * height + y) * width + x;
        const old = before.data[(plane * beforeHeight + beforeY) * beforeWidth + beforeX]!;
        tile.data[at] = old * (1 - share) + tile.data[at]! * share;
      }
    }
  }
}

interface Walk {
  /** Side and step of a tile in the input. */
  side: number;
  step: number;
  /** Blended and kept lengths in the output. */
  blend: number;
  keep: number;
  /** Output size. */
  height: number;
  width: number;
}

/**
 * Runs a graph tile by tile and blends linearly, first with the tile above and then with the one to the left, both
 * already blended.
 * @see diffusers `AutoencoderKL.tiled_encode`, `tiled_decode`
 */
async function walk(run: Run, input: Tensor, plan: Walk): Promise<Tensor> {
  const [batch, , height, width] = input.dims as [number, number, number, number];
  let out: Tensor | undefined;
  let above: Tensor[] = [];
  for (let y = 0, row = 0; y < height; y += plan.step, row++) {
    const tiles: Tensor[] = [];
    for (let x = 0, column = 0; x < width; x += plan.step, column++) {
      const result = await run(cut(input, y, x, plan.side, plan.side));
      const tile = tensor(result.dims, Float32Array.from(result.data));
      const upper = above[column];
      const left = tiles.at(-1);
      if (upper) blend(upper, tile, plan.blend, 'down');
      if (left) blend(left, tile, plan.blend, 'across');
      tiles.push(tile);
      out ??= tensor([batch, tile.dims[1]!, plan.height, plan.width]);
      place(out, cut(tile, 0, 0, plan.keep, plan.keep), row * plan.keep, column * plan.keep);
    }
    above = tiles;
  }
  return out!;
}

/** Encodes a picture in tiles; a picture that fits one tile is encoded whole. */
export async function tiledEncode(run: Run, picture: Tensor, tile: TileSize): Promise<Tensor> {
  const [, , height, width] = picture.dims as [number, number, number, number];
  if (height <= tile.pixels && width <= tile.pixels) return run(picture);
  const factor = tile.pixels / tile.latents;
  const blendLength = Math.trunc(tile.latents * tile.overlap);
  return walk(run, picture, {
    side: tile.pixels,
    step: Math.trunc(tile.pixels * (1 - tile.overlap)),
    blend: blendLength,
    keep: tile.latents - blendLength,
    height: height / factor,
    width: width / factor,
  });
}

/** Decodes latents in tiles; latents that fit one tile are decoded whole. */
export async function tiledDecode(run: Run, latents: Tensor, tile: TileSize): Promise<Tensor> {
  const [, , height, width] = latents.dims as [number, number, number, number];
  if (height <= tile.latents && width <= tile.latents) return run(latents);
  const factor = tile.pixels / tile.latents;
  const blendLength = Math.trunc(tile.pixels * tile.overlap);
  return walk(run, latents, {
    side: tile.latents,
    step: Math.trunc(tile.latents * (1 - tile.overlap)),
    blend: blendLength,
    keep: tile.pixels - blendLength,
    height: height * factor,
    width: width * factor,
  });
}
