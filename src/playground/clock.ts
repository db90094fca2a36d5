/** The playground's time. Tests may move it; everything that expires looks here. */
export interface Clock {
  now(): number;
  /** Moves time forward. */
  advance(ms: number): void;
}

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      offset += ms;
    },
  };
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
