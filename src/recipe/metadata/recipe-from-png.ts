import { type Phrase, phrase } from '../../language/phrase.ts';
import type { RecipeRequest } from '../complete-recipe.ts';
import { MAX_STRENGTH, MIN_STRENGTH } from '../strength.ts';
import { a1111Recipe, parseA1111 } from './a1111.ts';
import { parseComfyGraph } from './comfyui.ts';
import { readProvenance } from './overpaint.ts';
import { readPngTexts } from './png-text.ts';

/** What a picture's file says about how it was made, as a request without source. */
export interface FoundRecipe {
  origin: 'overpaint' | 'a1111' | 'comfyui';
  request: Omit<RecipeRequest, 'source'>;
  /** What was there and has no place here, for the person who asks. */
  leftOut: Phrase[];
}

const within = (value: number | undefined, low: number, high: number) =>
  value === undefined || value < low || value > high ? undefined : value;
const whole = (value: number | undefined, low: number, high: number) =>
  Number.isInteger(value) ? within(value, low, high) : undefined;
const short = (text: string | undefined) => text?.slice(0, 4000);

/** Names of strangers may be long. */
const leftOut = (sampler: string | undefined, model: string | undefined): Phrase[] => [
  ...(sampler ? [phrase('sampler {name}', { name: sampler.slice(0, 100) })] : []),
  ...(model ? [phrase('model {name}', { name: model.slice(0, 200) })] : []),
];

function fromA1111(text: string): FoundRecipe {
  const { prompt, negative, fields } = parseA1111(text);
  const found = a1111Recipe(fields);
  return {
    origin: 'a1111',
    request: {
      prompt: short(prompt),
      ...(negative === '' ? {} : { negativePrompt: short(negative) }),
      promptSyntax: 'weighted',
      stepRule: 'schedule',
      steps: whole(found.steps, 1, 150),
      guidanceScale: within(found.guidance, 1, 30),
      seed: whole(found.seed, 0, 0xffffffff),
      strength: within(found.strength, MIN_STRENGTH, MAX_STRENGTH),
      clipSkip: found.clipSkip === undefined ? undefined : whole(found.clipSkip - 1, 0, 12),
    },
    leftOut: leftOut(found.sampler, fields.Model),
  };
}

function fromComfy(text: string): FoundRecipe | undefined {
  const found = parseComfyGraph(text);
  if (!found || Object.keys(found).length === 0) return undefined;
  return {
    origin: 'comfyui',
    request: {
      prompt: short(found.prompt),
      ...(found.negative ? { negativePrompt: short(found.negative) } : {}),
      promptSyntax: 'weighted',
      // ComfyUI's steps all run, whatever its denoise is.
      stepRule: 'executed',
      steps: whole(found.steps, 1, 150),
      guidanceScale: within(found.guidance, 1, 30),
      seed: whole(found.seed, 0, 0xffffffff),
      strength: within(found.strength, MIN_STRENGTH, MAX_STRENGTH),
    },
    leftOut: leftOut(found.sampler, found.model),
  };
}

/**
 * Reads how a PNG was made, by us or by the tools that people come from. Strangers' numbers that lie outside our
 * ranges are left open rather than believed.
 * @returns undefined when the file says nothing
 */
export function recipeFromPng(bytes: Uint8Array): FoundRecipe | undefined {
  const own = readProvenance(bytes);
  if (own) {
    const { version: _version, source: _source, model: _model, ...rest } = own.recipe;
    return {
      origin: 'overpaint',
      request: { ...rest, seed: own.seed },
      leftOut: [],
    };
  }
  const texts = readPngTexts(bytes);
  const parameters = texts.get('parameters');
  if (parameters !== undefined) return fromA1111(parameters);
  const graph = texts.get('prompt') ?? texts.get('workflow');
  return graph === undefined ? undefined : fromComfy(graph);
}
