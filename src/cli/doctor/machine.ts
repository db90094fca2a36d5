import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { openDatabase } from '../../database/database.ts';
import { OperatorError } from '../../errors.ts';
import { inspectRedis } from '../../queue/inspect-redis.ts';
import { MIGRATIONS } from '../../studio/tables.ts';
import type { Finding } from './finding.ts';

const LEAST_NODE = [22, 18] as const;
const LEAST_FREE_BYTES = 2e9;

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (isNew) return { about: 'Node', verdict: 'fine', found: version };
  return {
    about: 'Node',
    verdict: 'problem',
    found: `${version}, but ${LEAST_NODE.join('.')} is needed`,
    fix: 'Run it through npm (npm start, npm run -s overpaint -- …): npm ci brings Node 24.',
  };
}

export async function checkFolder(config: Config): Promise<Finding[]> {
  const dir = config.OVERPAINT_DATA;
  try {
    mkdirSync(dir, { recursive: true });
    const probe = join(dir, '.doctor');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    return [
      {
        about: 'data folder',
        verdict: 'problem',
        found: `${dir} cannot be written: ${(error as Error).message}`,
        fix: 'Give its owner the right to write, or name another folder in OVERPAINT_DATA.',
      },
    ];
  }
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const found = `${dir}, ${(free / 1e9).toFixed(1)} GB free`;
  if (free >= LEAST_FREE_BYTES) return [{ about: 'data folder', verdict: 'fine', found }];
  return [{ about: 'data folder', verdict: 'hint', found, fix: 'Make room: pictures are kept for 30 days.' }];
}

export async function checkPort({ OVERPAINT_HOST: host, OVERPAINT_PORT: port }: Config): Promise<Finding[]> {
  const about = 'port';
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
  if (!error) return [{ about, verdict: 'fine', found: `${host}:${port} is free` }];
  if (error.code === 'EADDRINUSE' && (await isOurs(host, port)))
    return [{ about, verdict: 'fine', found: `an Overpaint runs at ${host}:${port}` }];
  return [
    {
      about,
      verdict: 'problem',
      found: `${host}:${port} cannot be used: ${error.message}`,
      fix: 'Stop what uses it, or set OVERPAINT_PORT and OVERPAINT_HOST.',
    },
  ];
}

/** Whether what answers there is one of ours. */
async function isOurs(host: string, port: number): Promise<boolean> {
  const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(
    () => undefined,
  );
  return answer !== undefined && (await answer.text()) === '{"ok":true}';
}

export async function checkDatabase(config: Config): Promise<Finding[]> {
  const about = 'database';
  const { DATABASE_URL: url, OVERPAINT_DATA: data } = config;
  const dir = join(data, 'db');
  if (url === undefined && !existsSync(join(dir, 'pg')))
    return [{ about, verdict: 'fine', found: `embedded PostgreSQL, made in ${dir} at the first start` }];
  try {
    const database = await openDatabase(url === undefined ? { dir } : { url }, MIGRATIONS);
    await database.close();
    return [{ about, verdict: 'fine', found: `${database.kind} answers` }];
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.code === 'data-in-use')
      return [
        { about, verdict: 'fine', found: `embedded PostgreSQL in ${dir}, open in a running Overpaint` },
      ];
    return [
      {
        about,
        verdict: 'problem',
        found: 'PostgreSQL does not answer',
        fix: 'Start the server, and check host, user, password and database in DATABASE_URL.',
      },
    ];
  }
}

export async function checkRedis({ OVERPAINT_REDIS_URL: url }: Config): Promise<Finding[]> {
  const about = 'Redis';
  if (url === undefined) return [{ about, verdict: 'fine', found: 'not used: jobs wait in the database' }];
  const facts = await inspectRedis(url);
  if (!facts) {
    return [
      {
        about,
        verdict: 'problem',
        found: 'does not answer',
        fix: 'Start the server, and check host, port and password in OVERPAINT_REDIS_URL.',
      },
    ];
  }
  const findings: Finding[] = [
    { about, verdict: 'fine', found: `${facts.version}, ${facts.workers} workers at the queue` },
  ];
  if (facts.evicts) {
    findings.push({
      about,
      verdict: 'problem',
      found: `throws data away when its memory is full (${facts.policy})`,
      fix: 'Set maxmemory-policy noeviction: jobs must not vanish.',
    });
  }
  if (!facts.keeps) {
    findings.push({
      about,
      verdict: 'hint',
      found: 'keeps nothing over a restart',
      fix: 'Set appendonly yes, so that waiting jobs outlive a restart of Redis.',
    });
  }
  return findings;
}
