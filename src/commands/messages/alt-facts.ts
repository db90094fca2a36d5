import type { AltFacts } from '../../recipe/alt-text.ts';
import type { Painting } from '../../studio/paintings.ts';

/** So many steps back are looked up: more would not stand in an alt text anyway. */
export const MOST_ANCESTORS = 12;

/** What alt text tells of a painting beside its recipe. @param line the paintings that led to it, oldest first */
export const altFactsOf = (
  { sourceDescription }: { sourceDescription?: string | null | undefined },
  line: readonly Painting[],
): AltFacts => ({
  source: sourceDescription ?? line[0]?.sourceDescription ?? undefined,
  before: line.map(({ recipe }) => recipe),
});
