import { decodePicture, flattenOnWhite, looksPainted } from '../pipeline/index.ts';
import { recipeFromPng } from '../recipe/metadata/recipe-from-png.ts';

export type UpscaleKind = 'auto' | 'photo' | 'painting';

/** What a recipe tells of its picture: a style makes a painting of it. */
export function kindOfRecipe(recipe: { style?: unknown }): 'painting' | undefined {
  return recipe.style === undefined ? undefined : 'painting';
}

/**
 * Whether a picture is better enlarged as a painting: by the recipe inside, where there is one with a style, else by a look.
 * @param file as `decodePicture` takes it
 */
export async function kindOfPicture(file: Uint8Array): Promise<'photo' | 'painting'> {
  const known = recipeFromPng(file);
  const told = known && kindOfRecipe(known.request);
  if (told !== undefined) return told;
  return looksPainted(flattenOnWhite(await decodePicture(file))) ? 'painting' : 'photo';
}
