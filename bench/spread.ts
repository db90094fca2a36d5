/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)]!;
}

/** Median and 99th percentile of milliseconds, in words. */
export const spread = (values: readonly number[]) =>
  `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`;

/** Prints a figure under its name. */
export const line = (name: string, value: string) => console.log(`${name.padEnd(56)}${value}`);
