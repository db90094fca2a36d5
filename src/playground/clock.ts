/** The playground's time. Tests may move it; everything that expires looks here. */
export interface Clock {
  now(): number;
  /** Moves time forward. */
  advance(ms: number): void;
  /** Acts once so much time has passed, whether it went by or was moved. Keeps no process alive. */
  after(ms: number, act: () => void): void;
}

export function createClock(): Clock {
  let offset = 0;
  const now = () => Date.now() + offset;
  const waiting = new Set<Waiting>();
  const run = (one: Waiting) => {
    if (!waiting.delete(one)) return;
    clearTimeout(one.timer);
    one.act();
  };
  return {
    now,
    advance(ms) {
      offset += ms;
      for (const one of waiting) if (one.at <= now()) run(one);
    },
    after(ms, act) {
      const one: Waiting = { at: now() + ms, act, timer: setTimeout(() => run(one), ms).unref() };
      waiting.add(one);
    },
  };
}

interface Waiting {
  at: number;
  act: () => void;
  timer: NodeJS.Timeout;
}

const EPOCH = 1_420_070_400_000;

/** Makes ids as Discord does: milliseconds since 2015 in the upper 42 bits, then a counter. */
export function createSnowflakes(clock: Clock): () => string {
  let last = 0;
  let counter = 0n;
  return () => {
    const now = Math.max(clock.now(), last);
    counter = now === last ? counter + 1n : 0n;
    last = now;
    return ((BigInt(now - EPOCH) << 22n) | (counter & 0x3fffffn)).toString();
  };
}

/** When an id was made, in milliseconds since 1970. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH;
}
