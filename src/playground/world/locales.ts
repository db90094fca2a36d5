import type { Command } from './world.ts';

/** The languages that Discord's client speaks. */
const LOCALES: readonly string[] = (
  'en-US en-GB bg cs da de el es-ES es-419 fi fr hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr uk vi ' +
  'zh-CN zh-TW'
).split(' ');

export const DEFAULT_LOCALE = 'en-US';

/**
 * Discord's locale for what a browser says of its languages, the likeliest first.
 * @param header `accept-language`, such as `de-AT,de;q=0.9,en;q=0.5`
 */
export function localeOf(header: string | undefined): string {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => part.trim().split(';q='))
    .map(([tag = '', weight = '1']) => ({ tag, weight: Number(weight) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    const found = knownLocale(tag);
    if (found !== undefined) return found;
  }
  return DEFAULT_LOCALE;
}

/** `de-AT` is `de`, `pt` is `pt-BR`; Spanish from outside of Spain is that of Latin America. */
function knownLocale(tag: string): string | undefined {
  const exact = LOCALES.find((locale) => locale.toLowerCase() === tag.toLowerCase());
  if (exact !== undefined) return exact;
  const [language, region] = tag.toLowerCase().split('-');
  if (language === 'es' && region !== undefined) return 'es-419';
  return LOCALES.find((locale) => locale.split('-')[0] === language);
}

interface Worded {
  name: string;
  description?: string;
  name_localizations?: Record<string, string> | null;
  description_localizations?: Record<string, string> | null;
  options?: Worded[];
  choices?: Worded[];
}

/** One language instead of all of them, at every depth: `name_localized` and `description_localized`, where they differ. */
function inLocale(part: Worded, locale: string): object {
  const { name_localizations: names, description_localizations: descriptions, ...rest } = part;
  const [name, description] = [names?.[locale], descriptions?.[locale]];
  return {
    ...rest,
    ...(name === undefined ? {} : { name_localized: name }),
    ...(description === undefined ? {} : { description_localized: description }),
    ...(part.options ? { options: part.options.map((option) => inLocale(option, locale)) } : {}),
    ...(part.choices ? { choices: part.choices.map((choice) => inLocale(choice, locale)) } : {}),
  };
}

/** A command with `Words` on it, and on all of its options and their choices. */
export type WithWords<T, Words> = T extends readonly (infer One)[]
  ? WithWords<One, Words>[]
  : T extends { name: string }
    ? { [Key in keyof T]: Key extends 'options' | 'choices' ? WithWords<T[Key], Words> : T[Key] } & Words
    : T;

/** A command with its words in one language beside those that everybody reads. */
export type LocalisedCommand = WithWords<
  Command,
  { name_localized?: string; description_localized?: string }
>;

/** A command as Discord tells it to somebody who speaks a language. */
export const localisedCommand = (command: Command, locale: string) =>
  inLocale(command as Worded, locale) as LocalisedCommand;
