import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Wording } from '../../../src/commands/command.ts';
import { commandBodies, MESSAGE_COMMANDS, SLASH_COMMANDS } from '../../../src/commands/index.ts';
import { discordLocales, LANGUAGE_NAMES, LANGUAGES } from '../../../src/language/say.ts';

const others = LANGUAGES.filter((language) => language !== 'en');
const german: unknown = JSON.parse(await readFile('src/language/catalogue/de.json', 'utf8'));
const LIMITS = { description: 100, choice: 100, menu: 32 };

interface Part {
  name: Wording;
  description?: Wording;
  options?: readonly Part[];
  choices?: readonly Part[];
  name_localizations?: Record<string, string>;
  description_localizations?: Record<string, string>;
}

/** What members read about a part of a command, with the most characters that Discord takes. */
function wordsOf(part: object, isChoice = false): { said: Wording; limit: number; map: object }[] {
  const { name, description, options = [], choices = [], ...maps } = part as Part;
  const inner = [
    ...options.flatMap((option) => wordsOf(option)),
    ...choices.flatMap((choice) => wordsOf(choice, true)),
  ];
  return description === undefined
    ? [
        { said: name, limit: isChoice ? LIMITS.choice : LIMITS.menu, map: maps.name_localizations ?? {} },
        ...inner,
      ]
    : [{ said: description, limit: LIMITS.description, map: maps.description_localizations ?? {} }, ...inner];
}

test('every description, choice and menu of every command stands in the catalogue', () => {
  // Multiples such as 2× are the same everywhere, and a language is called what it calls itself.
  const same = (text: string) => /^\d×$/.test(text) || Object.values(LANGUAGE_NAMES).includes(text);
  const words = [...SLASH_COMMANDS, ...MESSAGE_COMMANDS].flatMap(({ data }) => wordsOf(data));
  expect(words.length).toBeGreaterThan(100);
  const texts = words.map(({ said }) => (typeof said === 'string' ? said : said.text));
  for (const text of texts.filter((one) => !same(one))) expect(german, text).toHaveProperty([text]);
});

test('every description, choice and menu is registered in every language, and short enough', () => {
  const locales = others.flatMap((language) => discordLocales(language)).sort();
  for (const { said, limit, map } of commandBodies().flatMap((body) => wordsOf(body))) {
    expect(typeof said).toBe('string');
    expect({ said, locales: Object.keys(map).sort() }).toEqual({ said, locales });
    for (const text of [said, ...Object.values(map)]) expect(text.length, text).toBeLessThanOrEqual(limit);
  }
});
