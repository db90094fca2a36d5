import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { MAX_STRENGTH, MIN_STRENGTH } from '../recipe/strength.ts';

/** A strength as people write it: `0.6`, `0,6`, `60%`. @throws UserError `bad-value` */
export function readStrength(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const match = /^\s*(\d*[.,]?\d+)\s*(%?)\s*$/.exec(text);
  const value = match ? Number(match[1]!.replace(',', '.')) / (match[2] === '%' ? 100 : 1) : NaN;
  if (value >= MIN_STRENGTH && value <= MAX_STRENGTH) return value;
  throw new UserError(
    'bad-value',
    phrase('Expected a strength from {least} to {most}, but received "{given}"', {
      least: MIN_STRENGTH,
      most: MAX_STRENGTH,
      given: text,
    }),
  );
}

/** A seed, or undefined for a random one. @throws UserError `bad-value` */
export function readSeed(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '' || trimmed.toLowerCase() === 'random') return undefined;
  const value = Number(trimmed);
  if (/^\d+$/.test(trimmed) && value <= 0xffffffff) return value;
  throw new UserError(
    'bad-value',
    phrase('Expected a whole seed from 0 to 4294967295, but received "{given}"', { given: trimmed }),
  );
}
