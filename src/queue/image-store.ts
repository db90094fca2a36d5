import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { InvariantError } from '../errors.ts';

/** Bytes under their SHA-256. Pictures never travel inside jobs; their hashes do. */
export interface ImageStore {
  /** Keeps bytes, or renews them. @returns their hash */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes; undefined when they have expired or never were. */
  get(hash: string): Promise<Uint8Array | undefined>;
  delete(hash: string): Promise<void>;
  /** Removes what has not been used for the store's lifetime. @returns how many went */
  sweep(): Promise<number>;
}

const HASH = /^[0-9a-f]{64}$/;

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function checked(hash: string): string {
  if (!HASH.test(hash)) throw new InvariantError(`${hash} is no SHA-256`);
  return hash;
}

/** Files below a folder, in sub-folders by the first two digits. */
export function createFileImageStore(
  folder: string,
  lifetimeMs: number,
  now: () => number = Date.now,
): ImageStore {
  mkdirSync(folder, { recursive: true });
  const pathOf = (hash: string) => join(folder, checked(hash).slice(0, 2), hash);
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      const path = pathOf(hash);
      await mkdir(join(path, '..'), { recursive: true });
      // Written aside and renamed, so that a reader never sees half a file.
      const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      await writeFile(aside, bytes);
      await rename(aside, path);
      return hash;
    },
    async get(hash) {
      const path = pathOf(hash);
      try {
        const bytes = await readFile(path);
        if (sha256(bytes) !== hash) {
          await rm(path, { force: true });
          return undefined;
        }
        const seconds = now() / 1000;
        await utimes(path, seconds, seconds);
        return bytes;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    delete: (hash) => rm(pathOf(hash), { force: true }),
    async sweep() {
      let gone = 0;
      for (const name of await readdir(folder, { recursive: true })) {
        const path = join(folder, name);
        const stats = await stat(path).catch(() => undefined);
        if (!stats?.isFile() || now() - stats.mtimeMs < lifetimeMs) continue;
        await rm(path, { force: true });
        gone += 1;
      }
      return gone;
    },
  };
}

/** Expiring keys in Redis, for workers on other machines. Expiry is Redis' own: nothing is to be swept. */
export function createRedisImageStore(redisUrl: string, lifetimeMs: number): RedisImageStore {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  // Lost connections are made again; whoever waits for an answer goes on waiting.
  redis.on('error', () => undefined);
  const keyOf = (hash: string) => `overpaint:image:${checked(hash)}`;
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      await redis.set(keyOf(hash), Buffer.from(bytes), 'PX', lifetimeMs);
      return hash;
    },
    async get(hash) {
      const bytes = await redis.getBuffer(keyOf(hash));
      if (bytes === null) return undefined;
      await redis.pexpire(keyOf(hash), lifetimeMs);
      return bytes;
    },
    async delete(hash) {
      await redis.del(keyOf(hash));
    },
    sweep: () => Promise.resolve(0),
    close: () => redis.disconnect(),
  };
}

export interface RedisImageStore extends ImageStore {
  close(): void;
}

/**
 * The bot's side of pictures that travel: kept in its own folder, and through Redis to the workers and back. What comes
 * from there is kept here, since it expires there soon.
 */
export function createTravellingImageStore(
  own: ImageStore,
  travel: ImageStore,
): ImageStore & { send(hash: string): Promise<void> } {
  return {
    put: (bytes) => own.put(bytes),
    async get(hash) {
      const known = await own.get(hash);
      if (known) return known;
      const arrived = await travel.get(hash);
      if (arrived) await own.put(arrived);
      return arrived;
    },
    async delete(hash) {
      await Promise.all([own.delete(hash), travel.delete(hash)]);
    },
    sweep: () => own.sweep(),
    /** Puts one of our pictures on its way; one that we do not have is left to the worker to miss. */
    async send(hash) {
      const bytes = await own.get(hash);
      if (bytes) await travel.put(bytes);
    },
  };
}
