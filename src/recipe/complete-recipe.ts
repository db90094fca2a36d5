import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { guidanceFor, guidanceWarning } from './guidance.ts';
import { type Hint, recipeHints } from './hints.ts';
import type { ModelDefaults } from './model-defaults.ts';
import { fitStyles, styleHints } from './model-styles.ts';
import { Recipe, type RecipeStyle } from './recipe.ts';
import { executedSteps, fewestSteps } from './strength.ts';
import { findStyle, type Style } from './styles.ts';

/** A style by its name, or whole, as an earlier recipe holds it: that one is taken as it was then. */
export type StyleWish = string | RecipeStyle;

/** What somebody asked for: a recipe with holes. `source` is always known. */
export type RecipeRequest = { source: string } & {
  [K in Exclude<keyof Recipe, 'version' | 'source' | 'style'>]?: Recipe[K] | undefined;
} & { style?: StyleWish | undefined };

/** Where the holes are filled from. */
export interface RecipeSources {
  styles: readonly Style[];
  model: ModelDefaults;
  /** A fresh seed, 0 to 2^32 − 1. */
  drawSeed: () => number;
}

/** A recipe, and what is worth knowing about it. */
export interface Completed {
  recipe: Recipe;
  hints: Hint[];
}

/**
 * Fills a request's holes: what was asked for comes first, then the style, then the model, then the guide.
 * @throws UserError `unknown-style`, `bad-value` or `no-steps`, each naming field, rule and value
 */
export function completeRecipe(request: RecipeRequest, sources: RecipeSources): Completed {
  const { style: wish, ...asked } = request;
  const style = wish === undefined ? undefined : styleFor(wish, fitStyles(sources.styles, sources.model));
  const recipe = parseRecipe({
    ...openFields(sources, asked, style),
    ...present(asked),
    ...styleFields(style),
    version: 1,
  });
  const { steps, strength, stepRule } = recipe;
  if (!keepsSteps(sources, asked) && executedSteps(steps, strength, stepRule) < 1) {
    throw new UserError(
      'no-steps',
      phrase('Expected at least 1 step to run, but {steps} steps at strength {strength} run none', {
        steps,
        strength,
      }),
      {
        hint: phrase('Use at least {least} steps, or a higher strength.', { least: fewestSteps(strength) }),
      },
    );
  }
  return { recipe, hints: [...recipeHints(recipe), ...(style ? styleHints(sources.model, style) : [])] };
}

type Asked = Omit<RecipeRequest, 'style'>;

const present = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** A style for a recipe, and what it suggests where that is known. */
type Suggested = RecipeStyle & Partial<Pick<Style, 'strength' | 'guidance' | 'lora'>>;

/** A whole style suggests something only while there is still one of that name that says the same. */
function styleFor(wish: StyleWish, styles: readonly Style[]): Suggested {
  if (typeof wish === 'string') return requireStyle(wish, styles);
  const known = findStyle(styles, wish.id);
  return known?.prompt === wish.prompt && known.negative === wish.negative ? { ...known, ...wish } : wish;
}

function styleFields(style: Suggested | undefined): object {
  if (!style) return {};
  const { id, name, prompt, negative } = style;
  return { style: { id, name, prompt, negative } };
}

const keepsSteps = ({ model }: RecipeSources, { scheduler }: Asked): boolean =>
  model.strengthKeepsSteps?.(scheduler ?? model.scheduler) ?? false;

/** What each field is when nobody asks for it. */
function openFields(sources: RecipeSources, asked: Asked, style: Suggested | undefined): object {
  const { model } = sources;
  const strength = asked.strength ?? style?.strength?.[2] ?? model.strength ?? 0.5;
  return {
    task: asked.mask === undefined ? 'img2img' : 'inpaint',
    model: model.id,
    prompt: '',
    promptSyntax: 'weighted',
    strength,
    ...openSteps(sources, asked, strength),
    guidanceScale: openGuidance(model, style, strength),
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

function openSteps(
  sources: RecipeSources,
  asked: Asked,
  strength: number,
): Pick<Recipe, 'steps' | 'stepRule'> {
  const { steps } = sources.model;
  if (keepsSteps(sources, asked)) return { steps, stepRule: 'executed' };
  // A weak strength needs a longer schedule for at least one step of it to run.
  return { steps: Math.max(steps, fewestSteps(strength)), stepRule: 'schedule' };
}

function openGuidance({ guidance }: ModelDefaults, style: Suggested | undefined, strength: number): number {
  const usual = style?.guidance?.[2] ?? guidance.default ?? guidanceFor(strength);
  // A style's guidance suits its own strengths; nobody is led into a corner that they would then be warned of.
  const suited = guidanceWarning(strength, usual) ? guidanceFor(strength) : usual;
  return Math.min(guidance.max, Math.max(guidance.min, suited));
}

function requireStyle(name: string, styles: readonly Style[]): Style {
  const style = findStyle(styles, name);
  if (style) return style;
  throw new UserError(
    'unknown-style',
    phrase('Expected a known style, but received {given}', { given: JSON.stringify(name) }),
    { hint: phrase('Try one of: {names}.', { names: styles.map(({ id }) => id) }) },
  );
}

/** Checks every field. */
function parseRecipe(fields: Record<string, unknown>): Recipe {
  const parsed = Recipe.safeParse(fields);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = String(issue.path[0]);
  throw new UserError(
    'bad-value',
    phrase('Expected {field} to fit its range ({rule}), but received {given}', {
      field,
      rule: issue.message,
      given: JSON.stringify(fields[field]),
    }),
  );
}
