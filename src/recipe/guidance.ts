import { type Phrase, phrase } from '../language/phrase.ts';

/**
 * Guidance from strength: image-to-image wants less of it than text-to-image, and the less the lower the strength,
 * since much guidance over little noise over-saturates and makes artifacts.
 */
const TABLE: readonly { upTo: number; scale: number }[] = [
  { upTo: 0.2, scale: 3 },
  { upTo: 0.3, scale: 4 },
  { upTo: 0.4, scale: 5 },
  { upTo: 0.55, scale: 6 },
  { upTo: 0.7, scale: 7 },
  { upTo: 1, scale: 7.5 },
];

/** The guidance scale for a strength when nobody named one. */
export function guidanceFor(strength: number): number {
  return (TABLE.find((row) => strength <= row.upTo) ?? TABLE.at(-1)!).scale;
}

/** One line when guidance is high for so low a strength; undefined otherwise. */
export function guidanceWarning(strength: number, scale: number): Phrase | undefined {
  const limit = strength < 0.3 ? 6 : strength < 0.4 ? 9 : Infinity;
  if (scale <= limit) return undefined;
  return phrase('Guidance {scale} at strength {strength} tends to over-saturate; {better} suits it better.', {
    scale,
    strength: strength.toFixed(2),
    better: guidanceFor(strength),
  });
}
