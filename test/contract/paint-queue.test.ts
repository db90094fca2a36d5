import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { Cancelled, OperatorError, UserError } from '../../src/errors.ts';
import { untranslated } from '../../src/language/phrase.ts';
import { createLogger } from '../../src/logger.ts';
import type { JobEngine } from '../../src/queue/carry-out.ts';
import { createFileImageStore, type ImageStore, sha256 } from '../../src/queue/image-store.ts';
import { type JobFailure, JobPayload, type JobProgress, JobResult } from '../../src/queue/job.ts';
import { type NewJob, openPaintQueue, type PaintQueue } from '../../src/queue/paint-queue.ts';
import { type PaintWorker, startWorker } from '../../src/queue/worker.ts';
import type { Work } from '../../src/recipe/work.ts';
import { CAREFUL_PLACE, DEFAULT_SAFETY } from '../../src/safety/settings.ts';
import { hasPostgres, startPostgres } from '../support/postgres.ts';
import { testRecipe } from '../support/recipes.ts';
import { startRedis } from '../support/redis.ts';

const logger = createLogger('silent');
const source = Buffer.from('a picture');
const recipe = testRecipe({ source: sha256(source) });
const asking = (prompt: string): Work => ({ kind: 'paint', recipe: { ...recipe, prompt } });
/** A place whose rules look at no picture: these are none. */
const UNWATCHED = { ageRestricted: false, settings: { ...DEFAULT_SAFETY, pictures: false } };

/** A painter of the engine's shape: four steps of 20 ms, and what the prompt says. */
const painted: string[] = [];
const painter: JobEngine = {
  async paint(request, hooks = {}) {
    painted.push(request.jobId);
    if (request.recipe.prompt === 'user') throw new UserError('bad-value', untranslated('wrong'));
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
  async upscale(request, { onTile, signal } = {}) {
    for (let tile = 1; tile <= 3; tile++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      if (signal?.aborted) throw new Cancelled();
      onTile?.({ tile, of: 3 });
    }
    const png = Buffer.from(`large ${request.kind}`);
    const facts = { tiles: 3, milliseconds: 60, provider: 'cpu', peakRssBytes: 1 };
    return { png, width: 16, height: 16, ...facts };
  },
  classify: () => Promise.reject(new OperatorError('no-network', 'none here')),
  subjectMask: () =>
    Promise.resolve({ png: Buffer.from('mask'), width: 8, height: 8, share: 0.4, milliseconds: 1 }),
  cutOut: () =>
    Promise.resolve({ png: Buffer.from('cut out'), width: 8, height: 8, share: 0.4, milliseconds: 1 }),
};

/** A painter that never ends by itself. */
const endless: JobEngine = {
  ...painter,
  async paint(_request, hooks = {}) {
    for (let step = 1; ; step++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (hooks.signal?.aborted) throw new Cancelled();
      hooks.onStep?.({ picture: 0, pictures: 1, step, of: 1000, timestep: 0, sigma: 0 });
    }
  },
};

interface Backend {
  name: string;
  open(): Promise<PaintQueue>;
  /** Opens the same queue once more, as another process does. */
  again(): Promise<PaintQueue>;
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
    again: () => openPaintQueue({ database }),
    close: () => database.close(),
  };
}

function postgres(): Backend {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  const databases: Database[] = [];
  const again = async () => {
    const database = await openDatabase({ url: server.url }, []);
    databases.push(database);
    return openPaintQueue({ database });
  };
  return {
    name: 'PostgreSQL',
    async open() {
      server = await startPostgres();
      return again();
    },
    again,
    async close() {
      for (const database of databases) await database.close();
      await server.stop();
    },
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
    again: () => openPaintQueue({ redisUrl: server.url }),
    close: () => server.stop(),
  };
}

describe.each([embedded(), redis(), ...(hasPostgres ? [postgres()] : [])])(
  'the queue on $name',
  (backend) => {
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
      work: { kind: 'paint', recipe },
      askerId,
      costSeconds: 2,
      safety: UNWATCHED,
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
      await expect
        .poll(() => progress.some((seen) => seen.kind === 'paint' && seen.preview !== undefined))
        .toBe(true);
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
        job('alice', { work: asking('slow') }),
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
      const [flaky, wrong] = [job('alice', { work: asking('flaky') }), job('bob', { work: asking('user') })];
      const ends = [ended(flaky.id), ended(wrong.id)];
      await queue.submit(flaky);
      await queue.submit(wrong);
      work();
      expect(await ends[0]).toMatchObject({ executedSteps: 4 });
      expect(await ends[1]).toEqual({ kind: 'user', code: 'bad-value', said: { text: 'wrong' } });
      expect(painted.filter((id) => id === flaky.id)).toHaveLength(2);
      expect(painted.filter((id) => id === wrong.id)).toHaveLength(1);
    });

    it('hands a running job back when it closes, and the next worker paints it', async () => {
      const one = job('alice', { work: asking('slow') });
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

    const enlarge = { kind: 'upscale', source: recipe.source, scale: 2, as: 'photo' } as const;

    it('enlarges, tells the tiles, and stops between two of them', async () => {
      const [whole, stopped] = [job('alice', { work: enlarge }), job('bob', { work: enlarge })];
      const seen: JobProgress[] = [];
      queue.on('progress', (jobId, progress) => jobId === whole.id && seen.push(progress));
      const ends = [ended(whole.id), ended(stopped.id)];
      queue.on('progress', (jobId, { kind }) => {
        if (jobId === stopped.id && kind === 'network') void queue.cancel(stopped.id);
      });
      for (const one of [whole, stopped]) await queue.submit(one);
      work();
      expect(await ends[0]).toMatchObject({ kind: 'upscale', as: 'photo', pictures: [{ width: 16 }] });
      expect(await ends[1]).toMatchObject({ kind: 'cancelled' });
      await expect.poll(() => seen).toContainEqual(expect.objectContaining({ doing: 'enlarging', of: 3 }));
    });

    it('cuts out, with the mask where it is asked for', async () => {
      const subject = { subject: 'any', feather: 2, invert: false, showMask: true } as const;
      const one = job('alice', { work: { kind: 'cut-out', source: recipe.source, subject } });
      const end = ended(one.id);
      await queue.submit(one);
      work();
      const result = (await end) as JobResult;
      expect(result).toMatchObject({ kind: 'cut-out', share: 0.4 });
      expect(Buffer.from((await images.get(result.mask!))!).toString()).toBe('mask');
    });

    it('paints around a subject with a mask of its own, which the recipe then names', async () => {
      const subject = { subject: 'any', feather: 2, invert: true, showMask: false } as const;
      const inpaint = { ...recipe, task: 'inpaint' as const };
      const one = job('alice', { work: { kind: 'paint', recipe: inpaint, subject } });
      const end = ended(one.id);
      await queue.submit(one);
      work();
      expect(await end).toMatchObject({ kind: 'paint', recipe: { mask: sha256(Buffer.from('mask')) } });
    });

    it('refuses what nobody could look at, and says which rule that is', async () => {
      const one = job('alice', { work: enlarge, safety: CAREFUL_PLACE });
      const end = ended(one.id);
      await queue.submit(one);
      work();
      expect(await end).toMatchObject({
        code: 'safety-unchecked',
        refusal: { rule: 'unchecked-picture', stage: 'source' },
      });
    });

    it('still reads jobs and results of the time when all work was painting', () => {
      const { work: _work, safety: _safety, id: _id, ...rest } = job();
      const old = JobPayload.parse({ ...rest, version: 1, recipe, start: 0, finish: 2 });
      expect(old).toMatchObject({ work: { kind: 'paint', recipe }, safety: CAREFUL_PLACE });
      const pictures = [{ hash: recipe.source, seed: 1, width: 8, height: 8 }];
      const result = { pictures, executedSteps: 4, tookMs: 1, warnings: [], provider: 'cpu' };
      expect(JobResult.parse(result)).toEqual({ kind: 'paint', ...result });
    });

    it('cancels a job that another process paints, and hears of its progress', async () => {
      const elsewhere = await backend.again();
      const one = job('alice', { work: { kind: 'paint', recipe: { ...recipe, prompt: 'slow', steps: 30 } } });
      const end = ended(one.id);
      const progress: JobProgress[] = [];
      queue.on('progress', (jobId, seen) => jobId === one.id && progress.push(seen));
      await queue.submit(one);
      worker = startWorker({ queue: elsewhere, images, engine: endless, logger, progressMs: 10 });
      // A worker of another process does not answer to this one.
      queue.setCanceller(() => false);
      await expect.poll(() => progress.length, { timeout: 10_000 }).toBeGreaterThan(0);
      const asked = Date.now();
      expect(await queue.cancel(one.id)).toBe(true);
      expect(await end).toMatchObject({ kind: 'cancelled' });
      expect(Date.now() - asked).toBeLessThan(5000);
      await worker.close();
      worker = undefined;
      await elsewhere.close();
    });

    it('hands a job back as often as processes close, without giving it up', async () => {
      const one = job('alice', { work: { kind: 'paint', recipe: { ...recipe, prompt: 'slow' } } });
      const end = ended(one.id);
      await queue.submit(one);
      for (let i = 1; i <= 4; i++) {
        worker = startWorker({ queue, images, engine: endless, logger, progressMs: 10 });
        await expect
          .poll(async () => (await queue.stateOf(one.id)).state, { timeout: 10_000 })
          .toBe('painting');
        await worker.close(20);
        expect((await queue.stateOf(one.id)).state).toBe('waiting');
      }
      work();
      expect(await end).toMatchObject({ executedSteps: 4 });
    });

    it('says kindly that a source is gone', async () => {
      const one = job('alice', { work: { kind: 'paint', recipe: { ...recipe, source: 'e'.repeat(64) } } });
      const end = ended(one.id);
      await queue.submit(one);
      work();
      expect(await end).toMatchObject({ kind: 'operator', code: 'source-gone' });
    });
  },
);
