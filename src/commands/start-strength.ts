import { type Phrase } from '../language/phrase.ts';
import { kindOfPicture, measurePicture } from '../pipeline/index.ts';
import type { RecipeRequest } from '../recipe/complete-recipe.ts';
import type { Hint } from '../recipe/hints.ts';
import { fitStyles } from '../recipe/model-styles.ts';
import { startingStrength } from '../recipe/starting-strength.ts';
import { findStyle } from '../recipe/styles.ts';
import { modelFor } from './recipe-for.ts';
import type { Context } from './services.ts';
import { stylesFor } from './styles-for.ts';

/** Picks the strength by a look at the picture where neither the member nor their settings name one, and says why. */
export async function withStartingStrength(
  context: Context,
  { request, notes }: { request: RecipeRequest; notes: Phrase[] },
): Promise<{ request: RecipeRequest; notes: Phrase[]; hints?: Hint[] }> {
  if (request.strength !== undefined) return { request, notes };
  const bytes = await context.services.images.get(request.source);
  if (!bytes) return { request, notes };
  const styles = await stylesFor(context);
  const { defaults } = modelFor(context.services.registry, styles, request).model;
  const style =
    typeof request.style === 'string' ? findStyle(fitStyles(styles, defaults), request.style) : undefined;
  const { strength, note, hint } = startingStrength(kindOfPicture(await measurePicture(bytes)), style);
  return note === undefined
    ? { request, notes }
    : { request: { ...request, strength }, notes: [...notes, note], hints: hint ? [hint] : [] };
}
