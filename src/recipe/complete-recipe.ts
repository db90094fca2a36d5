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
  drawSeed: () => number;
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
  const { style: styleName, ...asked } = request;
  const style = styleName === undefined ? undefined : requireStyle(styleName, sources.styles);
  const recipe = parseRecipe({
    ...openFields(sources, asked, style),
    ...present(asked),
    ...styleFields(style),
    version: 1,
  });
  const { steps, strength, stepRule, guidanceScale } = recipe;
  if (!sources.strengthKeepsSteps && executedSteps(steps, strength, stepRule) < 1) {
    throw new UserError(
      'no-steps',
      `Expected at least 1 step to run, but ${steps} steps at strength ${strength} run none`,
      {
        hint: `Use at least ${fewestSteps(strength)} steps, or a higher strength.`,
      },
    );
  }
  const warning = guidanceWarning(strength, guidanceScale);
  return { recipe, notes: warning === undefined ? [] : [warning] };
}

type Asked = Omit<RecipeRequest, 'style'>;

const present = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function styleFields(style: Style | undefined): object {
  if (!style) return {};
  const { id, name, prompt, negative } = style;
  return { style: { id, name, prompt, negative } };
}

/** What each field is when nobody asks for it. */
function openFields(sources: RecipeSources, asked: Asked, style: Style | undefined): object {
  const { model } = sources;
  const strength = asked.strength ?? style?.strength[2] ?? model.strength ?? 0.5;
  const { min, max } = model.guidance;
  const guidance = style?.guidance[2] ?? model.guidance.default ?? guidanceFor(strength);
  return {
    task: asked.mask === undefined ? 'img2img' : 'inpaint',
    model: model.id,
    prompt: '',
    promptSyntax: 'weighted',
    strength,
    // A weak strength needs a longer schedule for at least one step of it to run.
    steps: Math.max(model.steps, fewestSteps(strength)),
    stepRule: 'schedule',
    guidanceScale: Math.min(max, Math.max(min, guidance)),
    guidanceRescale: 0,
    guidanceInterval: [0, 1],
    clipSkip: 0,
    scheduler: model.scheduler,
    seed: asked.seed ?? sources.drawSeed(),
    count: 1,
    size: 'auto',
    loras: style?.lora ? [style.lora] : [],
  };
}

function requireStyle(name: string, styles: readonly Style[]): Style {
  const style = findStyle(styles, name);
  if (style) return style;
  throw new UserError('unknown-style', `Expected a known style, but received ${JSON.stringify(name)}`, {
    hint: `Try one of: ${styles.map(({ id }) => id).join(', ')}.`,
  });
}

/** Checks every field. */
function parseRecipe(fields: Record<string, unknown>): Recipe {
  const parsed = Recipe.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = String(issue.path[0]);
  throw new UserError(
    'bad-value',
    `Expected ${field} to fit its range (${issue.message}), but received ${JSON.stringify(fields[field])}`,
  );
}
