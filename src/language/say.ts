import { type FormatXMLElementFn, IntlMessageFormat } from 'intl-messageformat';
import german from './catalogue/de.json' with { type: 'json' };
import spanish from './catalogue/es.json' with { type: 'json' };
import french from './catalogue/fr.json' with { type: 'json' };
import japanese from './catalogue/ja.json' with { type: 'json' };
import portuguese from './catalogue/pt-BR.json' with { type: 'json' };
import type { Phrase, Text, Value, ValuesFor } from './phrase.ts';

type Catalogue = Readonly<Record<string, string>>;

/** The languages by their tag; English is what stands in the code. */
const CATALOGUES = {
  en: undefined,
  de: german,
  fr: french,
  es: spanish,
  'pt-BR': portuguese,
  ja: japanese,
} as const satisfies Record<string, Catalogue | undefined>;

export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  'pt-BR': 'Português (Brasil)',
  ja: '日本語',
};

/** Discord's locales by our languages, where the two differ. */
const DISCORD_LOCALES: Partial<Record<Language, readonly string[]>> = {
  en: ['en-US', 'en-GB'],
  es: ['es-ES', 'es-419'],
};

/** The locales in which Discord shows a language. */
export const discordLocales = (language: Language): readonly string[] =>
  DISCORD_LOCALES[language] ?? [language];

/** The language for a locale such as `es-419`; English for one that we do not speak. */
export function languageOf(locale: string): Language {
  const base = locale.split('-')[0]!;
  return (
    LANGUAGES.find((language) => language === locale) ??
    LANGUAGES.find((language) => language.split('-')[0] === base) ??
    'en'
  );
}

/** Puts a text, or a phrase, into one language. */
export interface Say {
  readonly language: Language;
  <T extends Text>(text: T, ...values: ValuesFor<T>): string;
  (phrase: Phrase): string;
}

const formats = new Map<string, IntlMessageFormat>();

function formatOf(language: Language, text: string): IntlMessageFormat {
  const key = `${language}\n${text}`;
  const known = formats.get(key);
  if (known) return known;
  // Mentions such as <@1> are no tags.
  const made = new IntlMessageFormat(translated(language, text), language, undefined, { ignoreTag: true });
  formats.set(key, made);
  return made;
}

/** A text without values in a language; itself where the catalogue does not have it, as for a name that an operator gave. */
export function translated(language: Language, text: string): string {
  const catalogue: Catalogue | undefined = CATALOGUES[language];
  // Names that people give may be those of an object's own parts, such as `constructor`.
  return catalogue && Object.hasOwn(catalogue, text) ? catalogue[text]! : text;
}

const COMMAS: Partial<Record<Language, string>> = { ja: '、' };

function putValue(language: Language, value: Value): string | number {
  if (typeof value !== 'object') return value;
  if ('text' in value) return put(language, value);
  return value.map((part) => putValue(language, part)).join(COMMAS[language] ?? ', ');
}

function put(language: Language, { text, values }: Phrase): string {
  if (values === undefined) return translated(language, text);
  const filled = Object.entries(values).map(([name, value]) => [name, putValue(language, value)]);
  const said = formatOf(language, text).format<string>(
    Object.fromEntries(filled) as Record<string, string | FormatXMLElementFn<string>>,
  );
  return typeof said === 'string' ? said : said.toString();
}

/** @param locale such as `pt-BR`; one that we do not speak is answered in English */
export function sayIn(locale: string): Say {
  const language = languageOf(locale);
  const say = (text: string | Phrase, values?: Phrase['values']) =>
    put(language, typeof text === 'object' ? text : values === undefined ? { text } : { text, values });
  return Object.assign(say, { language });
}

export const inEnglish = sayIn('en');
