import { Cancelled } from '../../errors.ts';
import { resize } from '../image/pillow-resize.ts';
import { type RgbaImage, type RgbImage, rgb } from '../image/rgb-image.ts';
import { fillTransparent, isOpaque, joinAlpha, splitAlpha } from './alpha.ts';
import { type Pass, type PassPlan, planPass, runPass } from './enlarge.ts';
import { checkUpscaledSize, UPSCALE_LIMITS, type UpscaleLimits } from './upscale-limits.ts';
import type { Upscaler } from './upscaler.ts';

/** How far the work is; `tile` counts from 1 over all passes. */
export interface TileProgress {
  tile: number;
  of: number;
}

export interface UpscaleOptions {
  scale: 2 | 4;
  limits?: UpscaleLimits;
  /** Longest side of a tile in the network's input. */
  tile?: number;
  onTile?: (progress: TileProgress) => void | Promise<void>;
  signal?: AbortSignal;
}

/** 3 bytes a pixel, or 4 where the source had transparent parts. */
export interface Upscaled {
  image: RgbImage | RgbaImage;
  channels: 3 | 4;
  tiles: number;
}

/**
 * Enlarges a picture tile by tile; the result equals that of one pass to the bit, where the network allows it. A network of
 * a smaller scale runs again on its own result; of a larger one, each tile is shrunk at once. Memory: source, result and
 * one tile. Opacity is resampled (Lanczos) beside the colours.
 * @throws UserError `upscaled-too-large` before any work; Cancelled between two tiles
 */
export async function upscale(
  upscaler: Upscaler,
  source: RgbaImage,
  { scale, limits = UPSCALE_LIMITS, tile, onTile, signal }: UpscaleOptions,
): Promise<Upscaled> {
  checkUpscaledSize(source, scale, limits);
  const opaque = isOpaque(source);
  const { colours, alpha } = splitAlpha(opaque ? source : fillTransparent(source));
  let done = 0;
  const progress = async (of: number) => {
    done += 1;
    await onTile?.({ tile: done, of });
    // Gives the process a turn, so that a request to cancel is heard between two blocking calls.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new Cancelled();
  };
  if (signal?.aborted) throw new Cancelled();
  const plans = layOut(upscaler, source, scale, tile);
  for (const plan of plans) checkUpscaledSize(plan, plan.enlarge / plan.shrink, limits);
  const of = plans.reduce((sum, plan) => sum + plan.tiles, 0);
  let picture = colours;
  for (const plan of plans) picture = await runPass(upscaler, picture, plan, () => progress(of));
  const width = source.width * scale;
  const height = source.height * scale;
  // Only networks of odd scales (3, 5 …) miss the size.
  if (picture.width !== width) picture = resize(rgb(picture), width, height);
  if (opaque) return { image: picture, channels: 3, tiles: of };
  const opacity = resize({ ...alpha, channels: 1 }, width, height);
  return { image: joinAlpha(picture, opacity), channels: 4, tiles: of };
}

/** The passes over a picture, each on the result of the one before. */
function layOut(upscaler: Upscaler, source: RgbaImage, scale: number, tile: number | undefined): PassPlan[] {
  let { width, height } = source;
  return planPasses(upscaler.facts.scale, scale).map((pass) => {
    const plan = planPass(upscaler, { width, height }, pass, tile);
    width *= pass.enlarge / pass.shrink;
    height *= pass.enlarge / pass.shrink;
    return plan;
  });
}

/**
 * Passes of a network that lead to a scale, or near it: repeated while it falls well short, and shrunk where it overshoots
 * by a whole factor.
 * @param network the network's scale, 2 to 8
 */
export function planPasses(network: number, wanted: number): Pass[] {
  const passes: Pass[] = [];
  let reached = 1;
  while (reached < wanted * 0.75) {
    const overshoot = (reached * network) / wanted;
    const shrink = Number.isInteger(overshoot) ? overshoot : 1;
    passes.push({ enlarge: network, shrink });
    reached = (reached * network) / shrink;
  }
  return passes;
}
