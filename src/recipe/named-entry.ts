import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';

/** Names that members give to what they keep (styles, chains), and the ids that follow from them. */

const MAX_NAME = 40;
const MAX_ID = 40;
/** Signs that mean something where a name is used: mixes, shares, lists, keys, the starts of other words. */
const NAME = /^\p{L}[\p{L}\p{M}\p{N} '’&().!?-]*$/u;

/** A name as it is kept: with single spaces. @throws UserError `bad-name` */
export function readName(text: string): string {
  const name = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (name.length <= MAX_NAME && NAME.test(name)) return name;
  throw new UserError(
    'bad-name',
    phrase(
      'Expected a name of at most {most} letters, digits, spaces and hyphens that begins with a letter, but received "{given}"',
      { most: MAX_NAME, given: name.slice(0, 60) },
    ),
  );
}

/** The id for a name: its letters in lower case without accents, or, where none are Latin, a short hash of it. */
export function idOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MAX_ID)
    .replace(/-+$/, '');
  // Letters of other scripts between Latin ones are lost: two such names must not become one id.
  const isWhole = !/[^\p{Script=Latin}\p{N}\p{M}\p{P}\p{Z}\p{S}]/u.test(name.normalize('NFKD'));
  if (plain !== '' && isWhole) return plain;
  return `named-${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 12)}`;
}

/** One emoji, with the sign that makes it colourful where that was left out. @throws UserError `bad-emoji` */
export function readEmoji(text: string): string {
  const trimmed = text.trim();
  const found = [trimmed, `${trimmed}\uFE0F`].find((one) => /^\p{RGI_Emoji}$/v.test(one));
  if (found !== undefined) return found;
  throw new UserError(
    'bad-emoji',
    phrase('Expected one emoji, but received "{given}"', { given: trimmed.slice(0, 40) }),
    { hint: "Emoji of a server's own cannot be used here." },
  );
}
