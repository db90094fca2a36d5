import type { Clock } from '../clock.ts';

/** Requests that a bucket takes in a time; Discord does not publish these, its headers say them. */
const BUCKETS: readonly {
  pattern: RegExp;
  limit: number;
  perMs: number;
  key: (match: RegExpExecArray) => string;
}[] = [
  { pattern: /^\/webhooks\/\d+\/([^/]+)/, limit: 5, perMs: 2000, key: (match) => `webhook:${match[1]}` },
  {
    pattern: /^\/channels\/(\d+)\/messages\/[^/]+\/reactions/,
    limit: 1,
    perMs: 250,
    key: (match) => `reaction:${match[1]}`,
  },
  { pattern: /^\/channels\/(\d+)\/messages/, limit: 5, perMs: 5000, key: (match) => `channel:${match[1]}` },
];

export interface Taken {
  headers: Record<string, string>;
  /** Seconds to wait, when the bucket is empty. */
  retryAfter?: number;
}

interface Window {
  startedAt: number;
  used: number;
  perMs: number;
}
/** Every interaction brings buckets of its own; those that have run out are dropped when there are many. */
const MOST_WINDOWS = 1000;

function dropOld(windows: Map<string, Window>, now: number): void {
  for (const [id, { startedAt, perMs }] of windows) if (now - startedAt >= perMs) windows.delete(id);
}

/** Counts requests and says what is left, as Discord's headers do. Interaction callbacks are exempt. */
export function createRateLimiter(clock: Clock) {
  const windows = new Map<string, Window>();
  return (method: string, path: string): Taken => {
    if (method === 'GET') return { headers: {} };
    for (const { pattern, limit, perMs, key } of BUCKETS) {
      const match = pattern.exec(path);
      if (!match) continue;
      const id = `${method.toLowerCase()}:${key(match)}`;
      const now = clock.now();
      if (windows.size >= MOST_WINDOWS) dropOld(windows, now);
      let window = windows.get(id);
      if (!window || now - window.startedAt >= perMs)
        windows.set(id, (window = { startedAt: now, used: 0, perMs }));
      const left = limit - window.used - 1;
      const resetMs = window.startedAt + perMs - now;
      const headers = {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, left)),
        'x-ratelimit-reset': ((now + resetMs) / 1000).toFixed(3),
        'x-ratelimit-reset-after': (resetMs / 1000).toFixed(3),
        'x-ratelimit-bucket': Buffer.from(id.split(':').slice(0, 2).join(':')).toString('hex').slice(0, 32),
      };
      if (left < 0)
        return { headers: { ...headers, 'x-ratelimit-scope': 'user' }, retryAfter: resetMs / 1000 };
      window.used += 1;
      return { headers };
    }
    return { headers: {} };
  };
}
