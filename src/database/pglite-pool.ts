import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';

interface Rows {
  rows: unknown[];
  rowCount: number;
}
type Query = string | { text: string; values?: unknown[] };

/**
 * The part of `pg.Pool` that BullMQ's PostgreSQL backend uses, over one embedded PGlite: queries, a client of one's own,
 * and LISTEN. There is one connection underneath, so a "client" is the pool itself with its own subscriptions.
 */
export class PglitePool extends EventEmitter {
  readonly options = { keepAlive: true };
  readonly #db: PGlite;

  constructor(db: PGlite) {
    super();
    this.#db = db;
  }

  async query(query: Query, values?: unknown[]): Promise<Rows> {
    const text = typeof query === 'string' ? query : query.text;
    const params = typeof query === 'string' ? values : query.values;
    if (!params || params.length === 0) {
      // Several statements may stand in one text; only the last one's rows count.
      const last = (await this.#db.exec(text)).at(-1) ?? { rows: [], affectedRows: 0 };
      return { rows: last.rows, rowCount: last.affectedRows ?? last.rows.length };
    }
    const result = await this.#db.query(text, params);
    return { rows: result.rows, rowCount: result.affectedRows || result.rows.length };
  }

  connect(): Promise<PgliteClient> {
    return Promise.resolve(new PgliteClient(this.#db, this));
  }

  /** The database is closed by who opened it. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}

class PgliteClient extends EventEmitter {
  readonly #db: PGlite;
  readonly #pool: PglitePool;
  readonly #listening = new Map<string, () => Promise<void>>();

  constructor(db: PGlite, pool: PglitePool) {
    super();
    this.#db = db;
    this.#pool = pool;
  }

  async query(query: Query, values?: unknown[]): Promise<Rows> {
    const text = typeof query === 'string' ? query : query.text;
    // BullMQ's LISTEN texts begin with SQL comments.
    const channel = /^LISTEN\s+"?([^";]+)"?/i.exec(text.replaceAll(/^\s*--.*$/gm, '').trim())?.[1];
    if (channel === undefined) return this.#pool.query(query, values);
    if (!this.#listening.has(channel)) {
      this.#listening.set(
        channel,
        await this.#db.listen(channel, (payload) => this.emit('notification', { channel, payload })),
      );
    }
    return { rows: [], rowCount: 0 };
  }

  async release(): Promise<void> {
    for (const stop of this.#listening.values()) await stop();
    this.#listening.clear();
  }
}
