import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAxis } from '../../src/pipeline/upscale/tile-plan.ts';

const rule = fc.record({
  overlap: fc.integer({ min: 0, max: 64 }),
  multiple: fc.constantFrom(1, 2, 4, 8, 64),
  longest: fc.integer({ min: 1, max: 600 }),
  fixed: fc.boolean(),
});

describe('a plan of tiles', () => {
  it('keeps every pixel once, and none that a tile cannot be trusted with', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rule, (size, asked) => {
        const { tile, spans } = planAxis(size, asked);
        const padded = Math.ceil(size / asked.multiple) * asked.multiple;
        let next = 0;
        for (const { start, from, to } of spans) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          expect(start % asked.multiple).toBe(0);
          expect(start).toBeGreaterThanOrEqual(0);
          if (start > 0) expect(from - start).toBeGreaterThanOrEqual(asked.overlap);
          if (start + tile < padded) expect(start + tile - to).toBeGreaterThanOrEqual(asked.overlap);
          expect(start + tile).toBeGreaterThanOrEqual(to);
          next = to;
        }
        expect(next).toBe(size);
      }),
      { numRuns: 400 },
    );
  });

  it('is no longer than it may be, unless the overlap leaves nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), rule, (size, asked) => {
        const floor = 2 * Math.ceil(asked.overlap / asked.multiple) * asked.multiple + asked.multiple;
        expect(planAxis(size, asked).tile).toBeLessThanOrEqual(Math.max(asked.longest, floor));
      }),
    );
  });
});
