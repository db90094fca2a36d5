// What the queue costs: from submission to the start of the work, and jobs a second, on each backend. The painter does
// nothing, so that only the queue is seen.  Usage: npx node bench/queue.ts [jobs]
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/database/database.ts';
import type { Engine } from '../src/engine/engine.ts';
import { createLogger } from '../src/logger.ts';
import { createFileImageStore, sha256 } from '../src/queue/image-store.ts';
import { openPaintQueue, type PaintQueue, type QueueBackend } from '../src/queue/paint-queue.ts';
import { startWorker } from '../src/queue/worker.ts';
import { CAREFUL_PLACE } from '../src/safety/settings.ts';
import { hasPostgres, startPostgres } from '../test/support/postgres.ts';
import { testRecipe } from '../test/support/recipes.ts';
import { startRedis } from '../test/support/redis.ts';
import { line, spread } from './spread.ts';

const JOBS = Number(process.argv[2] ?? 200);
const ALONE = 40;
const SOURCE = Buffer.from('a picture');
const started = new Map<string, number>();

/** An engine that is done at once. */
const engine = {
  paint: ({ jobId }: { jobId: string }) => {
    started.set(jobId, performance.now());
    return Promise.resolve({
      pictures: [{ png: Buffer.from(jobId), width: 8, height: 8, seed: 1 }],
      executedSteps: 1,
      timings: { load: 0, text: 0, encode: 0, denoise: 0, decode: 0 },
      warnings: [],
      provider: 'cpu',
      peakRssBytes: 1,
    });
  },
} as unknown as Engine;

const job = (id: string, askerId: string) => ({
  id,
  work: { kind: 'paint' as const, recipe: testRecipe({ source: sha256(SOURCE) }) },
  askerId,
  costSeconds: 1,
  safety: { ...CAREFUL_PLACE, settings: { ...CAREFUL_PLACE.settings, pictures: false } },
});

const painted = (queue: PaintQueue, count: number) =>
  new Promise<void>((resolve, reject) => {
    let left = count;
    queue.on('failed', (id, failure) => reject(new Error(`${id}: ${JSON.stringify(failure)}`)));
    queue.on('painted', () => --left === 0 && resolve());
  });

async function measure(name: string, backend: QueueBackend, folder: string): Promise<void> {
  const queue = await openPaintQueue(backend);
  const images = createFileImageStore(join(folder, 'images'), 60_000);
  await images.put(SOURCE);
  const worker = startWorker({ queue, images, engine, logger: createLogger('error') });

  const waits: number[] = [];
  for (let i = 0; i < ALONE; i++) {
    const id = `alone-${i}`;
    const done = painted(queue, 1);
    const begun = performance.now();
    await queue.submit(job(id, 'alice'));
    await done;
    queue.removeAllListeners();
    waits.push(started.get(id)! - begun);
  }
  line(`${name}: from submission to start`, spread(waits));

  const done = painted(queue, JOBS);
  const begun = performance.now();
  const submitted: number[] = [];
  for (let i = 0; i < JOBS; i++) {
    const before = performance.now();
    await queue.submit(job(`many-${i}`, `member ${i % 10}`));
    submitted.push(performance.now() - before);
  }
  await done;
  line(`${name}: one submission among ${JOBS}`, spread(submitted));
  line(`${name}: jobs a second`, (JOBS / ((performance.now() - begun) / 1000)).toFixed(0));
  await worker.close();
  await queue.close();
}

if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
const folder = mkdtempSync(join(tmpdir(), 'overpaint-bench-'));
const embedded = await openDatabase({ dir: join(folder, 'db') }, []);
await measure('embedded PostgreSQL', { database: embedded }, folder);
await embedded.close();
const redis = await startRedis();
await measure('Redis', { redisUrl: redis.url }, folder);
await redis.stop();
if (hasPostgres) {
  const postgres = await startPostgres();
  const database = await openDatabase({ url: postgres.url }, []);
  await measure('PostgreSQL', { database }, folder);
  await database.close();
  await postgres.stop();
}
rmSync(folder, { recursive: true });
