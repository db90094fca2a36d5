import { boolean, integer, jsonb, pgSchema, real, text, timestamp } from 'drizzle-orm/pg-core';
import type { Migration } from '../database/database.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { HINTS_MIGRATION } from './hints.ts';
import {
  SERIES_BEST_MIGRATION,
  SERIES_LANGUAGE_MIGRATION,
  SERIES_MIGRATION,
  SERIES_WORK_MIGRATION,
} from './series-tables.ts';
import { SHELF_MIGRATION } from './shelf.ts';
import type { StoredPicture } from './stored-picture.ts';

/** What the bot remembers, in a schema of its own. */
const schema = pgSchema('overpaint');

export const paintings = schema.table('paintings', {
  id: text('id').primaryKey(),
  recipe: jsonb('recipe').$type<Recipe>().notNull(),
  parentId: text('parent_id'),
  /** Steps from the first painting of its family, which is 1. */
  depth: integer('depth').notNull(),
  pictures: jsonb('pictures').$type<StoredPicture[]>().notNull(),
  /** Which of the pictures the next step starts from. */
  favourite: integer('favourite').notNull(),
  askerId: text('asker_id').notNull(),
  guildId: text('guild_id'),
  channelId: text('channel_id').notNull(),
  messageId: text('message_id').notNull(),
  executedSteps: integer('executed_steps').notNull(),
  tookMs: real('took_ms').notNull(),
  /** Whose picture the family started from, where that is not the asker's own. */
  sourceOwnerId: text('source_owner_id'),
  /** Alt text of what the family started from. */
  sourceDescription: text('source_description'),
  /** Discord's locale of its message. */
  locale: text('locale'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const deliveries = schema.table('deliveries', {
  jobId: text('job_id').primaryKey(),
  /** Everything that is needed to submit the job again and to answer it; see deliveries.ts. */
  order: jsonb('order').notNull(),
  messageId: text('message_id'),
  done: boolean('done').notNull().default(false),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

export const settings = schema.table('settings', {
  /** `guild:<id>` or `member:<id>`. */
  owner: text('owner').primaryKey(),
  value: jsonb('value').notNull(),
});

export const quotas = schema.table('quotas', {
  jobId: text('job_id').primaryKey(),
  memberId: text('member_id').notNull(),
  /** Day in UTC, `2026-11-25`. */
  day: text('day').notNull(),
  pictures: integer('pictures').notNull(),
});

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '001-start',
    statements: [
      `CREATE TABLE overpaint.paintings (
        id text PRIMARY KEY, recipe jsonb NOT NULL, parent_id text, depth integer NOT NULL, pictures jsonb NOT NULL,
        favourite integer NOT NULL, asker_id text NOT NULL, guild_id text, channel_id text NOT NULL, message_id text NOT NULL,
        executed_steps integer NOT NULL, took_ms real NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz)`,
      'CREATE INDEX paintings_message ON overpaint.paintings (message_id)',
      'CREATE INDEX paintings_asker ON overpaint.paintings (asker_id, created_at)',
      `CREATE TABLE overpaint.deliveries (
        job_id text PRIMARY KEY, "order" jsonb NOT NULL, message_id text, done boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now())`,
      'CREATE TABLE overpaint.settings (owner text PRIMARY KEY, value jsonb NOT NULL)',
      `CREATE TABLE overpaint.quotas (job_id text PRIMARY KEY, member_id text NOT NULL, day text NOT NULL, pictures integer NOT NULL)`,
      'CREATE INDEX quotas_member ON overpaint.quotas (member_id, day)',
    ],
  },
  {
    name: '002-deliveries-by-message',
    statements: [
      'ALTER TABLE overpaint.paintings DROP COLUMN deleted_at',
      'CREATE INDEX deliveries_message ON overpaint.deliveries (message_id)',
    ],
  },
  {
    name: '003-source-owners',
    statements: ['ALTER TABLE overpaint.paintings ADD COLUMN source_owner_id text'],
  },
  SERIES_MIGRATION,
  {
    name: '011-families',
    statements: [
      'CREATE INDEX paintings_parent ON overpaint.paintings (parent_id)',
      "CREATE INDEX paintings_source ON overpaint.paintings ((recipe->>'source')) WHERE parent_id IS NULL",
    ],
  },
  SHELF_MIGRATION,
  HINTS_MIGRATION,
  SERIES_WORK_MIGRATION,
  SERIES_LANGUAGE_MIGRATION,
  {
    name: '024-painting-languages',
    statements: ['ALTER TABLE overpaint.paintings ADD COLUMN locale text'],
  },
  SERIES_BEST_MIGRATION,
  {
    name: '026-source-descriptions',
    statements: ['ALTER TABLE overpaint.paintings ADD COLUMN source_description text'],
  },
];
