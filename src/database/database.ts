import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { Pool } from 'pg';
import { OperatorError } from '../errors.ts';
import { lockFolder } from './lock-folder.ts';
import { PglitePool } from './pglite-pool.ts';

/** Where the bot's tables live: a folder for the embedded PostgreSQL, or the address of a server. */
export type DatabaseSource = { dir: string } | { url: string };

export type Sql = PgDatabase<PgQueryResultHKT>;

export interface Database {
  readonly sql: Sql;
  /** What BullMQ's PostgreSQL backend connects with. */
  readonly queueConnection: Pool;
  /** What is underneath, for `doctor` and logs. */
  readonly kind: 'embedded PostgreSQL' | 'PostgreSQL';
  close(): Promise<void>;
}

/** One step of a schema, run once and in order. */
export interface Migration {
  name: string;
  statements: readonly string[];
}

/**
 * Opens the database and brings its schema up to date.
 * @throws OperatorError `data-in-use` when another process has the folder open, `database-unreachable`
 */
export async function openDatabase(
  source: DatabaseSource,
  migrations: readonly Migration[],
): Promise<Database> {
  const database = 'url' in source ? await openServer(source.url) : await openEmbedded(source.dir);
  await migrate(database.sql, migrations);
  return database;
}

async function openEmbedded(dir: string): Promise<Database> {
  mkdirSync(dir, { recursive: true });
  const unlock = await lockFolder(dir);
  const db = await PGlite.create(join(dir, 'pg'));
  // BullMQ's statements name no schema; ours all do.
  await db.exec('CREATE SCHEMA IF NOT EXISTS bullmq; SET search_path TO bullmq');
  const pool: unknown = new PglitePool(db);
  return {
    sql: drizzlePglite(db),
    queueConnection: pool as Pool,
    kind: 'embedded PostgreSQL',
    async close() {
      await db.close();
      await unlock();
    },
  };
}

async function openServer(url: string): Promise<Database> {
  const pool = new Pool({ connectionString: url, keepAlive: true, options: '-c search_path=bullmq,public' });
  // A connection that is lost while nobody uses it is replaced; whoever wants one next hears of a server that is gone.
  pool.on('error', () => undefined);
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new OperatorError(
      'database-unreachable',
      'PostgreSQL does not answer: check DATABASE_URL and that the server runs',
      {
        cause: error,
        retryable: true,
      },
    );
  }
  return { sql: drizzlePg(pool), queueConnection: pool, kind: 'PostgreSQL', close: () => pool.end() };
}

/** Any number, the same in every process: one of them migrates, and the others wait. */
const MIGRATION_LOCK = 7_264_201;

async function migrate(db: Sql, migrations: readonly Migration[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS bullmq`);
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS overpaint`);
    await tx.execute(
      sql`CREATE TABLE IF NOT EXISTS overpaint.migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
    );
    for (const { name, statements } of migrations) {
      const taken = await tx.execute(
        sql`INSERT INTO overpaint.migrations (name) VALUES (${name}) ON CONFLICT DO NOTHING RETURNING name`,
      );
      const { rows } = taken as unknown as { rows: unknown[] };
      if (rows.length === 0) continue;
      for (const statement of statements) await tx.execute(sql.raw(statement));
    }
  });
}
