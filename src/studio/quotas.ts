import { and, eq, sum } from 'drizzle-orm';
import type { Sql } from '../database/database.ts';
import { quotas } from './tables.ts';

/** Pictures that members had today. A job counts once however often it is tried, and not at all when it fails. */
export interface Quotas {
  /** Books a job. @returns false when the day's limit would be passed; 0 is no limit */
  take(jobId: string, memberId: string, pictures: number, limit: number): Promise<boolean>;
  refund(jobId: string): Promise<void>;
  usedToday(memberId: string): Promise<number>;
}

export function createQuotas(sql: Sql, now: () => Date = () => new Date()): Quotas {
  const today = () => now().toISOString().slice(0, 10);
  const used = async (memberId: string): Promise<number> => {
    const [row] = await sql
      .select({ total: sum(quotas.pictures) })
      .from(quotas)
      .where(and(eq(quotas.memberId, memberId), eq(quotas.day, today())));
    return Number(row?.total ?? 0);
  };
  return {
    usedToday: used,
    async take(jobId, memberId, pictures, limit) {
      if (limit > 0 && (await used(memberId)) + pictures > limit) return false;
      await sql.insert(quotas).values({ jobId, memberId, day: today(), pictures }).onConflictDoNothing();
      return true;
    },
    async refund(jobId) {
      await sql.delete(quotas).where(eq(quotas.jobId, jobId));
    },
  };
}
