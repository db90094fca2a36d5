import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSize, MAX_SIDE } from '../../../../src/pipeline/index.ts';

const rule = { multiple: 64, nativePixels: 512 * 512 };
const side = fc.integer({ min: 1, max: 20_000 });

describe('the size that is painted', () => {
  it.each([
    [
      { width: 4000, height: 3000 },
      { width: 576, height: 448 },
    ],
    [
      { width: 100, height: 100 },
      { width: 512, height: 512 },
    ],
    [
      { width: 1080, height: 1920 },
      { width: 384, height: 704 },
    ],
  ])('fits %j to the model', (source, size) => {
    expect(fitSize(source, 'auto', rule)).toEqual(size);
  });

  it('only rounds down what is kept', () => {
    expect(fitSize({ width: 133, height: 101 }, 'keep', { ...rule, multiple: 32 })).toEqual({
      width: 128,
      height: 96,
    });
  });

  it('refuses what is too small or too large to keep', () => {
    expect(() => fitSize({ width: 63, height: 300 }, 'keep', rule)).toThrow(
      expect.objectContaining({ code: 'picture-too-small' }),
    );
    expect(() => fitSize({ width: 5000, height: 300 }, 'keep', rule)).toThrow(
      expect.objectContaining({ code: 'picture-too-large' }),
    );
  });

  it('is always a multiple within the limit, near the native area for ordinary pictures', () => {
    fc.assert(
      fc.property(side, side, fc.constantFrom(8, 16, 32, 64), (width, height, multiple) => {
        const size = fitSize({ width, height }, 'auto', { ...rule, multiple });
        expect(size.width % multiple).toBe(0);
        expect(size.height % multiple).toBe(0);
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(MAX_SIDE);
        const area = (size.width * size.height) / rule.nativePixels;
        expect(area).toBeGreaterThan(0.6);
        expect(area).toBeLessThan(1.5);
      }),
    );
  });
});
