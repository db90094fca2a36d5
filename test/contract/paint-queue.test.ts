import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Cancelled, OperatorError, UserError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { createFileImageStore, type ImageStore, sha256 } from '../../src/queue/image-store.ts';
import type { JobFailure, JobProgress, JobResult } from '../../src/queue/job.ts';
import { type NewJob, openPaintQueue, type PaintQueue } from '../../src/queue/paint-queue.ts';
import { type PaintWorker, startWorker } from '../../src/queue/worker.ts';
import { testRecipe } from '../support/recipes.ts';
import { startRedis } from '../support/redis.ts';

const logger = createLogger('silent');
const source = Buffer.from('a picture');
const recipe = testRecipe({ source: sha256(source) });

/** A painter of the engine's shape: four steps of 20 ms, and what the prompt says. */
const painted: string[] = [];
const painter: Pick<Engine, 'paint'> = {
  async paint(request, hooks = {}) {
    painted.push(request.jobId);
    if (request.recipe.prompt === 'user') throw new UserError('bad-value', 'wrong');
    if (request.recipe.prompt === 'flaky' && painted.filter((id) => id === request.jobId).length === 1) {
      throw new OperatorError('engine-crashed', 'once', { retryable: true });
    }
    hooks.onStage?.('encode');
    for (let step = 1; step <= 4; step++) {
      await new Promise((resolve) => setTimeout(resolve, request.recipe.prompt === 'slow' ? 100 : 20));
      if (hooks.signal?.aborted) throw new Cancelled();
      hooks.onStep?.({
        picture: 0,
        pictures: 1,
        step,
        of: 4,
        timestep: 0,
        sigma: 0,
        preview: Buffer.from(`preview ${step}`),
      });
    }
    return {
      pictures: [{ png: Buffer.from(`png of ${request.jobId}`), width: 8, height: 8, seed: 1 }],
      executedSteps: 4,
      timings: { load: 0, text: 0, encode: 0, denoise: 1, decode: 0 },
      warnings: [],
      provider: 'cpu',
      peakRssBytes: 1,
    };
  },
};

interface Backend {
  name: string;
  open(): Promise<PaintQueue>;
  close(): Promise<void>;
}

const folders: string[] = [];
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-queue-'));
  folders.push(dir);
  return dir;
};
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

function embedded(): Backend {
  let database: Database;
  return {
    name: 'embedded PostgreSQL',
    async open() {
      database = await openDatabase({ dir: folder() }, []);
      return openPaintQueue({ database });
    },
    close: () => database.close(),
  };
}

function redis(): Backend {
  let server: Awaited<ReturnType<typeof startRedis>>;
  return {
    name: 'Redis',
    async open() {
      server = await startRedis();
      return openPaintQueue({ redisUrl: server.url });
    },
    close: () => server.stop(),
  };
}

describe.each([embedded(), redis()])('the queue on $name', (backend) => {
  let queue: PaintQueue;
  let images: ImageStore;
  let worker: PaintWorker | undefined;

  beforeAll(async () => {
    queue = await backend.open();
    images = createFileImageStore(folder(), 60_000);
    await images.put(source);
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
    painted.length = 0;
  });
  afterAll(async () => {
    await queue.close();
    await backend.close();
  });

  let count = 0;
  const job = (askerId = 'alice', given: Partial<NewJob> = {}): NewJob => ({
    id: `job-${backend.name.length}-${++count}`,
    recipe,
    askerId,
    costSeconds: 2,
    ...given,
  });
  const work = () => {
    worker = startWorker({ queue, images, engine: painter, logger, progressMs: 10 });
  };
  const ended = (id: string) =>
    new Promise<JobResult | JobFailure>((resolve) => {
      const onPainted = (jobId: string, result: JobResult) => jobId === id && resolve(result);
      const onFailed = (jobId: string, failure: JobFailure) => jobId === id && resolve(failure);
      queue.on('painted', onPainted);
      queue.on('failed', onFailed);
    });

  it('paints a job, tells its progress with previews, and keeps the result until it is forgotten', async () => {
    const one = job();
    const progress: JobProgress[] = [];
    queue.on('progress', (jobId, seen) => jobId === one.id && progress.push(seen));
    const end = ended(one.id);
    await queue.submit(one);
    expect(await queue.stateOf(one.id)).toEqual({ state: 'waiting' });
    work();
    const result = (await end) as JobResult;
    expect(Buffer.from((await images.get(result.pictures[0]!.hash))!).toString()).toBe(`png of ${one.id}`);
    expect(await queue.stateOf(one.id)).toMatchObject({ state: 'painted', result: { executedSteps: 4 } });
    await expect.poll(() => progress.some(({ preview }) => preview !== undefined)).toBe(true);
    await queue.forget(one.id);
    expect(await queue.stateOf(one.id)).toEqual({ state: 'unknown' });
  });

  it('does a repeated submission once', async () => {
    const one = job();
    const end = ended(one.id);
    await queue.submit(one);
    await queue.submit({ ...one, costSeconds: 99 });
    expect((await queue.places()).filter(({ jobId }) => jobId === one.id)).toHaveLength(1);
    work();
    await end;
    await queue.submit(one);
    expect(painted.filter((id) => id === one.id)).toHaveLength(1);
  });

  it("lets ten jobs of one member not delay another's first", async () => {
    const many = Array.from({ length: 10 }, () => job('alice'));
    for (const one of many) await queue.submit(one);
    const other = job('bob');
    await queue.submit(other);
    const places = await queue.places();
    expect(places.findIndex(({ jobId }) => jobId === other.id)).toBeLessThanOrEqual(1);
    expect(places.map(({ place }) => place)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
    expect(places.at(-1)!.etaSeconds).toBeCloseTo(22, 5);
    const last = ended(many.at(-1)!.id);
    work();
    await last;
    expect(painted.indexOf(other.id)).toBeLessThanOrEqual(1);
    expect(painted.filter((id) => many.some((one) => one.id === id))).toEqual(many.map(({ id }) => id));
  });

  it('cancels a waiting job and a running one, and nothing else', async () => {
    const [running, waiting, untouched] = [
      job('alice', { recipe: { ...recipe, prompt: 'slow' } }),
      job('bob'),
      job('carol'),
    ];
    const ends = [running, waiting, untouched].map(({ id }) => ended(id));
    for (const one of [running, waiting, untouched]) await queue.submit(one);
    work();
    await expect.poll(async () => (await queue.stateOf(running.id)).state).toBe('painting');
    expect(await queue.cancel(waiting.id)).toBe(true);
    expect(await queue.cancel(running.id)).toBe(true);
    expect(await ends[0]).toMatchObject({ kind: 'cancelled' });
    expect(await ends[1]).toMatchObject({ kind: 'cancelled' });
    expect(await ends[2]).toMatchObject({ executedSteps: 4 });
    expect(painted).not.toContain(waiting.id);
    expect(await queue.cancel(untouched.id)).toBe(false);
    expect(await queue.cancel('no-such-job')).toBe(false);
  });

  it('tries again what may work the second time, and not what cannot', async () => {
    const [flaky, wrong] = [
      job('alice', { recipe: { ...recipe, prompt: 'flaky' } }),
      job('bob', { recipe: { ...recipe, prompt: 'user' } }),
    ];
    const ends = [ended(flaky.id), ended(wrong.id)];
    await queue.submit(flaky);
    await queue.submit(wrong);
    work();
    expect(await ends[0]).toMatchObject({ executedSteps: 4 });
    expect(await ends[1]).toEqual({ kind: 'user', code: 'bad-value', message: 'wrong' });
    expect(painted.filter((id) => id === flaky.id)).toHaveLength(2);
    expect(painted.filter((id) => id === wrong.id)).toHaveLength(1);
  });

  it('hands a running job back when it closes, and the next worker paints it', async () => {
    const one = job('alice', { recipe: { ...recipe, prompt: 'slow' } });
    const end = ended(one.id);
    await queue.submit(one);
    work();
    await expect.poll(() => painted.length).toBe(1);
    await worker!.close(50);
    worker = undefined;
    work();
    expect(await end).toMatchObject({ executedSteps: 4 });
    expect(painted.filter((id) => id === one.id)).toHaveLength(2);
  });

  it('says kindly that a source is gone', async () => {
    const one = job('alice', { recipe: { ...recipe, source: 'e'.repeat(64) } });
    const end = ended(one.id);
    await queue.submit(one);
    work();
    expect(await end).toMatchObject({ kind: 'operator', code: 'source-gone' });
  });
});
