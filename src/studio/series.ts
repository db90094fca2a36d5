import { and, asc, sql as drizzleSql, eq, inArray, ne } from 'drizzle-orm';
import { z } from 'zod';
import type { Sql } from '../database/database.ts';
import { KeptPhrase, type Phrase } from '../language/phrase.ts';
import type { Work } from '../recipe/work.ts';
import { CAREFUL_PLACE, SafetyPlace } from '../safety/settings.ts';
import { type ItemState, series, seriesItems } from './series-tables.ts';
import type { StoredPicture } from './stored-picture.ts';

/**
 * A series: several ordinary jobs that are shown together in one message (the rungs of a ladder, the rounds of a refinement,
 * the pictures of a batch, the stages of a chain). Each of its items is a job of its own in the queue, so fair order, cancelling,
 * quotas and restarts are those of single jobs; what is kept here is only what holds them together, and which of them has
 * reached its message. It is written before the message is posted and closed after the last state stands in it.
 */
const SERIES_KINDS = ['ladder', 'rounds', 'batch', 'tuning', 'chain'] as const;

export const SeriesOrder = z.object({
  kind: z.enum(SERIES_KINDS),
  /** What is made, in a few words, as the message says it. */
  title: KeptPhrase,
  askerId: z.string(),
  askerName: z.string(),
  guildId: z.string().optional(),
  channelId: z.string(),
  attachmentLimitBytes: z.int(),
  /** The painting that it began with. */
  parentId: z.string().optional(),
  /** Whose picture the first of the family started from, where that is somebody else's. */
  sourceOwnerId: z.string().optional(),
  safety: SafetyPlace.default(CAREFUL_PLACE),
  /** Describes what it began with, for alt texts. */
  sourceDescription: z.string().optional(),
  /** Each item starts from the one before. */
  feedsForward: z.boolean(),
  notes: z.array(KeptPhrase),
  /** The language of its message; those of the time when there was only English name none. */
  locale: z.string().default('en-US'),
  /** Where only the interaction can be answered. */
  token: z.object({ value: z.string(), bornAtMs: z.number(), applicationId: z.string() }).optional(),
});
export type SeriesOrder = z.infer<typeof SeriesOrder>;

export interface SeriesItem {
  jobId: string;
  seriesId: string;
  /** From 0. */
  place: number;
  /** What is written below its picture. */
  label: Phrase;
  work: Work;
  state: ItemState;
  /** Why it failed. */
  words: string | null;
  /** What came out; null until then, and for items of the time when it was only filed as a painting. */
  picture: StoredPicture | null;
}

export interface Series {
  id: string;
  order: SeriesOrder;
  messageId: string | undefined;
  /** The place of the one that is named the best, from which replies and reactions go on. */
  best: number | undefined;
  done: boolean;
  createdAt: Date;
  items: SeriesItem[];
}

export interface SeriesStore {
  /** Writes a series down with its items, all planned. @returns false when the same event led to one already */
  open(id: string, order: SeriesOrder, items: readonly { label: Phrase; work: Work }[]): Promise<boolean>;
  place(id: string, where: { channelId?: string; messageId: string }): Promise<void>;
  get(id: string): Promise<Series | undefined>;
  byMessage(messageId: string): Promise<Series | undefined>;
  /** Those that are not closed, oldest first. */
  pending(): Promise<Series[]>;
  /** Marks an item as queued, with its work now that its source is known. @returns false when it has ended meanwhile */
  claim(jobId: string, work: Work): Promise<boolean>;
  /** Ends an item. */
  setItem(
    jobId: string,
    change: { state: ItemState; words?: string; picture?: StoredPicture },
  ): Promise<void>;
  markBest(id: string, place: number): Promise<void>;
  close(id: string): Promise<void>;
  /** Opens a closed series again: what was not painted is planned once more. @returns false when it is open already */
  reopen(id: string, order: SeriesOrder): Promise<boolean>;
  remove(id: string): Promise<void>;
  forgetMember(memberId: string): Promise<void>;
}

/** Whether an item has reached its end. */
export const isOver = ({ state }: Pick<SeriesItem, 'state'>) => state !== 'planned' && state !== 'queued';

/** An item's job id tells its series and place, so that an event of the queue finds them. */
export const itemJobId = (seriesId: string, place: number) => `${seriesId}.${place}`;

/** The series that a job belongs to; undefined for a job that stands alone. */
export function seriesIdOf(jobId: string): string | undefined {
  return /^(.+)\.\d+$/.exec(jobId)?.[1];
}

async function openSeries(
  sql: Sql,
  id: string,
  order: SeriesOrder,
  items: Parameters<SeriesStore['open']>[2],
): Promise<boolean> {
  return sql.transaction(async (step) => {
    const rows = await step
      .insert(series)
      .values({ id, order })
      .onConflictDoNothing()
      .returning({ id: series.id });
    if (rows.length === 0) return false;
    await step.insert(seriesItems).values(
      items.map(({ label, work }, place) => ({
        jobId: itemJobId(id, place),
        seriesId: id,
        place,
        label,
        work,
        state: 'planned' as const,
      })),
    );
    return true;
  });
}

async function reopenSeries(sql: Sql, id: string, order: SeriesOrder): Promise<boolean> {
  return sql.transaction(async (step) => {
    const rows = await step
      .update(series)
      .set({ done: false, order, createdAt: new Date() })
      .where(and(eq(series.id, id), eq(series.done, true)))
      .returning({ id: series.id });
    if (rows.length === 0) return false;
    await step
      .update(seriesItems)
      .set({ state: 'planned', words: null })
      .where(and(eq(seriesItems.seriesId, id), ne(seriesItems.state, 'painted')));
    return true;
  });
}

export function createSeriesStore(sql: Sql): SeriesStore {
  const itemsOf = (id: string): Promise<SeriesItem[]> =>
    sql.select().from(seriesItems).where(eq(seriesItems.seriesId, id)).orderBy(asc(seriesItems.place));
  const whole = async (row: typeof series.$inferSelect): Promise<Series> => ({
    id: row.id,
    order: SeriesOrder.parse(row.order),
    messageId: row.messageId ?? undefined,
    best: row.best ?? undefined,
    done: row.done,
    createdAt: row.createdAt,
    items: await itemsOf(row.id),
  });
  const remove = async (id: string) => {
    await sql.delete(seriesItems).where(eq(seriesItems.seriesId, id));
    await sql.delete(series).where(eq(series.id, id));
  };
  return {
    open: (id, order, items) => openSeries(sql, id, order, items),
    async place(id, { messageId }) {
      await sql.update(series).set({ messageId }).where(eq(series.id, id));
    },
    async get(id) {
      const [row] = await sql.select().from(series).where(eq(series.id, id)).limit(1);
      return row && whole(row);
    },
    async byMessage(messageId) {
      const [row] = await sql.select().from(series).where(eq(series.messageId, messageId)).limit(1);
      return row && whole(row);
    },
    async pending() {
      const rows = await sql.select().from(series).where(eq(series.done, false)).orderBy(series.createdAt);
      return Promise.all(rows.map(whole));
    },
    async claim(jobId, work) {
      const rows = await sql
        .update(seriesItems)
        .set({ state: 'queued', work })
        .where(and(eq(seriesItems.jobId, jobId), inArray(seriesItems.state, ['planned', 'queued'])))
        .returning({ jobId: seriesItems.jobId });
      return rows.length === 1;
    },
    async setItem(jobId, change) {
      await sql.update(seriesItems).set(change).where(eq(seriesItems.jobId, jobId));
    },
    async markBest(id, best) {
      await sql.update(series).set({ best }).where(eq(series.id, id));
    },
    async close(id) {
      await sql
        .update(series)
        .set({ done: true })
        .where(and(eq(series.id, id), eq(series.done, false)));
    },
    reopen: (id, order) => reopenSeries(sql, id, order),
    async forgetMember(memberId) {
      const own = await sql
        .select({ id: series.id })
        .from(series)
        .where(drizzleSql`${series.order}->>'askerId' = ${memberId}`);
      for (const { id } of own) await remove(id);
    },
    remove,
  };
}
