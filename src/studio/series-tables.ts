import { boolean, integer, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Migration } from '../database/database.ts';
import type { Phrase } from '../language/phrase.ts';
import type { Work } from '../recipe/work.ts';
import type { StoredPicture } from './stored-picture.ts';

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
  /** The place of the one that is named the best. */
  best: integer('best'),
  done: boolean('done').notNull().default(false),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const seriesItems = schema.table('series_items', {
  jobId: text('job_id').primaryKey(),
  seriesId: text('series_id').notNull(),
  place: integer('place').notNull(),
  label: jsonb('label').$type<Phrase>().notNull(),
  work: jsonb('work').$type<Work>().notNull(),
  /** What came out. */
  picture: jsonb('picture').$type<StoredPicture>(),
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

/** Items of the time when all of them were paintings held a recipe. */
export const SERIES_WORK_MIGRATION: Migration = {
  name: '022-series-work',
  statements: [
    'ALTER TABLE overpaint.series_items ADD COLUMN work jsonb',
    'ALTER TABLE overpaint.series_items ADD COLUMN picture jsonb',
    `UPDATE overpaint.series_items SET work = jsonb_build_object('kind', 'paint', 'recipe', recipe)`,
    'ALTER TABLE overpaint.series_items ALTER COLUMN work SET NOT NULL',
    'ALTER TABLE overpaint.series_items DROP COLUMN recipe',
  ],
};

/** Labels of the time when there was only English are texts. */
export const SERIES_LANGUAGE_MIGRATION: Migration = {
  name: '023-series-languages',
  statements: [
    `ALTER TABLE overpaint.series_items ALTER COLUMN label TYPE jsonb USING jsonb_build_object('text', label)`,
  ],
};

export const SERIES_BEST_MIGRATION: Migration = {
  name: '025-series-best',
  statements: ['ALTER TABLE overpaint.series ADD COLUMN best integer'],
};
