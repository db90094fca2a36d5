import { eq } from 'drizzle-orm';
import { pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Migration, Sql } from '../database/database.ts';

/** Which hints a member has had: nobody is taught the same thing twice. */
const hints = pgSchema('overpaint').table(
  'hints',
  { memberId: text('member_id').notNull(), topic: text('topic').notNull() },
  (table) => [primaryKey({ columns: [table.memberId, table.topic] })],
);

export const HINTS_MIGRATION: Migration = {
  name: '021-hints',
  statements: [
    'CREATE TABLE overpaint.hints (member_id text NOT NULL, topic text NOT NULL, PRIMARY KEY (member_id, topic))',
  ],
};

export interface HintsGiven {
  /** Remembers that a hint is given. @returns false when it was given before */
  give(memberId: string, topic: string): Promise<boolean>;
  forgetMember(memberId: string): Promise<void>;
}

export function createHintsGiven(sql: Sql): HintsGiven {
  return {
    async give(memberId, topic) {
      const rows = await sql
        .insert(hints)
        .values({ memberId, topic })
        .onConflictDoNothing()
        .returning({ topic: hints.topic });
      return rows.length === 1;
    },
    async forgetMember(memberId) {
      await sql.delete(hints).where(eq(hints.memberId, memberId));
    },
  };
}
