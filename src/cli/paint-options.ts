import { createHash, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';
import { type RecipeRequest } from '../recipe/complete-recipe.ts';
import { isPng } from '../recipe/metadata/png-text.ts';
import { recipeFromPng } from '../recipe/metadata/recipe-from-png.ts';
import { Recipe } from '../recipe/recipe.ts';

/** The values of `paint`'s flags as commander hands them over. */
export interface PaintFlags {
  model?: string;
  prompt?: string;
  promptSyntax?: string;
  negative?: string;
  style?: string;
  strength?: string;
  steps?: string;
  stepRule?: string;
  guidance?: string;
  guidanceRescale?: string;
  guidanceInterval?: string;
  fidelity?: string;
  clipSkip?: string;
  scheduler?: string;
  seed?: string;
  count?: string;
  size?: string;
  mask?: string;
  paddingMaskCrop?: string;
  recipe?: string;
  output?: string;
  json?: boolean;
  trace?: string;
  preview?: string;
  device?: string;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const drawSeed = () => randomInt(0, 2 ** 32);

/** Reads a number; a decimal comma and a percent sign are understood. */
function number(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^(.*)%$/.exec(text.trim());
  const value = Number((percent ? percent[1]! : text).trim().replace(',', '.'));
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new UserError(
      'bad-value',
      untranslated(`Expected a number for ${flag}, but received ${JSON.stringify(text)}`),
    );
  }
  return percent ? value / 100 : value;
}

function choice<T extends string>(
  flag: string,
  text: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const found = allowed.find((value) => value === text);
  if (found === undefined) {
    throw new UserError(
      'bad-value',
      untranslated(`Expected ${allowed.join(' or ')} for ${flag}, but received ${JSON.stringify(text)}`),
    );
  }
  return found;
}

function size(text: string | undefined): Recipe['size'] | undefined {
  if (text === undefined) return undefined;
  if (text === 'keep' || text === 'auto') return text;
  const match = /^(\d+)\s*[x×]\s*(\d+)$/i.exec(text);
  if (!match)
    throw new UserError(
      'bad-value',
      untranslated(`Expected WIDTHxHEIGHT, keep or auto for --size, but received ${JSON.stringify(text)}`),
    );
  return { width: Number(match[1]), height: Number(match[2]) };
}

/** Two shares of the run, such as `0.2,0.8`. */
function interval(text: string | undefined): [number, number] | undefined {
  if (text === undefined) return undefined;
  const [from, to, ...rest] = text.split(/[,;]/).map((part) => number('--guidance-interval', part));
  if (from !== undefined && to !== undefined && rest.length === 0) return [from, to];
  throw new UserError(
    'bad-value',
    untranslated(`Expected FROM,TO for --guidance-interval, but received ${JSON.stringify(text)}`),
  );
}

/** Settings from a JSON file, or from a PNG that says how it was made. */
function recipeFile(path: string | undefined): Omit<RecipeRequest, 'source'> {
  if (path === undefined) return {};
  const bytes = readFileSync(path);
  if (isPng(bytes)) {
    const found = recipeFromPng(bytes);
    if (found) return found.request;
    throw new UserError(
      'no-recipe',
      untranslated(
        `Expected a PNG that says how it was made for --recipe, but ${path} holds nothing of the kind`,
      ),
    );
  }
  try {
    const parsed = z
      .union([Recipe.partial(), z.object({ recipe: Recipe.partial() }).transform((file) => file.recipe)])
      .safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success) return fromRecipe(parsed.data);
    throw new UserError(
      'bad-value',
      untranslated(
        `Expected a recipe in ${path}, but its fields do not fit: ${parsed.error.issues[0]!.message}`,
      ),
    );
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UserError(
        'bad-value',
        untranslated(`Expected JSON or a PNG for --recipe, but ${path} is neither`),
        {
          cause: error,
        },
      );
    throw error;
  }
}

type OpenRecipe = { [K in keyof Recipe]?: Recipe[K] | undefined };

/** A recipe's fields as a request; the style is taken as it was then. */
function fromRecipe({
  version: _version,
  source: _source,
  ...fields
}: OpenRecipe): Omit<RecipeRequest, 'source'> {
  return fields;
}

/** The flags as a request; what was not given stays open. */
export function toRequest(
  flags: PaintFlags,
  source: Uint8Array,
  mask: Uint8Array | undefined,
): RecipeRequest {
  const fromFile = recipeFile(flags.recipe);
  const given = {
    model: flags.model,
    prompt: flags.prompt,
    promptSyntax: choice('--prompt-syntax', flags.promptSyntax, ['weighted', 'plain'] as const),
    negativePrompt: flags.negative,
    style: flags.style,
    strength: number('--strength', flags.strength),
    steps: number('--steps', flags.steps),
    stepRule: choice('--step-rule', flags.stepRule, ['schedule', 'executed'] as const),
    guidanceScale: number('--guidance', flags.guidance),
    guidanceRescale: number('--guidance-rescale', flags.guidanceRescale),
    guidanceInterval: interval(flags.guidanceInterval),
    fidelity: number('--fidelity', flags.fidelity),
    clipSkip: number('--clip-skip', flags.clipSkip),
    scheduler: flags.scheduler,
    seed: flags.seed === 'random' ? drawSeed() : number('--seed', flags.seed),
    count: number('--count', flags.count),
    size: size(flags.size),
    mask: flags.mask === 'alpha' ? ('alpha' as const) : mask && sha256(mask),
    paddingMaskCrop: number('--padding-mask-crop', flags.paddingMaskCrop),
  };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...fromFile, ...present, source: sha256(source) };
}
