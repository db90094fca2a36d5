import { defineConfig } from 'vitest/config';

/** One project a tier, so that a change can be checked with the quick ones first. */
const tier = (name: string, timeoutMs: number, parallel: boolean) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    fileParallelism: parallel,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', 20_000, true),
      tier('golden', 60_000, true),
      tier('property', 60_000, true),
      tier('contract', 120_000, false),
      tier('integration', 180_000, false),
      tier('e2e', 240_000, false),
    ],
  },
});
