import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFileImageStore,
  createRedisImageStore,
  createTravellingImageStore,
  type ImageStore,
  sha256,
} from '../../src/queue/image-store.ts';
import { startRedis } from '../support/redis.ts';

const LIFETIME_MS = 1500;

interface Backend {
  name: string;
  open(): Promise<ImageStore>;
  /** Lets so much time pass for the store. */
  wait(ms: number): Promise<void>;
  close(): Promise<void>;
}

function files(): Backend {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-images-'));
  let now = Date.now();
  return {
    name: 'files',
    open: () => Promise.resolve(createFileImageStore(dir, LIFETIME_MS, () => now)),
    wait(ms) {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(rmSync(dir, { recursive: true })),
  };
}

function redis(): Backend {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let store: ReturnType<typeof createRedisImageStore>;
  return {
    name: 'Redis',
    async open() {
      server = await startRedis();
      store = createRedisImageStore(server.url, LIFETIME_MS);
      return store;
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async close() {
      store.close();
      await server.stop();
    },
  };
}

describe.each([files(), redis()])('the image store in $name', (backend) => {
  let store: ImageStore;
  beforeAll(async () => {
    store = await backend.open();
  });
  afterAll(() => backend.close());

  it('gives back every byte under its SHA-256', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) % 256);
    const hash = await store.put(bytes);
    expect(hash).toBe(sha256(bytes));
    expect(Buffer.from((await store.get(hash))!).equals(bytes)).toBe(true);
  });

  it('keeps the same picture once, however often and at the same time it is put', async () => {
    const bytes = Buffer.from('the same');
    const hashes = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes)));
    expect(new Set(hashes)).toEqual(new Set([sha256(bytes)]));
    expect((await store.get(hashes[0]!))!.length).toBe(bytes.length);
  });

  it('has nothing for a hash that it never saw, and refuses what is no hash', async () => {
    expect(await store.get('0'.repeat(64))).toBeUndefined();
    await expect(async () => store.get('../../etc/passwd')).rejects.toThrow(/no SHA-256/);
  });

  it('forgets what is deleted, and deletes twice without complaint', async () => {
    const hash = await store.put(Buffer.from('gone'));
    await store.delete(hash);
    await store.delete(hash);
    expect(await store.get(hash)).toBeUndefined();
  });

  it('lets pictures expire that nobody looked at, and renews those that somebody did', async () => {
    const [seen, unseen] = [await store.put(Buffer.from('seen')), await store.put(Buffer.from('unseen'))];
    await backend.wait(LIFETIME_MS * 0.7);
    expect(await store.get(seen)).toBeDefined();
    await backend.wait(LIFETIME_MS * 0.7);
    await store.sweep();
    expect(await store.get(unseen)).toBeUndefined();
    expect(await store.get(seen)).toBeDefined();
  });
});

describe('files', () => {
  it('that were damaged on the disk count as gone', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'overpaint-images-'));
    const store = createFileImageStore(dir, LIFETIME_MS);
    const hash = await store.put(Buffer.from('whole'));
    writeFileSync(join(dir, hash.slice(0, 2), hash), 'half');
    expect(await store.get(hash)).toBeUndefined();
    expect(readdirSync(join(dir, hash.slice(0, 2)))).toEqual([]);
    rmSync(dir, { recursive: true });
  });
});

describe('pictures that travel', () => {
  it('are sent on, fetched home once, and stay there when they have expired on the way', async () => {
    const [own, other] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'overpaint-images-'))) as [
      string,
      string,
    ];
    const travel = createFileImageStore(other, LIFETIME_MS);
    const home = createTravellingImageStore(createFileImageStore(own, LIFETIME_MS), travel);

    const source = await home.put(Buffer.from('source'));
    expect(await travel.get(source)).toBeUndefined();
    await home.send(source);
    expect(await travel.get(source)).toBeDefined();

    const result = await travel.put(Buffer.from('result'));
    expect(Buffer.from((await home.get(result))!).toString()).toBe('result');
    await travel.delete(result);
    expect(Buffer.from((await home.get(result))!).toString()).toBe('result');

    await home.send('0'.repeat(64));
    expect(await travel.get('0'.repeat(64))).toBeUndefined();
    for (const dir of [own, other]) rmSync(dir, { recursive: true });
  });
});
