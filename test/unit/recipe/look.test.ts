import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { lookOf } from '../../../src/recipe/look.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { idOf, readEmoji, readName } from '../../../src/recipe/named-entry.ts';
import { fullNegativePrompt, fullPrompt } from '../../../src/recipe/recipe.ts';
import { applyReply, parseReply } from '../../../src/recipe/reply-grammar.ts';
import { BUILT_IN_STYLES, findStyle, Style } from '../../../src/recipe/styles.ts';
import { testRecipe } from '../../support/recipes.ts';

const oil = findStyle(BUILT_IN_STYLES, 'oil')!;
const recipeStyle = { id: oil.id, name: oil.name, prompt: oil.prompt, negative: oil.negative };
const painted = testRecipe({ style: recipeStyle, prompt: 'warm light', strength: 0.8, guidanceScale: 8 });
const named = (look: ReturnType<typeof lookOf>): Style =>
  Style.parse({ id: 'mine', name: 'Mine', emoji: '🎨', ...look });
const sources = (styles: readonly Style[]) => ({ styles, model: plainDefaults('m'), drawSeed: () => 7 });

describe('the look of a painting', () => {
  it('is its words with its style’s, and the ranges with what was painted in them', () => {
    expect(lookOf(painted, oil, { id: 'test' })).toEqual({
      prompt: `warm light, ${oil.prompt}`,
      negative: oil.negative,
      strength: [0.55, 0.8, 0.8],
      guidance: [7, 9, 8],
    });
  });

  it('reaches a little to both sides where there is no style, and never beyond the rules', () => {
    const look = lookOf(testRecipe({ strength: 1, guidanceScale: 0 }), undefined, { id: 'other' });
    expect(look).toMatchObject({ strength: [0.9, 1, 1], guidance: [1, 2, 1], model: 'test', negative: '' });
    expect(named(look).model).toBe('test');
  });

  it('paints the same words again, and mixes with others', () => {
    const styles = [named(lookOf(painted, oil, { id: 'test' })), ...BUILT_IN_STYLES];
    const { recipe } = completeRecipe({ source: painted.source, style: 'mine' }, sources(styles));
    expect(fullPrompt(recipe)).toBe(fullPrompt(painted));
    expect(fullNegativePrompt(recipe)).toBe(fullNegativePrompt(painted));
    expect(recipe).toMatchObject({ strength: 0.8, guidanceScale: 8 });
    const mixed = completeRecipe({ source: painted.source, style: 'ink + mine' }, sources(styles)).recipe;
    expect(mixed.style).toMatchObject({ id: 'ink+mine', name: 'Ink drawing + Mine' });
    expect(mixed.style!.prompt).toContain('warm light');
  });

  it('fits a mix of three of the longest', () => {
    const long = (id: string) =>
      Style.parse({
        ...named(lookOf(painted, oil, { id: 'test' })),
        id: id.repeat(40),
        name: id.repeat(40),
        prompt: id.repeat(2000),
        negative: id.repeat(2000),
      });
    const styles = ['a', 'b', 'c'].map(long);
    const style = `${'a'.repeat(40)}:0.2+${'b'.repeat(40)}:0.3+${'c'.repeat(40)}:0.5`;
    const { recipe } = completeRecipe({ source: painted.source, style }, sources(styles));
    expect(recipe.style!.prompt.length).toBeGreaterThan(6000);
  });
});

describe('an old recipe', () => {
  const mine = named(lookOf(painted, oil, { id: 'test' }));
  const first = completeRecipe({ source: painted.source, style: 'mine' }, sources([mine])).recipe;
  const { version: _version, ...again } = first;

  it('keeps its style when that was changed, or is gone', () => {
    const changed = { ...mine, prompt: 'something else' };
    for (const styles of [[changed], []]) {
      const { recipe } = completeRecipe(again, sources(styles));
      expect(recipe).toEqual(first);
    }
  });

  it('goes on in its style under a reply, and in another one with its model', () => {
    const other = { ...mine, id: 'other', name: 'Other', model: 'small' };
    const request = applyReply(first, parseReply('warmer', [other]), first.source);
    expect(completeRecipe(request, sources([other])).recipe.style).toEqual(first.style);
    expect(applyReply(first, parseReply('style other', [other]), first.source)).toMatchObject({
      style: 'other',
      model: 'small',
    });
  });
});

describe('names', () => {
  it.each([
    ['  My   look ', 'My look', 'my-look'],
    ['Été à Nîmes', 'Été à Nîmes', 'ete-a-nimes'],
    ['Größe 2', 'Größe 2', 'gro-e-2'],
  ])('%j becomes %j, with id %j', (text, name, id) => {
    expect(readName(text)).toBe(name);
    expect(idOf(name)).toBe(id);
  });

  it('of other scripts get ids that differ', () => {
    const ids = ['水彩', '油絵', 'мой стиль', 'мои стиль', 'mix мой'].map((name) => idOf(readName(name)));
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(Style.shape.id.safeParse(id).success).toBe(true);
  });

  it.each(['', '7up', 'a+b', 'a:b', 'one, two', '-x', 'line\nbreak;', 'x'.repeat(41), '<@1>'])(
    'refuse %j',
    (text) => {
      expect(() => readName(text)).toThrowError(expect.objectContaining({ code: 'bad-name' }));
    },
  );

  it('have one emoji, in colour', () => {
    expect(readEmoji(' 🎨 ')).toBe('🎨');
    expect(readEmoji('🖼')).toBe('🖼️');
    expect(readEmoji('👩🏽‍🎨')).toBe('👩🏽‍🎨');
    for (const text of ['', 'x', '🎨🎨', '<:x:123>', '7'])
      expect(() => readEmoji(text)).toThrowError(expect.objectContaining({ code: 'bad-emoji' }));
  });
});
