import { describe, expect, test } from 'vitest';
import { askerIn, headOf } from '../../../src/commands/consent.ts';
import { toReport, UserError } from '../../../src/errors.ts';
import { KeptPhrase, phrase, untranslated } from '../../../src/language/phrase.ts';
import { inEnglish, LANGUAGES, sayIn } from '../../../src/language/say.ts';
import { JobFailure, JobResult } from '../../../src/queue/job.ts';
import { captionOf } from '../../../src/recipe/caption.ts';
import { styleName } from '../../../src/recipe/style-name.ts';
import { BUILT_IN_STYLES, findStyle, searchStyles } from '../../../src/recipe/styles.ts';
import { testRecipe } from '../../support/recipes.ts';

describe('a text', () => {
  test('counts as its language does', () => {
    const steps = (locale: string, count: number) =>
      sayIn(locale)('{count, plural, one {# step} other {# steps}}', { count });
    expect(steps('en-GB', 1)).toBe('1 step');
    expect(steps('de', 1)).toBe('1 Schritt');
    expect(steps('de', 2)).toBe('2 Schritte');
    // French counts nothing as one.
    expect(steps('fr', 0)).toBe('0 étape');
    expect(steps('es-419', 0)).toBe('0 pasos');
    expect(steps('ja', 1)).toBe('1 ステップ');
  });

  test('puts phrases and lists within phrases into the same language', () => {
    const said = phrase('prepared the drawing: {done}; Compare shows it beside the result', {
      done: [phrase('cleaned the ground'), phrase('darkened the lines')],
    });
    expect(inEnglish(said)).toBe(
      'prepared the drawing: cleaned the ground, darkened the lines; Compare shows it beside the result',
    );
    expect(sayIn('de')(said)).toContain('Grund gesäubert, Linien nachgedunkelt');
    expect(sayIn('ja')(said)).toContain('地の汚れを除去、線を濃く');
  });

  test('takes a value as it is, whatever signs stand in it', () => {
    const given = "{count, plural, one {'# <b>";
    expect(sayIn('fr')('Expected a known style, but received {given}', { given })).toContain(given);
  });

  test('that nobody translated stays as it is', () => {
    expect(sayIn('ja')(untranslated('Grandma’s quilt {x}'))).toBe('Grandma’s quilt {x}');
  });
});

describe('what was kept or sent before there were languages', () => {
  test('is read as it was said', () => {
    const kept = KeptPhrase.parse('from a picture by <@1>');
    expect(sayIn('de')(kept)).toBe('from a picture by <@1>');
    const picture = { hash: 'a', seed: 1, width: 8, height: 8 };
    const result = { pictures: [picture], tookMs: 1, warnings: ['black'], provider: 'cpu', executedSteps: 2 };
    expect(JobResult.parse(result).warnings).toEqual([{ text: 'black' }]);
    expect(JobFailure.parse({ kind: 'user', code: 'x', message: 'No.', hint: 'Yes.' })).toEqual({
      kind: 'user',
      code: 'x',
      said: { text: 'No.' },
      hint: { text: 'Yes.' },
    });
  });

  test('goes through JSON whole', () => {
    const said = phrase('{first} + {second}', { first: [phrase('Night'), 3], second: 'x' });
    expect(KeptPhrase.parse(JSON.parse(JSON.stringify(said)))).toEqual(said);
  });
});

test('an error speaks the language of whoever reads it, and English in a log', () => {
  const error = new UserError(
    'bad-value',
    phrase('Expected picture 1 to {most}, but received {given}', {
      most: 4,
      given: 9,
    }),
  );
  expect(error.message).toBe('Expected picture 1 to 4, but received 9');
  expect(sayIn('pt-BR')(error.said)).toBe('Era esperada uma imagem de 1 a 4, mas veio 9');
  expect(toReport(error)).toEqual({ kind: 'user', code: 'bad-value', message: error.message });
});

describe('whoever asked for a painting', () => {
  const message = (content: string) => ({
    id: '1',
    channelId: '1',
    authorId: '1',
    authorName: 'bot',
    isOurs: true,
    link: '',
    content,
    attachments: [],
  });
  const asker = '123456789012345678';
  const other = '876543210987654321';

  test.each(LANGUAGES)('is found in a message in %s', (language) => {
    // A member's own words cannot name somebody: their signs are escaped.
    const head = headOf(sayIn(language), `**Oil** — for <@${other}\\>`, asker);
    expect(askerIn(message(`${head}\n-# from a picture by <@${other}>`))).toBe(asker);
  });

  test('is found in a message of the time when there was only English', () => {
    expect(askerIn(message(`**Oil painting** for <@${asker}>\noil painting · 0.50`))).toBe(asker);
    expect(askerIn(message(`Before and after\nof <@${other}>`))).toBeUndefined();
  });
});

describe('styles', () => {
  test('are called what they are in each language, and those that people made as they did', () => {
    expect(sayIn('de')(styleName('Oil painting + Watercolor'))).toBe('Ölgemälde + Aquarell');
    expect(sayIn('de')(styleName('Grandma'))).toBe('Grandma');
    const style = { id: 'oil', name: 'Oil painting', prompt: 'p', negative: '' };
    const recipe = testRecipe({ style, steps: 10, strength: 0.5 });
    expect(captionOf(recipe)).toMatch(
      /^oil painting · 0\.50 \(significant\) · seed 42 · guidance 5 · 5 of 10 steps$/,
    );
    expect(captionOf(recipe, {}, sayIn('de'))).toBe(
      'Ölgemälde · 0.50 (deutlich) · Seed 42 · Guidance 5 · 5 von 10 Schritten',
    );
  });

  test('are found by their names in any language, and looked for in one’s own', () => {
    expect(findStyle(BUILT_IN_STYLES, 'aquarell')?.id).toBe('watercolor');
    expect(findStyle(BUILT_IN_STYLES, '油彩 + Acuarela')?.id).toBe('oil+watercolor');
    const inGerman = (name: string) => sayIn('de')(styleName(name));
    expect(searchStyles(BUILT_IN_STYLES, 'blei', 25, inGerman).map(({ id }) => id)).toEqual(['pencil']);
    expect(searchStyles(BUILT_IN_STYLES, 'blei')).toEqual([]);
  });
});
