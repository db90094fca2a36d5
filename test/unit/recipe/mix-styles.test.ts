import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { BUILT_IN_STYLES, findStyle, searchStyles } from '../../../src/recipe/styles.ts';

const find = (text: string) => findStyle(BUILT_IN_STYLES, text);
const [oil, watercolor] = [find('oil')!, find('watercolor')!];

describe('a mix of styles', () => {
  it('joins the words of both, and lies between them', () => {
    const mix = find('Oil painting + watercolor')!;
    expect(mix).toMatchObject({ id: 'oil+watercolor', name: 'Oil painting + Watercolor' });
    expect(mix.prompt).toBe(`${oil.prompt}, ${watercolor.prompt}`);
    expect(mix.strength[2]).toBeCloseTo((oil.strength[2] + watercolor.strength[2]) / 2, 2);
  });

  it('gives each the attention of its share', () => {
    const mix = find('oil:3 + watercolor:1')!;
    expect(mix.id).toBe('oil:0.75+watercolor:0.25');
    expect(mix.prompt).toBe(`(${oil.prompt}:1.5), (${watercolor.prompt}:0.5)`);
    const between = 0.75 * oil.strength[2] + 0.25 * watercolor.strength[2];
    // Kept to two decimals.
    expect(Math.abs(mix.strength[2] - between)).toBeLessThan(0.0051);
  });

  it('is found again by its own id, so that a recipe can be asked for again', () => {
    for (const text of ['oil+watercolor', 'oil:0.7+watercolor:0.3', 'oil+anime+pencil']) {
      const mix = find(text)!;
      expect(find(mix.id)).toEqual(mix);
    }
  });

  it('is no mix when one of them is unknown, or weighs nothing', () => {
    expect(find('oil+nonsense')).toBeUndefined();
    expect(find('oil:0+watercolor')).toBeUndefined();
    expect(find('oil+')).toBeUndefined();
  });

  it('is suggested while somebody types', () => {
    expect(searchStyles(BUILT_IN_STYLES, 'oil+water').map(({ id }) => id)).toEqual(['oil+watercolor']);
  });

  it('paints like any style', () => {
    const { recipe } = completeRecipe(
      { source: 'a'.repeat(64), style: 'oil:0.7+watercolor:0.3' },
      {
        styles: BUILT_IN_STYLES,
        drawSeed: () => 1,
        model: { id: 'm', steps: 20, guidance: { min: 1, max: 20 }, scheduler: 'model' },
      },
    );
    expect(recipe.style).toMatchObject({ id: 'oil:0.7+watercolor:0.3' });
  });
});
