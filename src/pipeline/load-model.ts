import { join } from 'node:path';
import type { Conditioning, Family } from './families/family.ts';
import { latentConsistency } from './families/latent-consistency.ts';
import { stableDiffusion } from './families/stable-diffusion.ts';
import { stableDiffusionXl } from './families/stable-diffusion-xl.ts';
import { type Cache, createCache } from './latents/cache.ts';
import { readModelFiles } from './model-files.ts';
import type { ModelParts } from './model-parts.ts';
import type { Port } from './runtime/session.ts';
import { createSessionPool } from './runtime/session-pool.ts';
import type { Tensor } from './tensor/tensor.ts';
import { loadClipTokenizer, type Tokenizer } from './text/clip-tokenizer.ts';

/** A model that is ready to paint. Its graphs are opened when they are first needed. */
export interface LoadedModel extends ModelParts {
  readonly family: Family;
  /** The denoiser's inputs as its graph declares them. */
  readonly unetInputs: readonly Port[];
  /** Encoded prompts and source pictures of earlier runs. */
  readonly prompts: Cache<Conditioning>;
  readonly sources: Cache<Tensor>;
  close(): Promise<void>;
}

export interface LoadOptions {
  /** `auto`, `cpu`, `cuda`, `cuda:1`, `webgpu`. */
  device?: string;
  /** Sessions that were not used for longest are released beyond this. */
  memoryBudgetBytes?: number;
}

function detectFamily(inputs: readonly Port[]): Family {
  const names = new Set(inputs.map((port) => port.name));
  if (names.has('time_ids')) return stableDiffusionXl;
  if (names.has('timestep_cond')) return latentConsistency;
  return stableDiffusion;
}

/**
 * Opens a folder in the diffusers/Optimum ONNX layout.
 * @throws OperatorError naming the missing or broken file and the fix
 */
export async function loadModel(dir: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const files = readModelFiles(dir);
  const pool = createSessionPool(
    files.components,
    options.device ?? 'auto',
    options.memoryBudgetBytes ?? Infinity,
  );
  const unetInputs = await pool.withSession('unet', (session) => Promise.resolve(session.inputs));
  const tokenizers = new Map<string, Tokenizer>();
  return {
    files,
    family: detectFamily(unetInputs),
    pool,
    unetInputs,
    tokenizer(folder = 'tokenizer') {
      const known = tokenizers.get(folder);
      if (known) return known;
      const loaded = loadClipTokenizer(join(dir, folder));
      tokenizers.set(folder, loaded);
      return loaded;
    },
    prompts: createCache<Conditioning>(16),
    sources: createCache<Tensor>(8),
    close: () => pool.close(),
  };
}
