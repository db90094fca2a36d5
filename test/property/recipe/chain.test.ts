import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { Chain, ChainStage, MOST_STAGES } from '../../../src/recipe/chain.ts';
import { formatStages, parseStages } from '../../../src/recipe/chain-grammar.ts';
import { planChain } from '../../../src/recipe/chain-plan.ts';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { Recipe } from '../../../src/recipe/recipe.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';

/** Words that mean nothing else, as phrases between commas. */
const word = fc.stringMatching(/^[a-z]{3,9}$/).filter((text) => {
  const stage = parseOne(`paint ${text}`);
  return stage !== undefined && 'prompt' in stage && stage.prompt === text;
});
const phrases = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const said = phrases.map((list) => list.map((words) => words.join(' ')).join(', '));
const hundredths = fc.integer({ min: 5, max: 100 }).map((value) => value / 100);
const touch = {
  strength: hundredths,
  steps: fc.integer({ min: 1, max: 150 }),
  guidance: fc.integer({ min: 1, max: 30 }),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  model: fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/),
  negative: said,
};
const style = fc.constantFrom('oil', 'golden-hour', 'oil+ink', 'oil:0.7+watercolor:0.3');
const withPrompt = { prompt: said, replaces: fc.constant(true as const) };
const stage: fc.Arbitrary<ChainStage> = fc
  .oneof(
    fc.record(
      { kind: fc.constant('paint' as const), style, ...touch, ...withPrompt },
      { requiredKeys: ['kind', 'style'] },
    ),
    fc.record({ kind: fc.constant('refine' as const), ...touch, ...withPrompt }, { requiredKeys: ['kind'] }),
    fc.record({
      kind: fc.constant('upscale' as const),
      scale: fc.constantFrom(2 as const, 4 as const),
      as: fc.constantFrom('auto' as const, 'photo' as const, 'painting' as const),
    }),
  )
  .map((made) => {
    // Words can only take a place when there are some.
    if ('replaces' in made && made.prompt === undefined) delete made.replaces;
    return ChainStage.parse(made);
  });
const stages = fc.array(stage, { minLength: 1, maxLength: MOST_STAGES });

function parseOne(line: string): ChainStage | undefined {
  try {
    return parseStages(line, BUILT_IN_STYLES)[0];
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

describe('chains', () => {
  it('come back from their lines as they were', () => {
    fc.assert(
      fc.property(stages, (given) => {
        expect(parseStages(formatStages(given), BUILT_IN_STYLES)).toEqual(given);
      }),
    );
  });

  it('are valid or refused in words, whatever somebody writes', () => {
    const fragment = fc.constantFrom(
      'oil',
      'refine',
      'upscale',
      '2',
      '0.5',
      '30%',
      'model:x',
      'steps:',
      'steps:12',
      ',',
      '=',
      '-people',
      '\n',
      'seed 7',
      'style',
      'x4',
      '+',
      ':',
      'photo',
      'warm',
      '1.',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (written) => {
        let parsed: ChainStage[];
        try {
          parsed = parseStages(written, BUILT_IN_STYLES);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          return;
        }
        expect(Chain.safeParse({ id: 'x', name: 'X', emoji: '🧪', stages: parsed }).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('become valid recipes, one for each stage that paints', () => {
    fc.assert(
      fc.property(stages, fc.option(said, { nil: undefined }), (given, prompt) => {
        const start = { source: 'c'.repeat(64), prompt, seed: 3 };
        const planned = planChain({ stages: given }, start);
        expect(planned).toHaveLength(given.length);
        for (const one of planned) {
          if (!('request' in one)) continue;
          const model = plainDefaults('test');
          const { recipe } = completeRecipe(
            { ...one.request, steps: 40 },
            { styles: BUILT_IN_STYLES, model, drawSeed: () => 1 },
          );
          expect(Recipe.safeParse(recipe).success).toBe(true);
          if (prompt !== undefined) expect(recipe.prompt.startsWith(prompt)).toBe(true);
        }
      }),
    );
  });
});
