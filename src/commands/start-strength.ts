import { kindOfPicture, measurePicture } from '../pipeline/index.ts';
import type { RecipeRequest } from '../recipe/complete-recipe.ts';
import { startingStrength } from '../recipe/starting-strength.ts';
import { findStyle } from '../recipe/styles.ts';
import type { Context } from './services.ts';

/** Picks the strength by a look at the picture where neither the member nor their settings name one, and says why. */
export async function withStartingStrength(
  { services }: Context,
  { request, notes }: { request: RecipeRequest; notes: string[] },
): Promise<{ request: RecipeRequest; notes: string[] }> {
  if (request.strength !== undefined) return { request, notes };
  const bytes = await services.images.get(request.source);
  if (!bytes) return { request, notes };
  const style = request.style === undefined ? undefined : findStyle(services.styles(), request.style);
  const { strength, why } = startingStrength(kindOfPicture(await measurePicture(bytes)), style);
  return why === undefined
    ? { request, notes }
    : { request: { ...request, strength }, notes: [...notes, why] };
}
