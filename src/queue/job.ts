import { z } from 'zod';
import { STAGES } from '../pipeline/index.ts';
import { Recipe } from '../recipe/recipe.ts';

/**
 * Words of the queue.
 *
 * - **job**: a recipe that waits, with who asked. Its id names the event that it came from, so a repeated event is the
 *   same job.
 * - **place**: how many jobs are before it, from 1; 0 while it is painted.
 * - **cost**: the seconds of engine time that it is expected to take.
 */
export const JOB_VERSION = 1;

export const JobPayload = z.object({
  version: z.literal(JOB_VERSION),
  recipe: Recipe,
  askerId: z.string().min(1),
  /** Id of the painting that it is made from. */
  parentId: z.string().optional(),
  costSeconds: z.number().positive(),
  /** Fair queueing's tags; see fair-order.ts. */
  start: z.number().nonnegative(),
  finish: z.number().nonnegative(),
});
export type JobPayload = z.infer<typeof JobPayload>;

export const JobProgress = z.object({
  stage: z.enum(STAGES),
  picture: z.int().min(0),
  pictures: z.int().min(1),
  step: z.int().min(0),
  of: z.int().min(0),
  /** SHA-256 of the newest preview's bytes. */
  preview: z.string().optional(),
  etaSeconds: z.number().nonnegative().optional(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const JobPicture = z.object({ hash: z.string(), seed: z.int(), width: z.int(), height: z.int() });

export const JobResult = z.object({
  pictures: z.array(JobPicture).min(1),
  executedSteps: z.int(),
  tookMs: z.number(),
  warnings: z.array(z.string()),
  provider: z.string(),
});
export type JobResult = z.infer<typeof JobResult>;

export const JobFailure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), code: z.string(), message: z.string(), hint: z.string().optional() }),
  z.object({ kind: z.literal('operator'), code: z.string(), message: z.string(), retryable: z.boolean() }),
  z.object({ kind: z.literal('cancelled'), message: z.string() }),
  z.object({ kind: z.literal('bug'), message: z.string() }),
]);
export type JobFailure = z.infer<typeof JobFailure>;
