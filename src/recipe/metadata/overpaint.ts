import { z } from 'zod';
import { altTextOf } from '../alt-text.ts';
import { Recipe } from '../recipe.ts';
import { formatA1111, type PictureFacts } from './a1111.ts';
import { addPngTexts, readPngTexts } from './png-text.ts';

/** Key of our own text chunk: the whole recipe, and where the picture comes from. */
const KEY = 'overpaint';

export const Provenance = z.object({
  recipe: Recipe,
  /** Seed of this picture among the recipe's. */
  seed: z.int().min(0).max(0xffffffff),
  /** Id of the painting that this one was made from. */
  parent: z.string().max(100).optional(),
});
export type Provenance = z.infer<typeof Provenance>;

/** The PNG with A1111's `parameters`, our own recipe, and a description in plain words (PNG's own keyword) in it. */
export function embedMetadata(png: Uint8Array, provenance: Provenance, facts: PictureFacts): Uint8Array {
  return addPngTexts(
    png,
    new Map([
      ['parameters', formatA1111(provenance.recipe, facts)],
      [KEY, JSON.stringify(provenance)],
      ['Description', altTextOf(provenance.recipe)],
    ]),
  );
}

/** Our recipe from a PNG; undefined where there is none, or none that can be trusted to be whole. */
export function readProvenance(png: Uint8Array): Provenance | undefined {
  const text = readPngTexts(png).get(KEY);
  if (text === undefined) return undefined;
  try {
    return Provenance.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
