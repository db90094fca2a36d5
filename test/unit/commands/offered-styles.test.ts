import { describe, expect, it } from 'vitest';
import { img2img } from '../../../src/commands/slash/img2img.ts';
import type { Asking } from '../../../src/commands/styles-for.ts';
import { sayIn } from '../../../src/language/say.ts';
import { plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { BUILT_IN_STYLES, type Style } from '../../../src/recipe/styles.ts';

const small = {
  id: 'small',
  defaults: { ...plainDefaults('small'), styles: { oil: { strength: [0.6, 0.9, 0.8] } } },
};
const large = { id: 'large', defaults: plainDefaults('large') };
const own: Style = { ...BUILT_IN_STYLES[0]!, id: 'mine', name: 'Mine', aliases: [], prompt: 'as I like it' };
const asking = {
  services: {
    styles: () => BUILT_IN_STYLES,
    registry: { list: () => [small, large], default: () => small },
    studio: {
      styles: { of: async (scope: { member?: string }) => (scope.member === undefined ? [] : [own]) },
    },
  },
  origin: { member: { id: '1' }, place: {} },
  say: sayIn('en-US'),
} as unknown as Asking;

/** What is suggested for a style while a model is chosen already, or none. */
const suggested = async (typed: string, model?: string) =>
  (await img2img.complete!(asking, 'style', typed, undefined, () => model)).map(({ name, value }) => [
    value,
    name,
  ]);

describe('the styles that are offered', () => {
  it('are those that the usual model does well, where it does them best, and one’s own', async () => {
    expect(await suggested('')).toEqual([
      ['mine', expect.stringContaining('0.60')],
      ['oil', expect.stringContaining('0.80')],
    ]);
    expect(await suggested('pixel')).toEqual([]);
  });

  it('are those of the model that was chosen before', async () => {
    expect(await suggested('pixel', 'large')).toEqual([['pixel', expect.stringContaining('0.70')]]);
    expect(await suggested('oil', 'large')).toContainEqual(['oil', expect.stringContaining('0.60')]);
    expect(await suggested('pixel', 'one that nobody has')).toEqual([]);
  });
});
