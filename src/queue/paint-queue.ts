import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type Job,
  Queue,
  QueueEvents,
  runMigrations,
} from 'bullmq';
import { Redis } from 'ioredis';
import type { Database } from '../database/database.ts';
import { OperatorError } from '../errors.ts';
import { priorityOf, type Tagged, tagJob } from './fair-order.ts';
import { JOB_VERSION, JobFailure, type JobPayload, JobProgress, JobResult } from './job.ts';

/** Where jobs wait. */
export type QueueBackend = { database: Database } | { redisUrl: string };

/** A job's place among those that wait, and when it should be done. */
export interface Place {
  jobId: string;
  askerId: string;
  /** From 1; 0 while it is painted. */
  place: number;
  etaSeconds: number;
}

export type JobState =
  | { state: 'waiting' }
  | { state: 'painting'; progress?: JobProgress }
  | { state: 'painted'; result: JobResult }
  | { state: 'failed'; failure: JobFailure }
  | { state: 'unknown' };

export interface QueueEventMap {
  progress: [jobId: string, progress: JobProgress];
  painted: [jobId: string, result: JobResult];
  failed: [jobId: string, failure: JobFailure];
  /** Places of waiting jobs have changed. */
  moved: [];
}

export type NewJob = Omit<JobPayload, 'version' | 'start' | 'finish' | 'cancelled'> & { id: string };

/** The queue of paintings, the same on embedded PostgreSQL, PostgreSQL and Redis. */
export interface PaintQueue extends EventEmitter<QueueEventMap> {
  /** Adds a job in fair order. One with a known id is left as it is. */
  submit(job: NewJob): Promise<void>;
  /**
   * Takes a waiting job out, or stops a running one between two steps.
   * @returns whether there was anything to cancel
   */
  cancel(jobId: string): Promise<boolean>;
  places(): Promise<Place[]>;
  stateOf(jobId: string): Promise<JobState>;
  /** Forgets a finished job, once its result is where it belongs. */
  forget(jobId: string): Promise<void>;
  /** How the worker in this process stops a running job. */
  setCanceller(cancel: (jobId: string) => boolean): void;
  /** Whether a running job was taken back by another process. */
  isCancelled(jobId: string): Promise<boolean>;
  /** Whether the queue answers, within two seconds. */
  answers(): Promise<boolean>;
  /** For the dashboard and the worker. */
  readonly internals: QueueInternals;
  close(): Promise<void>;
}

type BullQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;
type BullFactory = BackendFactory<IQueueBackend, ConnectionOptions>;

/** BullMQ takes either factory, but types each by its own options. */
function asFactory(factory: unknown): BullFactory {
  return factory as BullFactory;
}

export interface QueueInternals {
  name: string;
  queue: BullQueue;
  connection: ConnectionOptions;
  factory: BullFactory;
}

export interface QueueOptions {
  /** Runs before a job is added; puts its pictures where workers find them. */
  beforeSubmit?(job: NewJob): Promise<void>;
  /** Hears of a connection that was lost; it is made again by itself. */
  onTrouble?(error: Error): void;
}

export const QUEUE_NAME = 'paint';
const KEEP_SECONDS = 24 * 60 * 60;
const ANSWER_MS = 2000;
const CLOSE_MS = 2000;
/** A job that took so many processes down with it is given up. */
export const MAX_DEATHS = 10;

const within = <T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([work, pause(ms, otherwise, { ref: false })]);

/**
 * Opens the queue.
 * @throws OperatorError `queue-unreachable`
 */
export async function openPaintQueue(backend: QueueBackend, options: QueueOptions = {}): Promise<PaintQueue> {
  const internals =
    'redisUrl' in backend ? await openRedis(backend.redisUrl) : await openPostgres(backend.database);
  const events = new QueueEvents(QUEUE_NAME, { connection: internals.connection }, internals.factory);
  const onTrouble = (error: Error) => options.onTrouble?.(error);
  internals.queue.on('error', onTrouble);
  events.on('error', onTrouble);
  await Promise.all([internals.queue.waitUntilReady(), events.waitUntilReady()]);
  return new BullPaintQueue(internals, events, options);
}

async function openPostgres(database: Database): Promise<QueueInternals> {
  const pool: unknown = database.queueConnection;
  const connection = pool as ConnectionOptions;
  const client = await database.queueConnection.connect();
  await runMigrations(client, 'bullmq');
  client.release();
  // The migrations may have moved the embedded connection to another schema.
  await database.queueConnection.query('SET search_path TO bullmq, public');
  if (database.kind === 'embedded PostgreSQL') await takeOver(database);
  const factory = asFactory(createPostgresBackend);
  return { name: QUEUE_NAME, connection, factory, queue: new Queue(QUEUE_NAME, { connection }, factory) };
}

/**
 * The embedded database has one process, so what counts as running was left behind by one that died: it waits again at
 * once, without the time that its lock would take to lapse.
 */
async function takeOver(database: Database): Promise<void> {
  await database.queueConnection.query(
    `UPDATE bullmq.job SET state = 'waiting', lock_token = NULL, locked_until_ms = NULL, stalled_marked = false,
       stalled_count = stalled_count + 1 WHERE queue = $1 AND state = 'active' AND stalled_count < $2`,
    [QUEUE_NAME, MAX_DEATHS],
  );
}

async function openRedis(url: string): Promise<QueueInternals> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new OperatorError(
      'queue-unreachable',
      'Redis does not answer: check OVERPAINT_REDIS_URL and that the server runs',
      { cause: error, retryable: true },
    );
  }
  const factory = asFactory(createRedisBackend);
  return {
    name: QUEUE_NAME,
    connection: redis,
    factory,
    queue: new Queue(QUEUE_NAME, { connection: redis }, factory),
  };
}

const WAITING = ['prioritized', 'waiting', 'delayed'] as const;

class BullPaintQueue extends EventEmitter<QueueEventMap> implements PaintQueue {
  readonly internals: QueueInternals;
  readonly #events: QueueEvents<unknown, IQueueBackend>;
  readonly #options: QueueOptions;
  #cancelRunning: (jobId: string) => boolean = () => false;
  /** One submission after the other, so that tags see each other. */
  #submitting: Promise<unknown> = Promise.resolve();

  constructor(internals: QueueInternals, events: QueueEvents<unknown, IQueueBackend>, options: QueueOptions) {
    super();
    this.internals = internals;
    this.#events = events;
    this.#options = options;
    events.on('progress', ({ jobId, data }) => {
      const progress = JobProgress.safeParse(data);
      if (progress.success) this.emit('progress', jobId, progress.data);
    });
    events.on('completed', ({ jobId, returnvalue }) => {
      const result = JobResult.safeParse(
        typeof returnvalue === 'string' ? parseJson(returnvalue) : returnvalue,
      );
      if (result.success) this.emit('painted', jobId, result.data);
      this.emit('moved');
    });
    events.on('failed', ({ jobId, failedReason }) => {
      this.emit('failed', jobId, readFailure(failedReason));
      this.emit('moved');
    });
    for (const event of ['active', 'added', 'removed', 'waiting'] as const)
      events.on(event, () => this.emit('moved'));
  }

  submit(job: NewJob): Promise<void> {
    const done = this.#submitting.then(() => this.#add(job));
    this.#submitting = done.catch(() => undefined);
    return done;
  }

  async #add(job: NewJob): Promise<void> {
    const { queue } = this.internals;
    const { id, ...given } = job;
    if (await queue.getJob(id)) return;
    await this.#options.beforeSubmit?.(job);
    const [waiting, running] = await Promise.all([this.#tagged(WAITING), this.#tagged(['active'])]);
    const tags = tagJob(waiting, running, given.askerId, given.costSeconds);
    const payload: JobPayload = { version: JOB_VERSION, ...given, ...tags };
    await queue.add('paint', payload, {
      jobId: id,
      priority: priorityOf(tags.start),
      attempts: 2,
      removeOnComplete: { age: KEEP_SECONDS },
      removeOnFail: { age: KEEP_SECONDS },
    });
  }

  async #jobs(states: readonly ((typeof WAITING)[number] | 'active')[]): Promise<Job<JobPayload>[]> {
    const jobs = (await this.internals.queue.getJobs([...states], 0, 10_000, true)) as (
      | Job<JobPayload>
      | undefined
    )[];
    return jobs.filter((job) => job !== undefined);
  }

  async #tagged(states: readonly ((typeof WAITING)[number] | 'active')[]): Promise<Tagged[]> {
    return (await this.#jobs(states)).map((job) => job.data);
  }

  async cancel(jobId: string): Promise<boolean> {
    const job = (await this.internals.queue.getJob(jobId)) as Job<JobPayload> | undefined;
    if (!job) return false;
    const state = await job.getState();
    if (state === 'active') return this.#stop(job);
    if (state === 'completed' || state === 'failed') return false;
    try {
      await job.remove();
    } catch (error) {
      // It began between the look and the removal.
      if ((await job.getState()) === 'active') return this.#stop(job);
      throw error;
    }
    this.emit('failed', jobId, { kind: 'cancelled', message: 'cancelled' });
    return true;
  }

  /** Stops a running job: at once in this process, by a mark on the job when another one paints it. */
  async #stop(job: Job<JobPayload>): Promise<boolean> {
    if (this.#cancelRunning(job.id!)) return true;
    await job.updateData({ ...job.data, cancelled: true });
    return true;
  }

  async isCancelled(jobId: string): Promise<boolean> {
    const job = (await this.internals.queue.getJob(jobId)) as Job<JobPayload> | undefined;
    return job?.data.cancelled === true;
  }

  async answers(): Promise<boolean> {
    const asked = this.internals.queue.getJobCounts('active').then(
      () => true,
      () => false,
    );
    return within(ANSWER_MS, asked, false);
  }

  async places(): Promise<Place[]> {
    const [running, waiting] = await Promise.all([this.#jobs(['active']), this.#jobs(WAITING)]);
    let eta = 0;
    const places: Place[] = [];
    for (const job of running) {
      const progress = JobProgress.safeParse(job.progress);
      eta += progress.success ? (progress.data.etaSeconds ?? job.data.costSeconds) : job.data.costSeconds;
      places.push({ jobId: job.id!, askerId: job.data.askerId, place: 0, etaSeconds: eta });
    }
    const ordered = waiting.sort((a, b) => a.data.start - b.data.start || a.timestamp - b.timestamp);
    ordered.forEach((job, i) => {
      eta += job.data.costSeconds;
      places.push({ jobId: job.id!, askerId: job.data.askerId, place: i + 1, etaSeconds: eta });
    });
    return places;
  }

  async stateOf(jobId: string): Promise<JobState> {
    const job = (await this.internals.queue.getJob(jobId)) as Job<JobPayload> | undefined;
    if (!job) return { state: 'unknown' };
    const state = await job.getState();
    if (state === 'completed') return { state: 'painted', result: JobResult.parse(job.returnvalue) };
    if (state === 'failed') return { state: 'failed', failure: readFailure(job.failedReason) };
    if (state !== 'active') return { state: 'waiting' };
    const progress = JobProgress.safeParse(job.progress);
    return progress.success ? { state: 'painting', progress: progress.data } : { state: 'painting' };
  }

  async forget(jobId: string): Promise<void> {
    const job = await this.internals.queue.getJob(jobId);
    if (job && !(await job.isActive())) await job.remove();
  }

  setCanceller(cancel: (jobId: string) => boolean): void {
    this.#cancelRunning = cancel;
  }

  async close(): Promise<void> {
    this.removeAllListeners();
    // A connection that is about to be made again is given up without an event, and BullMQ waits for that event.
    await within(CLOSE_MS, this.#events.close(), undefined);
    await this.internals.queue.close();
    if (this.internals.connection instanceof Redis) this.internals.connection.disconnect();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Failures travel as JSON in BullMQ's reason; its own words (a job that stalled too often) are a bug's. */
function readFailure(reason: string | undefined): JobFailure {
  const parsed = JobFailure.safeParse(parseJson(reason ?? ''));
  return parsed.success ? parsed.data : { kind: 'bug', message: reason ?? 'unknown' };
}
