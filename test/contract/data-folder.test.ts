import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/database/lock-folder.ts';

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'overpaint-lock-'));
  dir = join(root, 'db');
  mkdirSync(dir);
});
afterEach(() => rmSync(root, { recursive: true }));

/** What another process leaves behind that has the folder open, or had. */
function lockedBy(owner: { pid: number; host: string } | undefined): void {
  mkdirSync(`${dir}.lock`);
  if (owner) writeFileSync(join(dir, 'owner.json'), JSON.stringify(owner));
}

describe('the data folder', () => {
  it('is for one at a time, and free again afterwards', async () => {
    const release = await lockFolder(dir);
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'data-in-use' });
    await release();
    expect(existsSync(join(dir, 'owner.json'))).toBe(false);
    await (await lockFolder(dir))();
  });

  it('of a process that lives is left alone', async () => {
    const other = spawn('sleep', ['60']);
    lockedBy({ pid: other.pid!, host: hostname() });
    await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'data-in-use' });
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    // The moment it has died, the folder is ours.
    await (await lockFolder(dir))();
  });

  it('of a killed container, which had our own process number, is taken over', async () => {
    lockedBy({ pid: process.pid, host: hostname() });
    await (await lockFolder(dir))();
  });

  it('of another machine, or of somebody unknown, is left alone', async () => {
    for (const owner of [{ pid: 1, host: 'elsewhere' }, undefined]) {
      lockedBy(owner);
      await expect(lockFolder(dir)).rejects.toMatchObject({ code: 'data-in-use' });
      rmSync(`${dir}.lock`, { recursive: true });
      rmSync(join(dir, 'owner.json'), { force: true });
    }
  });
});
