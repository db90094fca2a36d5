import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { MAX_STRENGTH, MIN_STRENGTH } from './strength.ts';

/** The guide's two ways to find or spare strength: a ladder of several, and gentle rounds of one. */

/** The guide's rungs: one in each band below the last. */
export const RUNGS: readonly number[] = [0.2, 0.35, 0.5, 0.65, 0.8];
const MOST_RUNGS = 9;
/** The guide's gentle rounds. */
export const ROUNDS = { least: 3, most: 5, usual: 3, strength: 0.3 } as const;

/** Strengths as people list them: `0.2 0.4 60%`, `0.2,0.4`, `0,2 0,4`. @throws UserError `bad-value` */
export function readStrengths(text: string): number[] {
  // A comma stands between numbers where they have points or percent signs, and inside of them otherwise.
  const parts = text.split(/[.%]/.test(text) ? /[\s;,]+/ : /[\s;]+/).filter((part) => part !== '');
  const values = parts.map((part) => {
    const value = Number(part.replace(/%$/, '').replace(',', '.')) / (part.endsWith('%') ? 100 : 1);
    if (value >= MIN_STRENGTH && value <= MAX_STRENGTH) return value;
    throw new UserError(
      'bad-value',
      phrase('Expected strengths from {least} to {most} with spaces between, but received "{given}"', {
        least: MIN_STRENGTH,
        most: MAX_STRENGTH,
        given: part,
      }),
    );
  });
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length >= 2 && distinct.length <= MOST_RUNGS) return distinct;
  throw new UserError(
    'bad-value',
    phrase('Expected 2 to {most} different strengths, but received {given}', {
      most: MOST_RUNGS,
      given: distinct.length,
    }),
  );
}
