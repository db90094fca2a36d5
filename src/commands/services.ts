import type { Sign } from '../credentials/signing.ts';
import type { Say } from '../language/say.ts';
import type { ImageStore } from '../queue/image-store.ts';
import type { PaintQueue } from '../queue/paint-queue.ts';
import type { Chain } from '../recipe/chain.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { executedSteps } from '../recipe/strength.ts';
import type { Style } from '../recipe/styles.ts';
import type { Work } from '../recipe/work.ts';
import type { Registry } from '../registry/registry.ts';
import type { Studio } from '../studio/studio.ts';
import type { Conversation, Origin } from './context.ts';

/** What commands work with. */
export interface Services {
  registry: Registry;
  /** The styles as they are now; operators may change them while the bot runs. */
  styles(): readonly Style[];
  /** The chains that everybody has, as they are now. */
  chains(): readonly Chain[];
  queue: PaintQueue;
  studio: Studio;
  images: ImageStore;
  costs: CostModel;
  /** Signs a file as it leaves. */
  sign: Sign;
  drawSeed: () => number;
}

/** One thing that somebody asked for, and the means to answer. */
export interface Context {
  services: Services;
  origin: Origin;
  conversation: Conversation;
  /** Puts texts into the language of whoever asked. */
  say: Say;
}

/** Predicts engine seconds from what earlier paintings took. */
export interface CostModel {
  predict(recipe: Recipe): number;
  /** Learns from a finished painting. */
  learn(recipe: Recipe, tookMs: number): void;
}

/** Engine seconds for a millionth of the pixels that come out when a picture is enlarged, and for finding a subject. */
const ENLARGING_SECONDS = 4;
const TYPICAL_MEGAPIXELS = 0.4;
const SUBJECT_SECONDS = 1;

/** Predicts engine seconds for any work. */
export function costOf(work: Work, costs: CostModel): number {
  switch (work.kind) {
    case 'paint':
      return costs.predict(work.recipe) + (work.subject ? SUBJECT_SECONDS : 0);
    case 'upscale':
      return TYPICAL_MEGAPIXELS * work.scale ** 2 * ENLARGING_SECONDS;
    case 'cut-out':
      return SUBJECT_SECONDS;
    case 'restore':
      return (
        costs.predict(work.recipe) * (1 + work.scale ** 2) +
        TYPICAL_MEGAPIXELS * work.scale ** 2 * ENLARGING_SECONDS
      );
  }
}

const FIRST_STEP_SECONDS = 0.3;
const FIXED_SECONDS = 0.5;
const WEIGHT = 0.3;

export function createCostModel(): CostModel {
  const perStep = new Map<string, number>();
  const stepsOf = (recipe: Recipe) =>
    Math.max(1, executedSteps(recipe.steps, recipe.strength, recipe.stepRule)) * recipe.count;
  return {
    predict: (recipe) => FIXED_SECONDS + stepsOf(recipe) * (perStep.get(recipe.model) ?? FIRST_STEP_SECONDS),
    learn(recipe, tookMs) {
      const seen = Math.max(0.01, (tookMs / 1000 - FIXED_SECONDS) / stepsOf(recipe));
      const known = perStep.get(recipe.model);
      perStep.set(recipe.model, known === undefined ? seen : known * (1 - WEIGHT) + seen * WEIGHT);
    },
  };
}
