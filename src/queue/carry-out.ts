import type { Engine, EnginePainted, EngineStep, PaintHooks, PaintRequest } from '../engine/engine.ts';
import { restore } from '../engine/restore.ts';
import { kindOfPicture, kindOfRecipe } from '../engine/upscale-kind.ts';
import { Cancelled, OperatorError, UserError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { type SubjectWish, sourceOf, type Work, type WorkOf } from '../recipe/work.ts';
import type { Look } from '../safety/judge.ts';
import type { Guard } from './guard.ts';
import type { ImageStore } from './image-store.ts';
import type { JobPicture, JobResult } from './job.ts';
import type { ProgressReporter } from './progress-reporter.ts';

/** The parts of the engine that jobs need. */
export type JobEngine = Pick<Engine, 'paint' | 'upscale' | 'classify' | 'subjectMask' | 'cutOut'>;

/** One job at work. */
export interface Task {
  jobId: string;
  parentId: string | undefined;
  engine: JobEngine;
  images: ImageStore;
  /** Signs a finished picture, and keeps it. @returns its hash */
  keep: (png: Uint8Array) => Promise<string>;
  guard: Guard;
  progress: ProgressReporter;
  signal: AbortSignal;
  logger: Logger;
}

/** Milliseconds from one preview to the next: none is made, and looked at, that nobody would see. */
export const PREVIEW_GAP_MS = 1500;

type Outcome = JobResult extends infer R ? (R extends JobResult ? Omit<R, 'tookMs'> : never) : never;

/** Does a job's work, whatever its kind. @throws SafetyRefusal; OperatorError `source-gone`; those of the engine */
export async function carryOut(task: Task, work: Work): Promise<Outcome> {
  const source = await task.images.get(sourceOf(work));
  if (!source)
    throw new OperatorError('source-gone', 'The source picture is not stored any more: send it again');
  await task.guard.askAbout(source);
  switch (work.kind) {
    case 'paint':
      return paint(task, work, source);
    case 'upscale':
      return enlarge(task, work, source);
    case 'cut-out':
      return cutOut(task, work, source);
    case 'restore':
      return restorePicture(task, work, source);
  }
}

async function paint(task: Task, work: WorkOf<'paint'>, source: Uint8Array): Promise<Outcome> {
  const { images, parentId } = task;
  const subject = work.subject && (await maskFor(task, work.subject, source));
  const recipe = subject ? { ...work.recipe, mask: subject.hash } : work.recipe;
  const mask =
    subject?.png ??
    (recipe.mask === undefined || recipe.mask === 'alpha' ? undefined : await images.get(recipe.mask));
  const painted = await paintGuarded(task, {
    recipe,
    source,
    ...(mask ? { mask } : {}),
    ...(parentId === undefined ? {} : { parent: parentId }),
  });
  return {
    ...(await toResult(task, painted)),
    ...(subject ? { recipe } : {}),
    ...(subject && work.subject?.showMask ? { mask: subject.hash } : {}),
  };
}

/** A picture whose every pixel is subject, or none, leaves nothing to repaint. */
const LEAST_SHARE = 0.002;

async function maskFor(task: Task, wish: SubjectWish, source: Uint8Array) {
  const { jobId, engine, images, progress, signal } = task;
  const { subject, feather, invert } = wish;
  progress.looking();
  const { png, share } = await engine.subjectMask({ jobId, source, subject, feather, invert }, { signal });
  if (share < LEAST_SHARE || share > 1 - LEAST_SHARE) throw noSubject(subject);
  return { png, hash: await images.put(png) };
}

const noSubject = (subject: SubjectWish['subject']) =>
  new UserError(
    'no-subject',
    subject === 'people'
      ? 'Expected a picture with people in it, but none was found'
      : 'Expected a picture with one clear subject in it, but none was found',
    {
      hint: 'A subject that stands out from its surroundings is found best; an own mask works with any picture.',
    },
  );

/** Paints under the guard's eyes: a source that is refused stops the work before it starts, a preview is blurred. */
async function paintGuarded(
  task: Task,
  request: Omit<PaintRequest, 'jobId' | 'previewEvery' | 'classify'>,
): Promise<EnginePainted> {
  const { jobId, engine, guard, progress, signal, logger } = task;
  const stop = new AbortController();
  let refused: unknown;
  let showing = Promise.resolve();
  const show = async (step: EngineStep) => {
    progress.step(step, step.preview && (await guard.preview(step.scores, step.preview)));
  };
  const hooks: PaintHooks = {
    signal: AbortSignal.any([signal, stop.signal]),
    onStage(stage) {
      logger.debug({ jobId, stage }, 'a stage begins');
      progress.stage(stage);
    },
    onStep(step) {
      // One after the other: a preview that takes time to blur is not overtaken by the next.
      showing = showing
        .then(() => show(step))
        .catch((error: unknown) => logger.warn({ err: error, jobId }, 'a preview was left out'));
    },
    onSourceLook(look) {
      try {
        guard.source(look);
      } catch (error) {
        refused = error;
        stop.abort();
      }
    },
  };
  try {
    const asked = { previewEvery: 1, previewGapMs: PREVIEW_GAP_MS, classify: guard.looks };
    const painted = await engine.paint({ jobId, ...asked, ...request }, hooks);
    if (painted.lookProblem !== undefined)
      logger.error({ jobId, problem: painted.lookProblem }, 'the picture classifier failed');
    if (refused !== undefined) throw refused;
    return painted;
  } catch (error) {
    if (error instanceof Cancelled && refused !== undefined) throw refused;
    throw error;
  } finally {
    await showing;
  }
}

async function toResult(
  { keep, guard }: Task,
  { pictures, executedSteps, warnings, provider }: EnginePainted,
): Promise<Extract<Outcome, { kind: 'paint' }>> {
  const kept: JobPicture[] = [];
  // All are judged before one is kept: nothing of a painting that is refused stays here.
  const verdicts = [];
  for (const { png, scores } of pictures) verdicts.push(await guard.result(scores, png));
  for (const [i, { png, seed, width, height }] of pictures.entries())
    kept.push({ hash: await keep(png), seed, width, height, ...verdicts[i] });
  return { kind: 'paint', pictures: kept, executedSteps, warnings, provider };
}

/** What the classifier says of a file; that there is none, or that it failed, is an answer too. */
async function lookAt({ engine, guard, jobId, signal, logger }: Task, source: Uint8Array): Promise<Look> {
  if (!guard.looks) return {};
  try {
    return await engine.classify({ jobId, source }, { signal });
  } catch (error) {
    if (error instanceof Cancelled || error instanceof UserError) throw error;
    logger.error({ err: error, jobId }, 'the picture classifier failed');
    return error instanceof OperatorError && error.code === 'no-network' ? 'absent' : 'failed';
  }
}

/** What is only enlarged or cut is looked at once: it shows what its source shows. */
async function lookAtSource(task: Task, source: Uint8Array): Promise<Look> {
  task.progress.looking();
  const look = await lookAt(task, source);
  task.guard.source(look);
  return look;
}

async function enlarge(task: Task, work: WorkOf<'upscale'>, source: Uint8Array): Promise<Outcome> {
  const { jobId, engine, keep, guard, progress, signal } = task;
  const look = await lookAtSource(task, source);
  const as = await enlargedAs(work, work.recipe, source);
  const done = await engine.upscale(
    { jobId, source, scale: work.scale, kind: as },
    { signal, onTile: (tile) => progress.tile(tile) },
  );
  const { png, width, height, provider } = done;
  const verdict = await guard.result(look, png);
  const picture = { hash: await keep(png), seed: work.recipe?.seed ?? 0, width, height, ...verdict };
  return { kind: 'upscale', pictures: [picture], as, provider, warnings: [] };
}

async function enlargedAs(
  { as }: { as: WorkOf<'upscale'>['as'] },
  recipe: Recipe | undefined,
  source: Uint8Array,
): Promise<'photo' | 'painting'> {
  if (as !== 'auto') return as;
  return (recipe && kindOfRecipe(recipe)) ?? kindOfPicture(source);
}

async function cutOut(task: Task, work: WorkOf<'cut-out'>, source: Uint8Array): Promise<Outcome> {
  const { jobId, engine, images, keep, guard, signal } = task;
  const look = await lookAtSource(task, source);
  const { subject, feather, invert, showMask } = work.subject;
  const request = { jobId, source, subject, feather, invert };
  const { png, width, height, share } = await engine.cutOut(request, { signal });
  if (share < LEAST_SHARE) throw noSubject(subject);
  const mask = showMask ? (await engine.subjectMask(request, { signal })).png : undefined;
  const verdict = await guard.result(look, png);
  const picture = { hash: await keep(png), seed: 0, width, height, ...verdict };
  return {
    kind: 'cut-out',
    pictures: [picture],
    share,
    provider: 'cpu',
    warnings: [],
    ...(mask ? { mask: await images.put(mask) } : {}),
  };
}

async function restorePicture(task: Task, work: WorkOf<'restore'>, source: Uint8Array): Promise<Outcome> {
  const { jobId, engine, progress, signal } = task;
  const kind = await enlargedAs(work, undefined, source);
  const guarded = {
    ...engine,
    // Its hooks are not needed: the guarded painting reports by itself.
    paint: ({ recipe, source: given }: PaintRequest) => paintGuarded(task, { recipe, source: given }),
  };
  const { recipe, scale, finalStrength } = work;
  const { painted, recipe: final } = await restore(
    guarded,
    { jobId, source, recipe, scale, kind, finalStrength },
    {
      signal,
      onStage: (stage) => stage !== 'enlarging' && progress.pass(stage === 'first pass' ? 'first' : 'final'),
      onTile: (tile) => progress.tile(tile),
    },
  );
  // It is kept by the picture that was given, so that Reroll and Compare start from that.
  const kept: Recipe = { ...final, source: recipe.source };
  return { ...(await toResult(task, painted)), recipe: kept };
}
