import type { ModelFiles } from './model-files.ts';
import type { SessionPool } from './runtime/session-pool.ts';
import type { Tokenizer } from './text/clip-tokenizer.ts';

/** What a family may use of a model. */
export interface ModelParts {
  readonly files: ModelFiles;
  readonly pool: SessionPool;
  /** The tokenizer in a folder of the model; `tokenizer` unless told otherwise. */
  tokenizer(folder?: string): Tokenizer;
}
