/** The results of the latest work, by key; the one that was not used for longest goes first. */
export interface Cache<T> {
  /** The kept result, or that of `make`. A failed `make` keeps nothing. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

export function createCache<T>(entries: number): Cache<T> {
  const kept = new Map<string, T>();
  return {
    async get(key, make) {
      const known = kept.get(key);
      const value = known ?? (await make());
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > entries) kept.delete(kept.keys().next().value!);
      return value;
    },
  };
}
