import { resize } from '../image/pillow-resize.ts';
import type { ByteImage, RgbImage } from '../image/rgb-image.ts';
import type { NetworkFacts } from './measure-network.ts';
import { type Box, cutTile, type Encoding, OPAQUE, putPixels, takeBox } from './tile-pixels.ts';
import { type AxisPlan, planAxis } from './tile-plan.ts';
import type { Upscaler } from './upscaler.ts';

/** One run of a network over a whole picture: `enlarge` times larger, and `shrink` (whole) times smaller again. */
export interface Pass {
  enlarge: number;
  shrink: number;
}

/** A pass laid out over a picture of known size. */
export interface PassPlan extends Pass {
  width: number;
  height: number;
  across: AxisPlan;
  down: AxisPlan;
  /** Input pixels beyond a tile's kept part that shrinking looks at. */
  context: number;
  tiles: number;
}

/** Longest side of a tile: about 2 seconds on one core with the bundled networks, and some 200 MB. */
const TILE = 320;
/** Pixels to each side that the Lanczos kernel looks at, in the smaller picture. */
const LANCZOS_SUPPORT = 3;

/** Lays out a pass; tiles are as even as they can be. */
export function planPass(
  { facts, spec }: Pick<Upscaler, 'facts' | 'spec'>,
  size: { width: number; height: number },
  pass: Pass,
  tile = spec.tile ?? TILE,
): PassPlan {
  const { width, height } = size;
  const { fixed, margin, multiple } = facts;
  const context = pass.shrink === 1 ? 0 : Math.ceil((LANCZOS_SUPPORT * pass.shrink) / pass.enlarge) + 1;
  const rule = { overlap: facts.overlap + context, multiple, fixed: fixed !== undefined };
  const across = planAxis(width, { ...rule, longest: fixed ? fixed.width - 2 * margin : tile });
  const down = planAxis(height, { ...rule, longest: fixed ? fixed.height - 2 * margin : tile });
  const tiles = across.spans.length * down.spans.length;
  return { ...pass, width, height, across, down, context, tiles };
}

/** How the network's channels relate to red, green and blue; a network of one channel runs once for each. */
function encodings(
  { channels, white, reversed }: NetworkFacts,
  colour: 'rgb' | 'bgr' | undefined,
): Encoding[] {
  if (channels === 1) return [0, 1, 2].map((c) => ({ white, inputs: [c], outputs: [c] }));
  const order = colour === 'bgr' ? [2, 1, 0] : [0, 1, 2];
  const further = channels === 4 ? [OPAQUE] : [];
  const back = reversed ? order.toReversed() : order;
  return [{ white, inputs: [...order, ...further], outputs: [...back, ...further] }];
}

/**
 * Runs a pass.
 * @param onTile called after each tile; what it throws ends the work
 */
export async function runPass(
  upscaler: Upscaler,
  image: RgbImage,
  plan: PassPlan,
  onTile: () => Promise<void>,
): Promise<RgbImage> {
  const { facts, spec } = upscaler;
  const source = { ...image, channels: 3 };
  const scale = plan.enlarge / plan.shrink;
  const out: ByteImage = emptyPicture(image.width * scale, image.height * scale);
  const size = {
    width: plan.across.tile + 2 * facts.margin,
    height: plan.down.tile + 2 * facts.margin,
  };
  for (const down of plan.down.spans) {
    for (const across of plan.across.spans) {
      // The kept part and what shrinking looks at around it, in the source's pixels.
      const left = Math.max(0, across.from - plan.context);
      const top = Math.max(0, down.from - plan.context);
      const right = Math.min(image.width, across.to + plan.context);
      const bottom = Math.min(image.height, down.to + plan.context);
      const part = emptyPicture((right - left) * plan.enlarge, (bottom - top) * plan.enlarge);
      const from: Box = {
        left: (left - across.start) * plan.enlarge,
        top: (top - down.start) * plan.enlarge,
        width: part.width,
        height: part.height,
      };
      for (const encoding of encodings(facts, spec.colour)) {
        const tile = cutTile(source, across.start - facts.margin, down.start - facts.margin, size, encoding);
        takeBox(await upscaler.run(tile), from, encoding, part);
      }
      const kept: Box = {
        left: (across.from - left) * scale,
        top: (down.from - top) * scale,
        width: (across.to - across.from) * scale,
        height: (down.to - down.from) * scale,
      };
      putPixels(out, shrinkBy(part, plan.shrink), across.from * scale, down.from * scale, kept);
      await onTile();
    }
  }
  return { width: out.width, height: out.height, data: out.data };
}

/** Rows first, always: the order shows in the last bit, and must not hang on a tile's shape. */
function shrinkBy(part: ByteImage, times: number): ByteImage {
  if (times === 1) return part;
  return resize(resize(part, part.width / times, part.height), part.width / times, part.height / times);
}

function emptyPicture(width: number, height: number): ByteImage {
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
}
