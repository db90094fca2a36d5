import type { Config } from '../../config.ts';

/** What one look found. `problem` has to be mended before Overpaint works; `hint` may be. */
export interface Finding {
  about: string;
  verdict: 'fine' | 'hint' | 'problem';
  found: string;
  /** What to do about it. */
  fix?: string;
}

/** One look at one thing. */
export type Check = (config: Config) => Promise<Finding[]>;
