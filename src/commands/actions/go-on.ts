import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { REPLY_STRENGTH } from '../../recipe/reply-grammar.ts';
import { moveStrength } from '../../recipe/strength.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Action } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import { pictureOf, requireOpenPainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { submitPainting } from '../submit.ts';

/** A recipe as a request: everything of it, its style as it was then. */
export function asRequest({ version: _version, ...fields }: Recipe): RecipeRequest {
  return fields;
}

const MOVE = 0.1;
const VARIATIONS = 4;

/** What each way of going on makes of a painting's recipe. */
export const WAYS = {
  reroll: (painting) => ({
    request: { ...asRequest(painting.recipe), seed: undefined },
    parentId: painting.parentId,
  }),
  variations: (painting) => ({
    request: { ...asRequest(painting.recipe), seed: undefined, count: VARIATIONS },
    parentId: painting.parentId,
  }),
  refine: (painting) => ({
    request: {
      ...asRequest(painting.recipe),
      source: pictureOf(painting),
      strength: REPLY_STRENGTH,
      guidanceScale: undefined,
      seed: undefined,
      count: 1,
      mask: undefined,
      task: undefined,
    },
    parentId: painting.id,
  }),
  stronger: (painting) => moved(painting, MOVE),
  weaker: (painting) => moved(painting, -MOVE),
} as const satisfies Record<
  string,
  (painting: Painting) => { request: RecipeRequest; parentId: string | null }
>;
export type Way = keyof typeof WAYS;

/** The same seed at another strength, as the guide says to look for the sweet spot. */
function moved(painting: Painting, by: number) {
  const { recipe } = painting;
  return {
    request: { ...asRequest(recipe), strength: moveStrength(recipe.strength, by), guidanceScale: undefined },
    parentId: painting.parentId,
  };
}

export async function goOn(context: Context, way: Way, paintingId: string): Promise<void> {
  const painting = await requireOpenPainting(context, paintingId);
  const { request, parentId } = WAYS[way](painting);
  await submitPainting(context, {
    request,
    action: way,
    inheritsSteps: true,
    strengthIsChosen: way === 'stronger' || way === 'weaker',
    parentId: parentId ?? undefined,
    sourceOwnerId: rootOwnerOf(painting),
  });
}

export const goOnAction = (way: Way): Action => ({
  acknowledge: 'quiet',
  run: (context, { subject }) => goOn(context, way, subject),
});
