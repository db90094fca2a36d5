import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, sayIn } from '../../../src/language/say.ts';
import { altTextOf } from '../../../src/recipe/alt-text.ts';
import { bandOf } from '../../../src/recipe/strength.ts';
import { testRecipe } from '../../support/recipes.ts';

const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const recipe = fc
  .record({
    prompt: text(4000),
    strength: fc.double({ min: 0.05, max: 1, noNaN: true }),
    source: fc.constantFrom('1', '2', '3').map((digit) => digit.repeat(64)),
    task: fc.constantFrom('img2img' as const, 'inpaint' as const),
    style: fc.option(
      fc.record({
        id: fc.constantFrom('oil', 'mine'),
        name: text(300).filter((name) => name !== ''),
        prompt: fc.constant('x'),
        negative: fc.constant(''),
      }),
      { nil: undefined },
    ),
  })
  .map(({ style, ...given }) => testRecipe({ ...given, ...(style ? { style } : {}) }));

describe('alt text', () => {
  it('fits what Discord takes, is whole text, and tells the source and how much was changed', () => {
    fc.assert(
      fc.property(
        recipe,
        fc.array(recipe, { maxLength: 12 }),
        fc.option(text(2000), { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        fc.constantFrom(...LANGUAGES),
        (painted, before, source, of, language) => {
          const say = sayIn(language);
          const alt = altTextOf(painted, { before, source, ...(of === undefined ? {} : { of }) }, say);
          expect(alt.length).toBeGreaterThan(20);
          expect(alt.length).toBeLessThanOrEqual(1024);
          expect(alt.isWellFormed()).toBe(true);
          const words = source?.trim().replace(/[.。]+$/, '') ?? '';
          if (words !== '' && words.length <= 300) expect(alt).toContain(words);
          // The longest line of steps may push the words of the prompt out, and nothing before them.
          if (before.length === 0)
            expect(altTextOf(painted, {}, sayIn('en'))).toMatch(
              bandOf(painted.strength).id === 'near-complete' ? /Almost all of it is new/ : /It is changed/,
            );
        },
      ),
    );
  });
});
