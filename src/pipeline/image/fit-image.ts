import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { Recipe } from '../../recipe/recipe.ts';

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** What a model asks of a picture's size. */
export interface SizeRule {
  /** Both sides must divide by this: VAE factor × 2^(UNet downsamplers). */
  multiple: number;
  /** The area that the model was trained on, in pixels. */
  nativePixels: number;
}

/** The longest side that is painted unless configured otherwise. */
export const MAX_SIDE = 2048;

/** The size for painting at a picture's own, or the largest that can be painted where that is too large. */
export function keptSize({ width, height }: Size): Recipe['size'] {
  const shrink = Math.min(1, MAX_SIDE / Math.max(width, height));
  return shrink === 1 ? 'keep' : { width: Math.floor(width * shrink), height: Math.floor(height * shrink) };
}

const floorTo = (value: number, multiple: number) => Math.floor(value / multiple) * multiple;
const nearestTo = (value: number, multiple: number) =>
  Math.max(multiple, Math.round(value / multiple) * multiple);

/**
 * The size at which a picture is painted.
 *
 * - `auto`: the model's native area in the source's aspect, sides rounded to the nearest multiple;
 * - `keep`: the source's size rounded down, as diffusers does;
 * - given pixels: rounded down.
 * @throws UserError `picture-too-small` or `picture-too-large`
 */
export function fitSize(source: Size, wanted: Recipe['size'], rule: SizeRule, maxSide = MAX_SIDE): Size {
  const { multiple } = rule;
  if (wanted === 'auto') return autoSize(source, rule, maxSide);
  const from = wanted === 'keep' ? source : wanted;
  const size = { width: floorTo(from.width, multiple), height: floorTo(from.height, multiple) };
  if (size.width < multiple || size.height < multiple) {
    throw new UserError(
      'picture-too-small',
      phrase('Expected at least {least} pixels for this model, but received {given}', {
        least: `${multiple}×${multiple}`,
        given: `${from.width}×${from.height}`,
      }),
      { hint: 'Leave the size out: the picture is then scaled up by itself.' },
    );
  }
  const longest = Math.max(size.width, size.height);
  if (longest > maxSide) {
    throw new UserError(
      'picture-too-large',
      phrase('Expected sides of at most {most} pixels, but received {given}', {
        most: maxSide,
        given: `${from.width}×${from.height}`,
      }),
      {
        hint: 'Leave the size out, or ask for a smaller one.',
      },
    );
  }
  return size;
}

/** Aspects beyond 4:1 are drawn in, since a strip of one multiple's height shows nothing. */
function autoSize(source: Size, { multiple, nativePixels }: SizeRule, maxSide: number): Size {
  const aspect = Math.min(4, Math.max(1 / 4, source.width / source.height));
  const height = Math.sqrt(nativePixels / aspect);
  const limit = floorTo(maxSide, multiple);
  return {
    width: Math.min(limit, nearestTo(height * aspect, multiple)),
    height: Math.min(limit, nearestTo(height, multiple)),
  };
}
