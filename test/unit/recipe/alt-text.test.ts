import { describe, expect, it } from 'vitest';
import { sayIn } from '../../../src/language/say.ts';
import { altTextOf } from '../../../src/recipe/alt-text.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { BUILT_IN_STYLES, findStyle } from '../../../src/recipe/styles.ts';
import { testRecipe } from '../../support/recipes.ts';

const styled = (id: string, given: Partial<Recipe> = {}): Recipe => {
  const { name, prompt, negative } = findStyle(BUILT_IN_STYLES, id)!;
  return testRecipe({ prompt: '', style: { id, name, prompt, negative }, ...given });
};
/** Pictures by number, as each step starts from the one before. */
const picture = (number: number) => ({ source: String(number).repeat(64) });

describe('alt text', () => {
  it('tells what was made of what, and how much it was changed', () => {
    expect(altTextOf(styled('oil', { strength: 0.6 }), { source: 'A cat on a wall.' })).toBe(
      'A cat on a wall, repainted as oil painting. It is changed much: the same scene in another manner.',
    );
    expect(altTextOf(testRecipe({ strength: 0.2, prompt: 'a red door' }))).toBe(
      'The picture that was given, repainted. It is changed a little: forms, colors and details stay. Asked for as "a red door".',
    );
    expect(altTextOf(styled('oil', { task: 'inpaint', strength: 0.9 }))).toBe(
      'The picture that was given, a part of it repainted as oil painting. Almost all of it is new: only the arrangement is the same.',
    );
  });

  it('tells what was done before', () => {
    const oil = styled('oil', { ...picture(1), strength: 0.6 });
    const refined = [2, 3].map((number) => styled('oil', { ...picture(number), strength: 0.3 }));
    const pencil = styled('pencil', { ...picture(4), strength: 0.58 });
    expect(altTextOf(refined[0]!, { before: [oil] })).toContain('Step 2; before it: as oil painting.');
    expect(altTextOf(pencil, { before: [oil, ...refined] })).toContain(
      'Step 4; before it: first as oil painting, then refined twice.',
    );
    const words = testRecipe({ ...picture(5), prompt: 'warmer light', strength: 0.5 });
    expect(altTextOf(oil, { before: [words, pencil, refined[0]!] })).toContain(
      'first as "warmer light", then as pencil sketch, as oil painting.',
    );
  });

  it('tells which step of how many it is', () => {
    const oil = styled('oil', picture(1));
    expect(altTextOf(oil, { of: 4 })).toContain('Step 1 of 4.');
    expect(altTextOf(styled('oil', picture(2)), { before: [oil], of: 4 })).toContain(
      'Step 2 of 4; before it',
    );
  });

  it('knows what was only enlarged', () => {
    const oil = styled('oil', picture(1));
    expect(altTextOf(oil, { before: [oil] })).toContain('oil painting. It is enlarged.');
    expect(altTextOf(oil, { before: [oil] })).not.toContain('Step');
    const refined = styled('oil', { ...picture(2), strength: 0.25 });
    expect(altTextOf(refined, { before: [oil, oil] })).toContain('first as oil painting, then enlarged.');
  });

  it('is said in every language', () => {
    const recipe = styled('oil', { ...picture(2), strength: 0.6 });
    const facts = { source: 'Katze', before: [styled('ink', picture(1))], of: 3 };
    expect(altTextOf(recipe, facts, sayIn('de'))).toMatch(
      /^Katze, neu gemalt als .*Schritt 2 von 3; davor: als /,
    );
    expect(altTextOf(recipe, facts, sayIn('ja'))).toMatch(/^Katzeを.*として描き直したもの。.*3ステップ中の2/);
  });
});
