import { z } from 'zod';
import { KeptPhrase } from '../language/phrase.ts';
import { STAGES } from '../pipeline/index.ts';
import { Recipe } from '../recipe/recipe.ts';
import { Work, withWork } from '../recipe/work.ts';
import { CAREFUL_PLACE, SafetyPlace } from '../safety/settings.ts';

/**
 * Words of the queue.
 *
 * - **job**: work that waits, with who asked. Its id names the event that it came from, so a repeated event is the
 *   same job.
 * - **place**: how many jobs are before it, from 1; 0 while it is painted.
 * - **cost**: the seconds of engine time that it is expected to take.
 */
export const JOB_VERSION = 1;

export const JobPayload = z.preprocess(
  withWork,
  z.object({
    version: z.literal(JOB_VERSION),
    work: Work,
    askerId: z.string().min(1),
    /** Id of the painting that it is made from. */
    parentId: z.string().optional(),
    costSeconds: z.number().positive(),
    /** What its pictures are held against. */
    safety: SafetyPlace.default(CAREFUL_PLACE),
    /** Fair queueing's tags; see fair-order.ts. */
    start: z.number().nonnegative(),
    finish: z.number().nonnegative(),
    /** Somebody took it back while it was painted; whoever paints it looks here. */
    cancelled: z.boolean().optional(),
  }),
);
export type JobPayload = z.infer<typeof JobPayload>;

/** Reports and results of the time when all work was painting do not name their kind. */
const withKind = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && !('kind' in data) ? { ...data, kind: 'paint' } : data;

const etaSeconds = z.number().nonnegative().optional();

export const JobProgress = z.preprocess(
  withKind,
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('paint'),
      stage: z.enum(STAGES),
      /** Of a restoration: which of its passes. */
      pass: z.enum(['first', 'final']).optional(),
      picture: z.int().min(0),
      pictures: z.int().min(1),
      step: z.int().min(0),
      of: z.int().min(0),
      /** SHA-256 of the newest preview's bytes. */
      preview: z.string().optional(),
      etaSeconds,
    }),
    /** Another network than the painting one is at work; `of` is 0 while nothing can be counted. */
    z.object({
      kind: z.literal('network'),
      doing: z.enum(['looking', 'enlarging']),
      tile: z.int().min(0),
      of: z.int().min(0),
      etaSeconds,
    }),
  ]),
);
export type JobProgress = z.infer<typeof JobProgress>;

export const JobPicture = z.object({
  hash: z.string(),
  seed: z.int(),
  width: z.int(),
  height: z.int(),
  /** The rule by which it is to be hidden as a spoiler. */
  spoiler: z.string().optional(),
});
export type JobPicture = z.infer<typeof JobPicture>;

const every = {
  pictures: z.array(JobPicture).min(1),
  tookMs: z.number(),
  warnings: z.array(KeptPhrase),
  provider: z.string(),
  /** SHA-256 of the subject's mask, where there is one to be shown. */
  mask: z.string().optional(),
};

export const JobResult = z.preprocess(
  withKind,
  z.discriminatedUnion('kind', [
    /** `recipe` is what was painted in the end, where that differs from what was asked. */
    z.object({ kind: z.literal('paint'), ...every, executedSteps: z.int(), recipe: Recipe.optional() }),
    z.object({ kind: z.literal('upscale'), ...every, as: z.enum(['photo', 'painting']) }),
    /** `share` of the picture that is left, 0 to 1. */
    z.object({ kind: z.literal('cut-out'), ...every, share: z.number() }),
  ]),
);
export type JobResult = z.infer<typeof JobResult>;

/** What the safety rules had to do with a failure. */
export const JobRefusal = z.object({
  rule: z.string(),
  stage: z.enum(['words', 'source', 'preview', 'result']),
});

/** A user's failure of the time when texts were English only has a `message`. */
const withSaid = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'message' in data && !('said' in data)
    ? { ...data, said: data.message }
    : data;

export const JobFailure = z.preprocess(
  withSaid,
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      code: z.string(),
      said: KeptPhrase,
      hint: KeptPhrase.optional(),
      refusal: JobRefusal.optional(),
    }),
    z.object({ kind: z.literal('operator'), code: z.string(), message: z.string(), retryable: z.boolean() }),
    z.object({ kind: z.literal('cancelled'), message: z.string() }),
    z.object({ kind: z.literal('bug'), message: z.string() }),
  ]),
);
export type JobFailure = z.infer<typeof JobFailure>;
