import { type ChildProcess, spawn } from 'node:child_process';
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

const MODULE = new URL('../../src/database/lock-folder.ts', import.meta.url).href;
/** A process that takes the folder, says how that went, and keeps it. */
const COMER = (folder: string) => `
  const { lockFolder } = await import(${JSON.stringify(MODULE)});
  try { await lockFolder(${JSON.stringify(folder)}); console.log('mine'); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.code); }
`;

const firstLine = (child: ChildProcess) =>
  new Promise<string>((resolve) => child.stdout!.once('data', (data) => resolve(String(data).trim())));

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

  it('of a killed process goes to one of those that come for it at the same moment', async () => {
    const SIX = Array.from({ length: 6 });
    for (let round = 0; round < 3; round++) {
      const dead = spawn('true');
      await new Promise((resolve) => dead.once('exit', resolve));
      lockedBy({ pid: dead.pid!, host: hostname() });
      const comers = SIX.map(() => spawn(process.execPath, ['--input-type=module', '-e', COMER(dir)]));
      const ended = comers.map((comer) => new Promise((resolve) => comer.once('exit', resolve)));
      const said = await Promise.all(comers.map(firstLine));
      expect(said.toSorted()).toEqual([
        'data-in-use',
        'data-in-use',
        'data-in-use',
        'data-in-use',
        'data-in-use',
        'mine',
      ]);
      for (const comer of comers) comer.kill('SIGKILL');
      await Promise.all(ended);
      rmSync(`${dir}.lock`, { recursive: true });
    }
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
