import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';

const Owner = z.object({ pid: z.int(), host: z.string() });
const OWNER_FILE = 'owner.json';
/** What this very process has open. */
const held = new Set<string>();

/**
 * Makes this process the only one that has a folder open. The lock of a process that was killed on this machine is taken
 * over at once; on another machine, when it has not been renewed for 15 s.
 * @returns gives the folder back
 * @throws OperatorError `data-in-use`
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const ownerFile = join(dir, OWNER_FILE);
  const release = await inTurn(dir, async () => {
    const taken = await take(dir, ownerFile);
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, host: hostname() }));
    return taken;
  });
  held.add(dir);
  return async () => {
    held.delete(dir);
    rmSync(ownerFile, { force: true });
    await release();
  };
}

/** Of processes that come at the same moment, one looks who owns the folder and takes it before the next one looks. */
async function inTurn<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const done = await lockfile.lock(`${dir}.opening`, {
    realpath: false,
    stale: 5_000,
    // Long enough for the turn of a process that was killed in it to become stale.
    retries: { retries: 40, factor: 1, minTimeout: 100, maxTimeout: 300, randomize: true },
  });
  try {
    return await work();
  } finally {
    await done();
  }
}

async function take(dir: string, ownerFile: string): Promise<() => Promise<void>> {
  const lock = () => lockfile.lock(dir, { stale: 15_000, update: 5_000 });
  try {
    return await lock();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    if (held.has(dir) || isAlive(readOwner(ownerFile))) {
      throw new OperatorError(
        'data-in-use',
        `${dir} is open in another process: stop that one, or name another folder in OVERPAINT_DATA`,
        { cause: error },
      );
    }
    rmSync(`${dir}.lock`, { recursive: true, force: true });
    return lock();
  }
}

function readOwner(path: string): z.infer<typeof Owner> | undefined {
  try {
    return Owner.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // Not written yet, or only half: whoever holds the lock has just taken it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether the owner may still run; of other machines nothing is known, so theirs counts as running. */
function isAlive(owner: z.infer<typeof Owner> | undefined): boolean {
  if (owner?.host !== hostname()) return true;
  // A container's first process has the same number each time: it is us, and who held the lock is gone.
  if (owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
