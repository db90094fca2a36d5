import { defineConfig } from 'vitest/config';

/**
 * One project a tier, so that a change can be checked with the quick ones first. Tiers that start processes come after the
 * others and one after the other: what answers within Discord's three seconds must not share its cores with another test.
 */
const tier = (name: string, timeoutMs: number, turn: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    fileParallelism: turn === 0,
    sequence: { groupOrder: turn },
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', 20_000, 0),
      tier('golden', 60_000, 0),
      tier('property', 60_000, 0),
      tier('contract', 120_000, 1),
      tier('integration', 180_000, 2),
      tier('e2e', 240_000, 3),
    ],
  },
});
