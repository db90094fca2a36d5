import { type Phrase, phrase, untranslated } from '../language/phrase.ts';
import { LANGUAGES, translated } from '../language/say.ts';

/** What a style may be called by whoever types it, in any language. */
export const namesEverywhere = (name: string): string[] =>
  LANGUAGES.map((language) => translated(language, name));

/**
 * A style's name, to be shown: those that are bundled stand in the catalogue, in a mix too (`Oil painting + Watercolor`);
 * one that somebody gave stays as it is.
 */
export const styleName = (name: string): Phrase =>
  name
    .split(' + ')
    .map(untranslated)
    .reduce((first, second) => phrase('{first} + {second}', { first, second }));
