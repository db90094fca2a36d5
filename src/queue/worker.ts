import { type IQueueBackend, UnrecoverableError, Worker } from 'bullmq';
import type { Engine, EngineStep } from '../engine/engine.ts';
import { Cancelled, OperatorError, toFailure } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Stage } from '../pipeline/index.ts';
import type { ImageStore } from './image-store.ts';
import { JobPayload, type JobProgress, type JobResult } from './job.ts';
import type { PaintQueue } from './paint-queue.ts';

export interface WorkerOptions {
  queue: PaintQueue;
  images: ImageStore;
  engine: Pick<Engine, 'paint'>;
  logger: Logger;
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
const CLOSE_MS = 15_000;

/** Paints jobs one after the other. */
export function startWorker(options: WorkerOptions): PaintWorker {
  const { queue } = options;
  const { connection, factory, name } = queue.internals;
  const running = new Map<string, AbortController>();
  const worker = new Worker<unknown, JobResult, string, IQueueBackend>(
    name,
    async (job, _token, _signal) => {
      const jobId = job.id!;
      const controller = new AbortController();
      running.set(jobId, controller);
      try {
        return await paintJob(options, jobId, job.data, controller.signal, (progress) =>
          job.updateProgress(progress),
        );
      } catch (error) {
        throw toQueueError(error, closing);
      } finally {
        running.delete(jobId);
      }
    },
    { connection, concurrency: 1, lockDuration: LOCK_MS, stalledInterval: LOCK_MS / 2, maxStalledCount: 5 },
    factory,
  );
  let closing = false;
  worker.on('error', (error) =>
    options.logger.error({ err: error }, 'the worker had trouble with the queue'),
  );
  queue.setCanceller((jobId) => {
    const controller = running.get(jobId);
    controller?.abort();
    return controller !== undefined;
  });
  return {
    async close(graceMs = CLOSE_MS) {
      closing = true;
      const timer = setTimeout(() => running.forEach((controller) => controller.abort()), graceMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}

async function paintJob(
  { images, engine, progressMs = PROGRESS_MS }: WorkerOptions,
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
  const { recipe, parentId, costSeconds } = parsed.data;
  const source = await images.get(recipe.source);
  if (!source)
    throw new OperatorError('source-gone', 'The source picture is not stored any more: send it again');
  const mask =
    recipe.mask === undefined || recipe.mask === 'alpha' ? undefined : await images.get(recipe.mask);
  const started = Date.now();
  const progress = createReporter(report, images, costSeconds, progressMs);
  const painted = await engine.paint(
    {
      jobId,
      recipe,
      source,
      previewEvery: 1,
      ...(mask ? { mask } : {}),
      ...(parentId === undefined ? {} : { parent: parentId }),
    },
    { signal, onStage: (stage) => progress.stage(stage), onStep: (step) => progress.step(step) },
  );
  await progress.settled();
  const pictures = [];
  for (const { png, seed, width, height } of painted.pictures)
    pictures.push({ hash: await images.put(png), seed, width, height });
  const { executedSteps, warnings, provider } = painted;
  return { pictures, executedSteps, warnings, provider, tookMs: Date.now() - started };
}

/** Reports the newest state only, and not too often; a report that is under way is not overtaken. */
function createReporter(
  report: (progress: JobProgress) => Promise<void>,
  images: ImageStore,
  costSeconds: number,
  leastMs: number,
) {
  const started = Date.now();
  let next: { progress: JobProgress; preview: Uint8Array | undefined } | undefined;
  let sending: Promise<void> | undefined;
  let last = 0;
  const send = async () => {
    while (next) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, last + leastMs - Date.now())));
      const { progress, preview } = next;
      next = undefined;
      last = Date.now();
      await report(preview ? { ...progress, preview: await images.put(preview) } : progress);
    }
    sending = undefined;
  };
  const push = (progress: JobProgress, preview?: Uint8Array) => {
    next = { progress, preview: preview ?? next?.preview };
    // A report that fails is followed by the next one; the work itself goes on.
    sending ??= send().catch(() => {
      sending = undefined;
    });
  };
  const base = { picture: 0, pictures: 1, step: 0, of: 0, etaSeconds: costSeconds };
  return {
    stage(stage: Stage) {
      if (stage !== 'denoise') push({ ...base, stage });
    },
    step({ picture, pictures, step, of, preview }: EngineStep) {
      const share = (picture + step / of) / pictures;
      const etaSeconds = ((Date.now() - started) / 1000) * (1 / share - 1);
      push({ stage: 'denoise', picture, pictures, step, of, etaSeconds }, preview);
    },
    settled: () => sending ?? Promise.resolve(),
  };
}

/** Failures that would only repeat themselves are not tried again. */
function toQueueError(error: unknown, closing: boolean): Error {
  if (closing && error instanceof Cancelled)
    return new Error(
      JSON.stringify({ kind: 'operator', code: 'shutting-down', message: 'shutting down', retryable: true }),
    );
  const failure = toFailure(error);
  const { stack: _stack, ...plain } = failure as typeof failure & { stack?: string };
  const text = JSON.stringify(plain);
  const again = failure.kind === 'operator' && failure.retryable;
  return again ? new Error(text) : new UnrecoverableError(text);
}
