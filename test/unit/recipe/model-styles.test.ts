import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { doesWell, fitStyles } from '../../../src/recipe/model-styles.ts';
import { BUILT_IN_STYLES, findStyle } from '../../../src/recipe/styles.ts';

const style = (name: string) => findStyle(BUILT_IN_STYLES, name)!;
const model = {
  ...plainDefaults('small'),
  styles: { oil: { strength: [0.6, 0.8, 0.75] as [number, number, number] }, watercolor: {} },
};
const complete = (wish: string, styles = BUILT_IN_STYLES) =>
  completeRecipe({ source: 'a'.repeat(64), style: wish }, { styles, model, drawSeed: () => 7 });

describe('the styles of a model', () => {
  it('are all where it says nothing', () => {
    expect(BUILT_IN_STYLES.every((known) => doesWell(plainDefaults('any'), known))).toBe(true);
  });

  it('are those that it names, and whatever people made themselves', () => {
    const own = { ...style('pixel'), prompt: 'my own squares' };
    expect(BUILT_IN_STYLES.filter((known) => doesWell(model, known)).map(({ id }) => id)).toEqual([
      'oil',
      'watercolor',
    ]);
    expect(doesWell(model, own)).toBe(true);
  });

  it('suggest its own strength before theirs, and their own where it has none', () => {
    expect(complete('oil').recipe).toMatchObject({ strength: 0.75, guidanceScale: 8 });
    expect(complete('watercolor').recipe).toMatchObject({ strength: style('watercolor').strength[2] });
    expect(complete('oil+watercolor').recipe.strength).toBe(0.68);
  });

  it('leave an own style of the same name as it is', () => {
    const own = { ...style('oil'), prompt: 'oil as I like it' };
    expect(fitStyles([own], model)).toEqual([own]);
  });

  it('bring a word of warning where another one is named, alone or in a mix', () => {
    const warned = (wish: string) => complete(wish).hints.map(({ topic, said }) => [topic, said.values]);
    expect(warned('oil')).toEqual([]);
    expect(warned('oil + watercolor')).toEqual([]);
    const pixel = [['poor-style-pixel', { style: { text: 'Pixel art' } }]];
    expect(warned('pixel')).toEqual(pixel);
    expect(warned('oil:0.7+pixel:0.3')).toEqual(pixel);
  });
});
