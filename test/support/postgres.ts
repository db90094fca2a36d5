import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './redis.ts';

const isThere = (folder: string) => spawnSync(join(folder, 'initdb'), ['--version']).status === 0;

/** Where PostgreSQL's programs are: on the path, or where Debian keeps those of each version. */
const bin = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed(),
].find(isThere);

/** Whether this machine has a PostgreSQL server; tests on the embedded one run anyway. */
export const hasPostgres = bin !== undefined;

/** PostgreSQL refuses to run as root: it runs as its own user then. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))![0].split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A real PostgreSQL on a free port, with nothing in it and nothing kept. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const user = unprivileged();
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(dir, user.uid, user.gid);
  const options: SpawnOptions = { ...user, cwd: dir };
  const data = join(dir, 'data');
  const made = spawnSync(
    join(bin ?? '', 'initdb'),
    ['-D', data, '-U', 'overpaint', '-A', 'trust', '-N'],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${String(made.stderr)}`);
  const port = await freePort();
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`];
  const server = spawn(
    join(bin ?? '', 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.once('exit', () => reject(new Error(`postgres ended:\n${log}`)));
    server.stderr!.on('data', (text: Buffer) => {
      log += text.toString();
      if (log.includes('ready to accept connections')) resolve();
    });
  });
  return {
    url: `postgres://overpaint@127.0.0.1:${port}/postgres`,
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
