/** Signs that stand for letters where somebody wants to get past a word list. */
const STAND_INS: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
};

/** Cyrillic and Greek letters that look like Latin ones. */
const LOOK_ALIKES: Record<string, string> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  α: 'a',
  ε: 'e',
  ο: 'o',
  ρ: 'p',
  υ: 'u',
  ν: 'v',
};

/**
 * A text as a word list reads it: small letters without accents, invisible characters gone, signs within words read as the
 * letters they stand for, letters that are spelled apart (`n u d e`, `n.u.d.e`) joined, everything else a single space.
 * Deterministic and idempotent.
 */
export function foldText(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[а-яіѕα-ω]/gu, (letter) => LOOK_ALIKES[letter] ?? letter)
    // Only inside of words with letters: "4 women" stays four.
    .replace(/[\p{L}\p{N}@$!|]*\p{L}[\p{L}\p{N}@$!|]*/gu, (word) =>
      word.replace(/[!|]+$/, '').replace(/[013457@$!|]/g, (sign) => STAND_INS[sign] ?? sign),
    )
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return plain.replace(/(?<![^ ])\p{L}(?: \p{L}){2,}(?![^ ])/gu, joinSpelled);
}

/** Letters spelled apart as one word; and without an `a` or `i` at an end, which may have been a word of its own. */
function joinSpelled(spelled: string): string {
  const joined = spelled.replaceAll(' ', '');
  const trimmed = [
    joined.replace(/^[ai]/, ''),
    joined.replace(/[ai]$/, ''),
    joined.replace(/^[ai]|[ai]$/g, ''),
  ];
  return [...new Set([joined, ...trimmed.filter((word) => word.length > 2)])].join(' ');
}
