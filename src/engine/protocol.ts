import type { Failure } from '../errors.ts';
import type { Phrase } from '../language/phrase.ts';
import type { Scores, Stage, TileProgress } from '../pipeline/index.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { ClassifyOrder, NetworkOrder, NetworkResult } from './network-orders.ts';

/**
 * What passes between the parent and the engine's process. Both ends are this program, started together, so messages
 * are typed and not validated; pictures cross as file bytes, latents never do.
 */

/** One paint order. The model's place and its view of guidance and fidelity are settled by the parent. */
export interface PaintOrder {
  jobId: string;
  recipe: Recipe;
  modelDir: string;
  modelName: string;
  /** The model's own guidance scale for the recipe's. */
  modelGuidance: number;
  /** How much of the source's own detail the model keeps, 0 to 1. */
  modelFidelity: number;
  source: Uint8Array;
  mask?: Uint8Array;
  parent?: string;
  /** A preview is made every so many steps; 0 makes none. */
  previewEvery: number;
  /** Milliseconds at least from one preview to the next. */
  previewGapMs: number;
  /** File that the run's tensors are written to. */
  tracePath?: string;
  /** Looks at the source, at every preview and at the pictures. */
  classifier?: ClassifyOrder['network'];
}

export type ToEngine =
  | { type: 'paint'; order: PaintOrder }
  | { type: 'network'; order: NetworkOrder }
  | { type: 'cancel'; jobId: string };

export interface EnginePicture {
  /** With metadata. */
  png: Uint8Array;
  width: number;
  height: number;
  seed: number;
  /** What the classifier says, where one was asked. */
  scores?: Scores;
}

export interface EnginePainted {
  pictures: EnginePicture[];
  /** Milliseconds that the classifier took, where one was asked. */
  lookMs?: number;
  /** Why the classifier failed, where it did; pictures then come without scores. */
  lookProblem?: string;
  executedSteps: number;
  /** Milliseconds a stage. */
  timings: Record<Stage, number>;
  warnings: Phrase[];
  provider: string;
  peakRssBytes: number;
}

export interface EngineStep {
  picture: number;
  pictures: number;
  step: number;
  of: number;
  timestep: number;
  sigma: number;
  /** WebP. */
  preview?: Uint8Array;
  /** What the classifier says of the preview, where one was asked. */
  scores?: Scores;
}

export type FromEngine =
  | { type: 'ready' }
  | { type: 'stage'; jobId: string; stage: Stage }
  | { type: 'step'; jobId: string; step: EngineStep }
  | { type: 'source-look'; jobId: string; look: Scores | 'failed' }
  | { type: 'tile'; jobId: string; progress: TileProgress }
  | { type: 'finished'; jobId: string; result: NetworkResult }
  | { type: 'painted'; jobId: string; painted: EnginePainted }
  | { type: 'failed'; jobId: string; failure: Failure };
