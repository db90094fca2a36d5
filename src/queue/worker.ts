import { type IQueueBackend, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Sign } from '../credentials/signing.ts';
import { Cancelled, OperatorError, toFailure } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { SafetyRefusal, type SecondOpinion } from '../safety/judge.ts';
import { carryOut, type JobEngine } from './carry-out.ts';
import { createGuard } from './guard.ts';
import type { ImageStore } from './image-store.ts';
import { JobPayload, type JobProgress, type JobResult } from './job.ts';
import { MAX_DEATHS, type PaintQueue } from './paint-queue.ts';
import { createProgressReporter } from './progress-reporter.ts';

const unsigned: Sign = (file) => Promise.resolve(file);

export interface WorkerOptions {
  queue: PaintQueue;
  images: ImageStore;
  engine: JobEngine;
  logger: Logger;
  /** Another judge of sources and results beside the classifier. */
  secondOpinion?: SecondOpinion;
  /** Signs a finished file by its mark, as the last thing that happens to it; files stay as they are without. */
  sign?: Sign;
  /** Least time between two reports of progress. */
  progressMs?: number;
}

export interface PaintWorker {
  /** Takes no more jobs, and waits for the running one, or hands it back when the time is up. */
  close(graceMs?: number): Promise<void>;
}

const PROGRESS_MS = 400;
/** A job of a process that died is taken up again after this. */
const LOCK_MS = 10_000;
const CLOSE_MS = 12_000;
/** How often a worker looks whether another process has taken its job back. */
const LOOK_MS = 500;

/** A job under way, and the two ways to end it early. */
interface Running {
  /** For good: somebody took it back. */
  cancel(): void;
  /** For now: this process closes, and another one paints it. */
  handBack(): void;
}

class HandedBack extends Error {}

/** Paints jobs one after the other. */
export function startWorker(options: WorkerOptions): PaintWorker {
  const { queue, logger } = options;
  const { connection, factory, name } = queue.internals;
  const running = new Map<string, Running>();
  const worker = new Worker<unknown, JobResult, string, IQueueBackend>(
    name,
    (job, token) => runJob(options, running, job, token!),
    {
      connection,
      concurrency: 1,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 2,
      maxStalledCount: MAX_DEATHS,
    },
    factory,
  );
  worker.on('error', (error) => logger.error({ err: error }, 'the worker had trouble with the queue'));
  queue.setCanceller((jobId) => {
    running.get(jobId)?.cancel();
    return running.has(jobId);
  });
  return {
    async close(graceMs = CLOSE_MS) {
      const timer = setTimeout(() => running.forEach((job) => job.handBack()), graceMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}

async function runJob(
  options: WorkerOptions,
  running: Map<string, Running>,
  job: Job<unknown, JobResult, string>,
  token: string,
): Promise<JobResult> {
  const { queue, logger } = options;
  const jobId = job.id!;
  const controller = new AbortController();
  const handedBack = Promise.withResolvers<never>();
  const cancel = () => controller.abort();
  const handBack = () => {
    handedBack.reject(new HandedBack());
    controller.abort();
  };
  running.set(jobId, { cancel, handBack });
  const look = setInterval(() => {
    queue.isCancelled(jobId).then(
      (isCancelled) => isCancelled && cancel(),
      (error: unknown) => logger.warn({ err: error, jobId }, 'the queue did not say whether to go on'),
    );
  }, LOOK_MS);
  try {
    const work = workOn(options, jobId, job.data, controller.signal, (progress) =>
      job.updateProgress(progress),
    );
    return await Promise.race([work, handedBack.promise]);
  } catch (error) {
    if (!(error instanceof HandedBack)) throw toQueueError(error);
    await job.moveToWait(token);
    throw new WaitingError();
  } finally {
    clearInterval(look);
    running.delete(jobId);
  }
}

async function workOn(
  {
    images,
    engine,
    logger,
    secondOpinion,
    sign = unsigned,
    progressMs: leastMs = PROGRESS_MS,
  }: WorkerOptions,
  jobId: string,
  data: unknown,
  signal: AbortSignal,
  report: (progress: JobProgress) => Promise<void>,
): Promise<JobResult> {
  const parsed = JobPayload.safeParse(data);
  if (!parsed.success)
    throw new OperatorError(
      'job-too-old',
      'This request was made by another version of Overpaint: ask again',
    );
  const { work, parentId, costSeconds, safety, cancelled } = parsed.data;
  if (cancelled) throw new Cancelled();
  const started = Date.now();
  const progress = createProgressReporter({ report, images, costSeconds, leastMs });
  const guard = createGuard(safety, secondOpinion);
  const keep = async (png: Uint8Array) => images.put(await sign(png));
  const task = { jobId, parentId, engine, images, keep, guard, progress, signal, logger };
  logger.debug({ jobId, stage: 'taken' }, 'a stage begins');
  const outcome = await carryOut(task, work);
  await progress.settled();
  logger.debug({ jobId, stage: 'finished' }, 'a stage begins');
  return { ...outcome, tookMs: Date.now() - started };
}

/** Failures that would only repeat themselves are not tried again. */
function toQueueError(error: unknown): Error {
  const failure = toFailure(error);
  const { stack: _stack, ...plain } = failure as typeof failure & { stack?: string };
  const refusal = error instanceof SafetyRefusal ? { rule: error.rule, stage: error.stage } : undefined;
  const text = JSON.stringify(refusal ? { ...plain, refusal } : plain);
  const again = failure.kind === 'operator' && failure.retryable;
  return again ? new Error(text) : new UnrecoverableError(text);
}
