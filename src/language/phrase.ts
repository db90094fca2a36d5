import { z } from 'zod';
import type german from './catalogue/de.json';

/**
 * Every text that a person may read is written in English where it is used, and stands under that English in one
 * catalogue for each other language (`catalogue/*.json`). The compiler holds the code against the German one, and
 * `test/unit/language` the others against each other.
 *
 * A text is an ICU message: `{name}` is a value, `{count, plural, one {# picture} other {# pictures}}` depends on one.
 * Inside the branches of a plural, words stand beside `#`, so that no branch looks like a value.
 */
export type Text = keyof typeof german;

/** The names of the values that a text wants. */
type NamesIn<T extends string> = T extends `${string}{${infer Inside}}${infer Rest}`
  ? NameOf<Inside> | NamesIn<Rest>
  : never;
type NameOf<T extends string> = T extends `${infer Name}, plural,${string}`
  ? Name
  : T extends `${string} ${string}` | `#${string}`
    ? never
    : T;

/** A list is put together with the language's commas. */
export type Value = string | number | Phrase | readonly Value[];

/** A text that wants no values. */
export type PlainText = { [T in Text]: [NamesIn<T>] extends [never] ? T : never }[Text];

/** What can be put into a language: a text as it stands, or one with its values. */
export type Said = PlainText | Phrase;

/** The values that a text wants, as the rest of an argument list: none where it wants none. */
export type ValuesFor<T extends Text> = [NamesIn<T>] extends [never]
  ? []
  : [values: { readonly [Name in NamesIn<T>]: Value }];

/** A text with its values, not in any language yet: plain data that can wait in a queue. */
export interface Phrase {
  readonly text: string;
  readonly values?: Readonly<Record<string, Value>>;
}

const AnyValue: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), z.number(), AnyPhrase, z.array(AnyValue)]),
);
const AnyPhrase = z.object({
  text: z.string(),
  values: z.record(z.string(), AnyValue).optional(),
}) as z.ZodType<Phrase>;

/** A phrase that was kept or sent; a plain text of the time before there were phrases is one without values. */
export const KeptPhrase = z.preprocess(
  (data) => (typeof data === 'string' ? { text: data } : data),
  AnyPhrase,
);

/** A text that is put into a language later. */
export function phrase<T extends Text>(text: T, ...[values]: ValuesFor<T>): Phrase {
  return values === undefined ? { text } : { text, values };
}

/**
 * A text that stays as it is in every language: what only the command line says, and names that people gave. One that the
 * catalogue knows is translated all the same, as the names of the bundled styles are.
 */
export const untranslated = (text: string): Phrase => ({ text });

/** Each phrase once, in the order in which they came. */
export const distinctPhrases = (phrases: readonly Phrase[]): Phrase[] => [
  ...new Map(phrases.map((one) => [JSON.stringify(one), one])).values(),
];

/** A text or a phrase as a phrase. */
export const asPhrase = (said: string | Phrase): Phrase =>
  typeof said === 'string' ? untranslated(said) : said;
