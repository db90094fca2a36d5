import { boolean, integer, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Migration } from '../database/database.ts';
import type { Recipe } from '../recipe/recipe.ts';

/**
 * planned: waits for the item before it, or for its turn to be submitted; queued: the queue knows it; the others are ends.
 */
export type ItemState = 'planned' | 'queued' | 'painted' | 'failed' | 'cancelled';

const schema = pgSchema('overpaint');

export const series = schema.table('series', {
  id: text('id').primaryKey(),
  /** See series.ts. */
  order: jsonb('order').notNull(),
  messageId: text('message_id'),
  done: boolean('done').notNull().default(false),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const seriesItems = schema.table('series_items', {
  jobId: text('job_id').primaryKey(),
  seriesId: text('series_id').notNull(),
  place: integer('place').notNull(),
  label: text('label').notNull(),
  recipe: jsonb('recipe').$type<Recipe>().notNull(),
  state: text('state').$type<ItemState>().notNull(),
  words: text('words'),
});

export const SERIES_MIGRATION: Migration = {
  name: '010-series',
  statements: [
    `CREATE TABLE overpaint.series (
      id text PRIMARY KEY, "order" jsonb NOT NULL, message_id text, done boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now())`,
    'CREATE INDEX series_message ON overpaint.series (message_id)',
    `CREATE TABLE overpaint.series_items (
      job_id text PRIMARY KEY, series_id text NOT NULL, place integer NOT NULL, label text NOT NULL,
      recipe jsonb NOT NULL, state text NOT NULL, words text)`,
    'CREATE INDEX series_items_series ON overpaint.series_items (series_id, place)',
  ],
};
