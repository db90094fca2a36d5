import type { Chain, ChainStage } from './chain.ts';
import type { RecipeRequest } from './complete-recipe.ts';
import type { WorkOf } from './work.ts';

/** A gentle pass, unless a stage says otherwise. */
const REFINE_STRENGTH = 0.25;

/** What a chain begins with. */
export interface ChainStart {
  /** SHA-256 of the picture. */
  source: string;
  /** Words for all of its stages, before their own. */
  prompt?: string | undefined;
  /** Of the first stage; each stage after it has the next one. */
  seed: number;
}

/** A stage, ready but for the picture that it starts from: each one has the first's until that is known. */
export type PlannedStage =
  | { label: string; request: RecipeRequest }
  | { label: string; work: WorkOf<'upscale'> };

interface Carried {
  style?: string | undefined;
  prompt?: string | undefined;
  negativePrompt?: string | undefined;
  model?: string | undefined;
}

const join = (...parts: (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== '').join(', ') || undefined;

/** The stages of a chain as requests: each carries on the look and the words of those before. */
export function planChain({ stages }: Pick<Chain, 'stages'>, start: ChainStart): PlannedStage[] {
  let carried: Carried = { prompt: start.prompt };
  let isEnlarged = false;
  return stages.map((stage, place) => {
    if (stage.kind === 'upscale') {
      isEnlarged = true;
      return { label: labelOf(stage), work: { ...stage, source: start.source } };
    }
    carried = carryOn(carried, stage, start.prompt);
    const request: RecipeRequest = {
      source: start.source,
      ...carried,
      strength: stage.strength ?? (stage.kind === 'refine' ? REFINE_STRENGTH : undefined),
      steps: stage.steps,
      guidanceScale: stage.guidance,
      seed: stage.seed ?? (start.seed + place) >>> 0,
      count: 1,
      // What has been enlarged is not to shrink again to the size that the model likes best.
      ...(isEnlarged ? { size: 'keep' as const } : {}),
    };
    return { label: labelOf(stage), request };
  });
}

function carryOn(
  before: Carried,
  stage: Exclude<ChainStage, { kind: 'upscale' }>,
  given: string | undefined,
): Carried {
  return {
    style: (stage.kind === 'paint' ? stage.style : undefined) ?? before.style,
    // Words that take the place of others leave alone what the picture is said to show.
    prompt: stage.replaces ? join(given, stage.prompt) : join(before.prompt, stage.prompt),
    negativePrompt: join(before.negativePrompt, stage.negative),
    model: stage.model ?? before.model,
  };
}

/** Letters of a label before its strength: it stands below a picture. */
const MOST_OF_LABEL = 28;

/** The first phrase of some words, without what does not fit. */
function shortOf(words: string): string {
  const [first] = words.split(',') as [string];
  return first.length <= MOST_OF_LABEL ? first : first.slice(0, MOST_OF_LABEL).replace(/\s+\S*$/, '');
}

/** What stands below a stage's picture. */
export function labelOf(stage: ChainStage): string {
  if (stage.kind === 'upscale') return `upscale ${stage.scale}x`;
  const { kind, strength, model, prompt } = stage;
  const what =
    kind === 'refine'
      ? undefined
      : (stage.style ?? model ?? (prompt === undefined ? undefined : shortOf(prompt)));
  const amount = strength ?? (kind === 'refine' ? REFINE_STRENGTH : undefined);
  const name = what ?? kind;
  return amount === undefined ? name : `${name} ${amount.toFixed(2)}`;
}
