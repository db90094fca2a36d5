import { and, asc, count, eq } from 'drizzle-orm';
import { jsonb, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import type { Migration, Sql } from '../database/database.ts';

/**
 * What members and servers keep for themselves by name: styles, chains. It is data that is validated each time it is read,
 * so that an older version's entry never gets past the rules of today. Who put something on a server's shelf is not kept.
 */
const shelf = pgSchema('overpaint').table(
  'shelf',
  {
    /** `member:<id>` or `guild:<id>`. */
    owner: text('owner').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    value: jsonb('value').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.kind, table.id] })],
);

export const SHELF_MIGRATION: Migration = {
  name: '020-shelf',
  statements: [
    `CREATE TABLE overpaint.shelf (
      owner text NOT NULL, kind text NOT NULL, id text NOT NULL, value jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, kind, id))`,
  ],
};

/** Whose shelf it is. */
export type ShelfOwner = { member: string } | { guild: string };

export interface Shelf<T extends { id: string }> {
  /** Everything of one owner, oldest first; what does not fit the rules of today is left out. */
  of(owner: ShelfOwner): Promise<T[]>;
  /** @returns `full` when the owner has as many already, `taken` when one has this id */
  add(owner: ShelfOwner, value: T, most: number): Promise<'added' | 'full' | 'taken'>;
  /** Puts a value in the place of the one with its id. @returns false when there is none */
  change(owner: ShelfOwner, value: T): Promise<boolean>;
  /** @returns false when there is none */
  remove(owner: ShelfOwner, id: string): Promise<boolean>;
  forgetMember(memberId: string): Promise<void>;
}

const keyOf = (owner: ShelfOwner) => ('member' in owner ? `member:${owner.member}` : `guild:${owner.guild}`);

/** @param kind names what is kept, in the table */
export function createShelf<T extends { id: string }>(
  sql: Sql,
  kind: string,
  schema: z.ZodType<T>,
): Shelf<T> {
  const all = (owner: ShelfOwner) => and(eq(shelf.owner, keyOf(owner)), eq(shelf.kind, kind));
  const one = (owner: ShelfOwner, id: string) => and(all(owner), eq(shelf.id, id));
  return {
    async of(owner) {
      const rows = await sql.select().from(shelf).where(all(owner)).orderBy(asc(shelf.createdAt), shelf.id);
      return rows.flatMap(({ value }) => schema.safeParse(value).data ?? []);
    },
    async add(owner, value, most) {
      return sql.transaction(async (step) => {
        const [counted] = await step.select({ total: count() }).from(shelf).where(all(owner));
        if ((counted?.total ?? 0) >= most) return 'full';
        const rows = await step
          .insert(shelf)
          .values({ owner: keyOf(owner), kind, id: value.id, value })
          .onConflictDoNothing()
          .returning({ id: shelf.id });
        return rows.length === 1 ? 'added' : 'taken';
      });
    },
    async change(owner, value) {
      const rows = await sql
        .update(shelf)
        .set({ value })
        .where(one(owner, value.id))
        .returning({ id: shelf.id });
      return rows.length === 1;
    },
    async remove(owner, id) {
      const rows = await sql.delete(shelf).where(one(owner, id)).returning({ id: shelf.id });
      return rows.length === 1;
    },
    async forgetMember(memberId) {
      await sql.delete(shelf).where(all({ member: memberId }));
    },
  };
}
