import { type Phrase, phrase } from '../language/phrase.ts';
import { type Completed, completeRecipe, type RecipeRequest } from '../recipe/complete-recipe.ts';
import { findStyle, type Style } from '../recipe/styles.ts';
import type { ModelEntry, Registry } from '../registry/registry.ts';
import type { Context } from './services.ts';
import { stylesFor } from './styles-for.ts';

/** A recipe, and what is other than it was wished for. */
interface Ready extends Completed {
  notes: Phrase[];
}

/** Fills a request's holes. @throws UserError `unknown-style`, `unknown-model`, `bad-value` or `no-steps` */
export async function recipeFor(context: Context, request: RecipeRequest): Promise<Ready> {
  const { registry, drawSeed } = context.services;
  const styles = await stylesFor(context);
  const { model, notes } = modelFor(registry, styles, request);
  const sources = { styles, model: model.defaults, drawSeed };
  return { ...completeRecipe({ ...request, model: model.id }, sources), notes };
}

/**
 * The model that is asked for, or that a named style was made with; else, or where that is gone, the usual one.
 * @throws UserError `unknown-model`
 */
export function modelFor(
  registry: Registry,
  styles: readonly Style[],
  { model: asked, style: wish }: Pick<RecipeRequest, 'model' | 'style'>,
): { model: ModelEntry; notes: Phrase[] } {
  if (asked !== undefined) return { model: registry.get(asked), notes: [] };
  const usual = registry.default();
  const wanted = typeof wish === 'string' ? findStyle(styles, wish)?.model : undefined;
  if (wanted === undefined) return { model: usual, notes: [] };
  const found = registry.list().find(({ id, problem }) => id === wanted && problem === undefined);
  if (found) return { model: found, notes: [] };
  const gone = phrase('the model of this style, {model}, is not here any more; {other} painted it', {
    model: wanted,
    other: usual.name,
  });
  return { model: usual, notes: [gone] };
}
