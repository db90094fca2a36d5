import { UserError } from '../errors.ts';
import { guidanceFor, guidanceWarning } from './guidance.ts';
import type { ModelDefaults } from './model-defaults.ts';
import { Recipe } from './recipe.ts';
import { executedSteps, fewestSteps } from './strength.ts';
import { findStyle, type Style } from './styles.ts';

/** What somebody asked for: a recipe with holes. `style` is a name; `source` is always known. */
export type RecipeRequest = { source: string } & {
  [K in Exclude<keyof Recipe, 'version' | 'source' | 'style'>]?: Recipe[K] | undefined;
} & { style?: string | undefined };

/** Where the holes are filled from. */
export interface RecipeSources {
  styles: readonly Style[];
  model: ModelDefaults;
  /** A fresh seed, 0 to 2^32 − 1. */
  drawSeed(): number;
  /** True where strength does not shorten the steps (LCM and TCD models), so that none can be left over. */
  strengthKeepsSteps?: boolean;
}

/** A recipe, and what was noticed while it was made, one sentence each. */
export interface Completed {
  recipe: Recipe;
  notes: string[];
}

/**
 * Fills a request's holes: what was asked for comes first, then the style, then the model, then the guide.
 * @throws UserError `unknown-style`, `bad-value` or `no-steps`, each naming field, rule and value
 */
export function completeRecipe(request: RecipeRequest, sources: RecipeSources): Completed {
  const style = request.style === undefined ? undefined : requireStyle(request.style, sources.styles);
  const { model } = sources;
  const strength = request.strength ?? style?.strength[2] ?? model.strength ?? 0.5;
  const stepRule = request.stepRule ?? 'schedule';
  const steps = request.steps ?? model.steps;
  const wanted =
    request.guidanceScale ?? style?.guidance[2] ?? model.guidance.default ?? guidanceFor(strength);
  const guidanceScale =
    request.guidanceScale ?? Math.min(model.guidance.max, Math.max(model.guidance.min, wanted));

  const recipe = parseRecipe({
    version: 1,
    task: request.task ?? (request.mask === undefined ? 'img2img' : 'inpaint'),
    model: request.model ?? model.id,
    source: request.source,
    mask: request.mask,
    paddingMaskCrop: request.paddingMaskCrop,
    prompt: request.prompt ?? '',
    negativePrompt: request.negativePrompt,
    promptSyntax: request.promptSyntax ?? 'weighted',
    style: style && { id: style.id, name: style.name, prompt: style.prompt, negative: style.negative },
    strength,
    steps,
    stepRule,
    guidanceScale,
    guidanceRescale: request.guidanceRescale ?? 0,
    guidanceInterval: request.guidanceInterval ?? [0, 1],
    clipSkip: request.clipSkip ?? 0,
    scheduler: request.scheduler ?? model.scheduler,
    seed: request.seed ?? sources.drawSeed(),
    count: request.count ?? 1,
    size: request.size ?? 'auto',
    loras: request.loras ?? (style?.lora ? [style.lora] : []),
  });
  if (!sources.strengthKeepsSteps && executedSteps(recipe.steps, recipe.strength, recipe.stepRule) < 1) {
    throw new UserError(
      'no-steps',
      `Expected at least 1 step to run, but ${steps} steps at strength ${strength} run none`,
      {
        hint: `Use at least ${fewestSteps(strength)} steps, or a higher strength.`,
      },
    );
  }
  const warning = guidanceWarning(recipe.strength, recipe.guidanceScale);
  return { recipe, notes: warning === undefined ? [] : [warning] };
}

function requireStyle(name: string, styles: readonly Style[]): Style {
  const style = findStyle(styles, name);
  if (style) return style;
  throw new UserError('unknown-style', `Expected a known style, but received ${JSON.stringify(name)}`, {
    hint: `Try one of: ${styles.map(({ id }) => id).join(', ')}.`,
  });
}

/** Checks every field; absent ones must be left out, not undefined. */
function parseRecipe(fields: Record<string, unknown>): Recipe {
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const parsed = Recipe.safeParse(present);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = String(issue.path[0]);
  throw new UserError(
    'bad-value',
    `Expected ${field} to fit its range (${issue.message}), but received ${JSON.stringify(fields[field])}`,
  );
}
