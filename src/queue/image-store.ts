import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
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

/** Expiring keys in Redis, for workers on other machines. */
export function createRedisImageStore(redis: Redis, lifetimeMs: number): ImageStore {
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
    // Redis expires keys by itself.
    sweep: () => Promise.resolve(0),
  };
}
