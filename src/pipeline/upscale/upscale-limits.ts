import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';

/**
 * How large an enlarged picture may be. Its pixels are held in memory once; the largest painting fits four times over; a
 * WebP file holds sides up to 16,383.
 */
export interface UpscaleLimits {
  maxSide: number;
  maxPixels: number;
}

export const UPSCALE_LIMITS: UpscaleLimits = { maxSide: 16_383, maxPixels: 8192 * 8192 };

/**
 * Looks at the result's size before any work is done.
 * @throws UserError `upscaled-too-large`
 */
export function checkUpscaledSize(
  source: { width: number; height: number },
  scale: number,
  limits: UpscaleLimits = UPSCALE_LIMITS,
): void {
  const width = source.width * scale;
  const height = source.height * scale;
  const sizes = { from: `${source.width}×${source.height}`, to: `${width}×${height}` };
  const hint =
    scale > 2 && fits(source.width * 2, source.height * 2, limits)
      ? phrase('Twice its size would fit.')
      : phrase('Make the picture smaller first; it has plenty of pixels already.');
  if (Math.max(width, height) > limits.maxSide) {
    throw new UserError(
      'upscaled-too-large',
      phrase('Expected sides of at most {most} pixels after upscaling, but {from} would become {to}', {
        most: limits.maxSide,
        ...sizes,
      }),
      { hint },
    );
  }
  if (width * height > limits.maxPixels) {
    const megapixels = (pixels: number) => (pixels / 1e6).toFixed(1);
    throw new UserError(
      'upscaled-too-large',
      phrase(
        'Expected at most {most} megapixels after upscaling, but {from} would become {to} ({given} megapixels)',
        { most: megapixels(limits.maxPixels), given: megapixels(width * height), ...sizes },
      ),
      { hint },
    );
  }
}

function fits(width: number, height: number, { maxSide, maxPixels }: UpscaleLimits): boolean {
  return Math.max(width, height) <= maxSide && width * height <= maxPixels;
}
