import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { formatA1111, parseA1111 } from '../../../src/recipe/metadata/a1111.ts';
import { parseComfyGraph } from '../../../src/recipe/metadata/comfyui.ts';
import { embedMetadata, readProvenance } from '../../../src/recipe/metadata/overpaint.ts';
import { addPngTexts, readPngTexts } from '../../../src/recipe/metadata/png-text.ts';
import { recipeFromPng } from '../../../src/recipe/metadata/recipe-from-png.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { Recipe } from '../../../src/recipe/recipe.ts';
import { applyReply, parseReply } from '../../../src/recipe/reply-grammar.ts';
import { bandOf, executedSteps, fewestSteps, moveStrength } from '../../../src/recipe/strength.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';
import { testRecipe } from '../../support/recipes.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const strength = fc.double({ min: 0.05, max: 1, noNaN: true });
/** The smallest PNG that there is: one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('replies', () => {
  it('never fail, and always lead to a valid recipe', () => {
    fc.assert(
      fc.property(text, (reply) => {
        const request = applyReply(testRecipe(), parseReply(reply, BUILT_IN_STYLES), 'c'.repeat(64));
        const model = { ...plainDefaults('test'), steps: 40 };
        const { recipe } = completeRecipe(
          { ...request, steps: 40 },
          { styles: BUILT_IN_STYLES, model, drawSeed: () => 1 },
        );
        expect(Recipe.safeParse(recipe).success).toBe(true);
      }),
    );
  });
  it('mean the same with more space around', () => {
    fc.assert(
      fc.property(text, (reply) => {
        expect(parseReply(`  ${reply}  `, BUILT_IN_STYLES)).toEqual(parseReply(reply, BUILT_IN_STYLES));
      }),
    );
  });
});

describe('strength', () => {
  it('has a band, stays in range when moved, and never runs fewer steps when it grows', () => {
    fc.assert(
      fc.property(strength, strength, fc.integer({ min: 1, max: 150 }), (a, b, steps) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(bandOf(a).from).toBeLessThanOrEqual(a);
        expect(moveStrength(a, 0.1)).toBeLessThanOrEqual(1);
        expect(executedSteps(steps, low, 'schedule')).toBeLessThanOrEqual(
          executedSteps(steps, high, 'schedule'),
        );
        expect(executedSteps(fewestSteps(a), a, 'schedule')).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('metadata', () => {
  it('brings a recipe back whole', () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 0, max: 0xffffffff }),
        strength,
        (prompt, negativePrompt, seed, s) => {
          const recipe = testRecipe({ prompt, negativePrompt, seed, strength: s });
          const facts = { seed, width: 512, height: 384, modelName: 'a, "b": c' };
          const png = embedMetadata(PNG, { recipe, seed, parent: 'p1' }, facts);
          expect(readProvenance(png)).toEqual({ recipe, seed, parent: 'p1' });
          expect(recipeFromPng(png)?.origin).toBe('overpaint');
        },
      ),
    );
  });
  it("writes parameters that A1111's reader understands", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 80 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (modelName, seed) => {
          const written = formatA1111(testRecipe({ prompt: 'a red door' }), {
            seed,
            width: 64,
            height: 96,
            modelName,
          });
          const { prompt, fields } = parseA1111(written);
          expect(prompt).toBe('a red door');
          expect(fields).toMatchObject({ Seed: String(seed), Size: '64x96', 'Denoising strength': '0.5' });
        },
      ),
    );
  });
  it('keeps texts of any characters through a PNG', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(readPngTexts(addPngTexts(PNG, new Map([['parameters', value]]))).get('parameters')).toBe(
          value,
        );
      }),
    );
  });
  it('survives any bytes and any text of a stranger', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), text, (bytes, value) => {
        recipeFromPng(bytes);
        recipeFromPng(Buffer.concat([PNG.subarray(0, 8), bytes]));
        parseComfyGraph(value);
        recipeFromPng(addPngTexts(PNG, new Map([['parameters', value]])));
        recipeFromPng(addPngTexts(PNG, new Map([['prompt', value]])));
      }),
    );
  });
});
