import { createContext, Script } from 'node:vm';
import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { foldText } from './fold-text.ts';

/** True where a text is meant; `folded` is what `foldText` makes of it. */
export type WordTest = (text: string, folded: string) => boolean;

/** Longest entry of a word list. */
export const MAX_ENTRY = 200;
/** A pattern that takes longer over a prompt counts as found: it cannot be told, and whoever wrote the prompt may rephrase. */
const PATTERN_MS = 100;

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A pattern runs where it can be stopped: a server's own one may take forever over a text made for that. */
const room = createContext({ pattern: /./, text: '' });
const script = new Script('pattern.test(text)');

function matchesInTime(pattern: RegExp, text: string): boolean {
  Object.assign(room, { pattern, text });
  try {
    return script.runInContext(room, { timeout: PATTERN_MS }) === true;
  } catch (error) {
    if (ranTooLong(error)) return true;
    throw error;
  }
}

/** The error comes from the room, whose `Error` is another class. */
function ranTooLong(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/**
 * Reads an entry of a word list:
 *
 * - `word` or `several words`: whole words, whatever their case, accents and spelling tricks;
 * - `word*`: whatever starts like this;
 * - `/pattern/`: a regular expression, over the text as it is and as it is folded, whatever its case.
 * @throws UserError `bad-word`
 */
export function parseEntry(entry: string): WordTest {
  const trimmed = entry.trim();
  if (trimmed.length > MAX_ENTRY)
    throw new UserError(
      'bad-word',
      phrase('Expected at most {most} characters for a word, but received {given}', {
        most: MAX_ENTRY,
        given: trimmed.length,
      }),
    );
  const pattern = /^\/(.+)\/$/.exec(trimmed)?.[1];
  if (pattern !== undefined) {
    const compiled = compile(pattern);
    return (text, folded) => matchesInTime(compiled, text) || matchesInTime(compiled, folded);
  }
  const words = foldText(trimmed);
  if (words === '')
    throw new UserError(
      'bad-word',
      phrase('Expected a word, a word* or a /pattern/, but received {given}', {
        given: JSON.stringify(entry),
      }),
    );
  const whole = new RegExp(`(?<![^ ])${escape(words)}${trimmed.endsWith('*') ? '' : '(?![^ ])'}`, 'u');
  return (_text, folded) => whole.test(folded);
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'iu');
  } catch (error) {
    throw new UserError(
      'bad-word',
      phrase('Expected a regular expression, but /{pattern}/ is none', { pattern }),
      { cause: error },
    );
  }
}
