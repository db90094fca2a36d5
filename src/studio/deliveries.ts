import { and, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { Sql } from '../database/database.ts';
import { KeptPhrase } from '../language/phrase.ts';
import { Work, withWork } from '../recipe/work.ts';
import { CAREFUL_PLACE, SafetyPlace } from '../safety/settings.ts';
import { deliveries } from './tables.ts';

/**
 * The outbox: what was promised to somebody and has not reached them yet. It is written before the promise is made and
 * closed after the painting stands in its message, so a crash in between loses nothing.
 */
export const DeliveryOrder = z.preprocess(
  withWork,
  z.object({
    work: Work,
    askerId: z.string(),
    askerName: z.string(),
    guildId: z.string().optional(),
    channelId: z.string(),
    /** The language of its message. */
    locale: z.string(),
    attachmentLimitBytes: z.int(),
    parentId: z.string().optional(),
    /** Whose picture the first of the family started from, where that is somebody else's. */
    sourceOwnerId: z.string().optional(),
    costSeconds: z.number(),
    safety: SafetyPlace.default(CAREFUL_PLACE),
    /** Notes that go with the result. */
    notes: z.array(KeptPhrase),
    /** Where only the interaction can be answered. */
    token: z.object({ value: z.string(), bornAtMs: z.number(), applicationId: z.string() }).optional(),
    /** Shows the source beside the result. */
    beside: z.boolean().optional(),
    /** Describes the source, for alt texts. */
    sourceDescription: z.string().optional(),
  }),
);
export type DeliveryOrder = z.infer<typeof DeliveryOrder>;

export interface Delivery {
  jobId: string;
  order: DeliveryOrder;
  messageId: string | undefined;
  /** Whether it has reached its asker. */
  done: boolean;
  createdAt: Date;
}

export interface Deliveries {
  /** Writes a promise down. @returns false when the same event has been promised already */
  open(jobId: string, order: DeliveryOrder): Promise<boolean>;
  /** Names the message in which the result is to appear. */
  place(jobId: string, messageId: string): Promise<void>;
  get(jobId: string): Promise<Delivery | undefined>;
  /** The open one whose progress stands in a message. */
  byMessage(messageId: string): Promise<Delivery | undefined>;
  /** Those that are not closed, oldest first. */
  pending(): Promise<Delivery[]>;
  close(jobId: string): Promise<void>;
  /** Forgets the closed ones of long ago; a repeated event does not come that late. */
  purge(olderThan: Date): Promise<void>;
}

export function createDeliveries(sql: Sql): Deliveries {
  const toDelivery = (row: typeof deliveries.$inferSelect): Delivery => ({
    jobId: row.jobId,
    order: DeliveryOrder.parse(row.order),
    messageId: row.messageId ?? undefined,
    done: row.done,
    createdAt: row.createdAt,
  });
  return {
    async open(jobId, order) {
      const rows = await sql
        .insert(deliveries)
        .values({ jobId, order })
        .onConflictDoNothing()
        .returning({ jobId: deliveries.jobId });
      return rows.length === 1;
    },
    async place(jobId, messageId) {
      await sql.update(deliveries).set({ messageId }).where(eq(deliveries.jobId, jobId));
    },
    async get(jobId) {
      const [row] = await sql.select().from(deliveries).where(eq(deliveries.jobId, jobId)).limit(1);
      return row && toDelivery(row);
    },
    async byMessage(messageId) {
      const [row] = await sql
        .select()
        .from(deliveries)
        .where(and(eq(deliveries.messageId, messageId), eq(deliveries.done, false)))
        .limit(1);
      return row && toDelivery(row);
    },
    async pending() {
      const rows = await sql
        .select()
        .from(deliveries)
        .where(eq(deliveries.done, false))
        .orderBy(deliveries.createdAt);
      return rows.map(toDelivery);
    },
    async purge(olderThan) {
      await sql.delete(deliveries).where(and(eq(deliveries.done, true), lt(deliveries.createdAt, olderThan)));
    },
    async close(jobId) {
      await sql.update(deliveries).set({ done: true }).where(eq(deliveries.jobId, jobId));
    },
  };
}
