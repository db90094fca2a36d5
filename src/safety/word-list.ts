import { z } from 'zod';
import { foldText } from './fold-text.ts';
import { MAX_ENTRY, parseEntry, type WordTest } from './word-rule.ts';
import bundled from './words.json' with { type: 'json' };

/** Where a rule holds: in channels for everybody only, or in age-restricted ones too. */
const Place = z.enum(['general', 'everywhere']);

/** A rule about words: one of `any` must occur, and one of `and` too where that is given. */
export const WordRule = z.strictObject({
  id: z.string().regex(/^[a-z-]+$/),
  name: z.string().min(1).max(80),
  where: Place,
  any: z.array(z.string()).min(1),
  and: z.array(z.string()).min(1).optional(),
});
export type WordRule = z.infer<typeof WordRule>;

/** The rules that come with Overpaint. */
export const BUNDLED_RULES: readonly WordRule[] = z.array(WordRule).parse(bundled);

/** A server's own words. */
export const WordAdditions = z.array(z.string().min(1).max(MAX_ENTRY)).max(500);

interface Compiled {
  rule: WordRule;
  any: WordTest[];
  and: WordTest[] | undefined;
}

/** Rules made ready. */
export interface WordList {
  /** The first rule that a text breaks. */
  find(texts: readonly string[], ageRestricted: boolean): WordRule | undefined;
}

const SERVER_RULE = {
  id: 'server-words',
  name: 'words that this server does not want',
  where: 'everywhere',
} as const;

/**
 * @param additions a server's own entries; they hold everywhere
 * @throws UserError `bad-word`
 */
export function createWordList(rules: readonly WordRule[], additions: readonly string[] = []): WordList {
  const own = additions.length > 0 ? [{ ...SERVER_RULE, any: [...additions] }] : [];
  const compiled: Compiled[] = [...rules, ...own].map((rule) => ({
    rule,
    any: rule.any.map(parseEntry),
    and: 'and' in rule ? rule.and?.map(parseEntry) : undefined,
  }));
  return {
    find(texts, ageRestricted) {
      // Together, so that nothing gets past by standing half in the prompt and half in the style.
      const text = texts.join(' \n ');
      const folded = foldText(text);
      const hit = (tests: readonly WordTest[]) => tests.some((test) => test(text, folded));
      return compiled.find(
        ({ rule, any, and }) =>
          (rule.where === 'everywhere' || !ageRestricted) && hit(any) && (and === undefined || hit(and)),
      )?.rule;
    },
  };
}
