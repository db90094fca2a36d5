import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse as parseMessage, TYPE } from '@formatjs/icu-messageformat-parser';
import { parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';
import { untranslated } from '../../../src/language/phrase.ts';
import { LANGUAGES, languageOf, sayIn } from '../../../src/language/say.ts';

const read = async (language: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(`src/language/catalogue/${language}.json`, 'utf8'));
const others = LANGUAGES.filter((language) => language !== 'en');
const german = await read('de');

/** The names of the values in a message, and which of them it counts by. */
function valuesOf(message: string): string[] {
  const names = new Set<string>();
  const walk = (parts: ReturnType<typeof parseMessage>) => {
    for (const part of parts) {
      if (part.type === TYPE.argument) names.add(part.value);
      if (part.type === TYPE.plural || part.type === TYPE.select) {
        names.add(`${part.value} (counted)`);
        for (const { value } of Object.values(part.options)) walk(value);
      }
    }
  };
  walk(parseMessage(message, { ignoreTag: true }));
  return [...names].sort();
}

interface Named {
  name: string;
  about?: string;
}

/** What comes with Overpaint and is shown: styles, chains, rules, and what the bundled model is. */
async function textsInData(): Promise<string[]> {
  const parse = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
  const lists = ['src/recipe/styles.json', 'src/recipe/chains.json', 'src/safety/words.json'];
  const named = (await Promise.all(lists.map(parse))) as Named[][];
  const { description } = (await parse('models/overpaint-small/overpaint.json')) as { description: string };
  return [
    ...named.flat().flatMap(({ name, about }) => (about === undefined ? [name] : [name, about])),
    description,
  ];
}

/** Every string that stands in the code, and in the data that comes with it. */
async function stringsInCode(): Promise<Set<string>> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    else if (typeof node === 'object' && node !== null) {
      const { type, value, cooked } = node as { type?: string; value?: unknown; cooked?: unknown };
      // A key such as `night` may be a text too.
      if (type === 'StringLiteral' || type === 'Identifier') found.add(String(value));
      if (type === 'TemplateElement') found.add(String(cooked));
      for (const child of Object.values(node)) visit(child);
    }
  };
  for (const file of globSync('src/**/*.ts'))
    visit(parseSync(await readFile(file, 'utf8'), { syntax: 'typescript' }));
  for (const text of await textsInData()) found.add(text);
  return found;
}

describe.each(others)('the catalogue for %s', (language) => {
  test('has the same texts as the German one, none of them empty, in the same order', async () => {
    const catalogue = await read(language);
    expect(Object.keys(catalogue)).toEqual(Object.keys(german).sort());
    expect(Object.entries(catalogue).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('uses the values of each text, and counts by the same', async () => {
    for (const [text, said] of Object.entries(await read(language)))
      expect({ text, values: valuesOf(said) }).toEqual({ text, values: valuesOf(text) });
  });
});

test('every name that comes with Overpaint is in the catalogue', async () => {
  for (const text of await textsInData()) expect(german, text).toHaveProperty([text]);
});

test('every text of the catalogue stands in the code', async () => {
  const inCode = await stringsInCode();
  expect(Object.keys(german).filter((text) => !inCode.has(text))).toEqual([]);
});

test('a locale that nobody speaks here is answered in English', () => {
  expect(languageOf('tlh')).toBe('en');
  expect(languageOf('es-419')).toBe('es');
  expect(languageOf('pt-BR')).toBe('pt-BR');
  expect(sayIn('fr')('Cancelled.')).toBe('Annulé.');
  expect(sayIn('tlh')('Cancelled.')).toBe('Cancelled.');
});

test('a name that is no text of the catalogue stays as it is', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'My style'])
    expect(sayIn('de')(untranslated(name))).toBe(name);
});
