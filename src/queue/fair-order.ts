/**
 * Start-time fair queueing: each job gets a start tag, and the smallest runs next. A member's next job starts where
 * their last one finishes, so ten jobs of one member never delay another's first.
 *
 *     start  = max(virtual time, the member's last finish)
 *     finish = start + cost
 *
 * The virtual time is the start tag of what runs now; with an empty queue it begins at 0 again.
 * @see Goyal, Vin & Cheng 1996, "Start-time fair queueing"
 */
export interface Tagged {
  askerId: string;
  start: number;
  finish: number;
}

/** Tags for one more job behind those that wait and run. */
export function tagJob(
  known: readonly Tagged[],
  running: readonly Tagged[],
  askerId: string,
  cost: number,
): { start: number; finish: number } {
  const now =
    running.length > 0
      ? Math.max(...running.map((job) => job.start))
      : Math.min(...known.map((job) => job.start), Infinity);
  const virtualTime = Number.isFinite(now) ? now : 0;
  const own = [...known, ...running].filter((job) => job.askerId === askerId).map((job) => job.finish);
  const start = Math.max(virtualTime, ...own, 0);
  return { start, finish: start + cost };
}

/** BullMQ's priorities are whole numbers up to 2^21, small ones first; a tick is a tenth of a second. */
const MAX_PRIORITY = 2 ** 21 - 1;

export function priorityOf(start: number): number {
  return Math.min(MAX_PRIORITY, 1 + Math.round(start * 10));
}
