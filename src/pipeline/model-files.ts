import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import { parsePythonJson } from './schedule/config-text.ts';

/** Components that a folder may hold, each in `<component>/model.onnx`. */
export const COMPONENTS = [
  'text_encoder',
  'text_encoder_2',
  'unet',
  'vae_encoder',
  'vae_decoder',
  'vae_decoder_preview',
] as const;
export type ComponentName = (typeof COMPONENTS)[number];

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const VaeConfig = z.object({
  latent_channels: optional(z.int().min(1)),
  scaling_factor: optional(z.number()),
  shift_factor: optional(z.number()),
  latents_mean: optional(z.array(z.number())),
  latents_std: optional(z.array(z.number())),
  block_out_channels: optional(z.array(z.number()).min(1)),
  // Ours, not diffusers'.
  decoder_inversion_steps: optional(z.int().min(0).max(10)),
  reflected_rim: optional(z.int().min(0).max(256)),
});
const UnetConfig = z.object({
  sample_size: optional(
    z.union([
      z.number(),
      z
        .array(z.number())
        .min(1)
        .transform((sides) => sides[0]!),
    ]),
  ),
  in_channels: optional(z.int()),
  down_block_types: optional(z.array(z.string()).min(1)),
  block_out_channels: optional(z.array(z.number()).min(1)),
  time_cond_proj_dim: optional(z.int()),
});
const TextConfig = z.object({ num_hidden_layers: optional(z.int()) });
const IndexFile = z.looseObject({
  _class_name: optional(z.string()),
  force_zeros_for_empty_prompt: optional(z.boolean()),
});

/** How latents relate to what the VAE makes and takes. */
export interface LatentSpace {
  channels: number | undefined;
  /** Pixels to a latent, a side. */
  factor: number;
  scaling: number;
  shift: number;
  mean: readonly number[] | undefined;
  std: readonly number[] | undefined;
  /** How often an encoded picture is compared with the original and made better. */
  inversionSteps: number;
  /** Pixels of its own reflection that a picture gets around it while it is worked on. */
  rim: number;
}

/** A model folder in the diffusers/Optimum ONNX layout, read but not loaded. */
export interface ModelFiles {
  dir: string;
  components: ReadonlyMap<string, string>;
  className: string | undefined;
  latents: LatentSpace;
  /** Sides of a picture divide by this. */
  sideMultiple: number;
  /** Pixels of the area that the model was trained on. */
  nativePixels: number;
  unetChannels: number | undefined;
  /** Width of LCM's guidance embedding. */
  guidanceWidth: number | undefined;
  scheduler: Record<string, unknown>;
  forceZerosForEmptyPrompt: boolean;
}

function readConfig<T extends z.ZodType>(path: string, schema: T): z.infer<T> {
  if (!existsSync(path)) return schema.parse({});
  try {
    return schema.parse(parsePythonJson(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new OperatorError(
      'model-file-broken',
      `${path} is not a usable config: download or export it again`,
      { cause: error },
    );
  }
}

function requireFile(path: string, fix: string): string {
  if (existsSync(path)) return path;
  throw new OperatorError('model-file-missing', `Expected the file ${path}, but it is not there: ${fix}`);
}

function findComponents(dir: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of COMPONENTS) {
    const path = join(dir, name, 'model.onnx');
    if (existsSync(path)) found.set(name, path);
  }
  if (!found.has('unet') && existsSync(join(dir, 'transformer'))) {
    throw new OperatorError(
      'unsupported-model',
      `${dir} holds a transformer model (SD3, FLUX …), which Overpaint cannot run yet`,
    );
  }
  for (const name of ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder'] as const) {
    // SDXL's refiner has only the second text encoder.
    if (name === 'text_encoder' && found.has('text_encoder_2')) continue;
    requireFile(
      join(dir, name, 'model.onnx'),
      'export the model with its VAE encoder and text encoder (Optimum does)',
    );
  }
  return found;
}

/**
 * Reads a model's configs. Nothing is assumed about a model that its files tell; legacy folders without a VAE config
 * get Stable Diffusion 1's constants, which is what they are.
 * @throws OperatorError `model-missing`, `model-file-missing`, `model-file-broken` or `unsupported-model`, naming the file and the fix
 */
export function readModelFiles(dir: string): ModelFiles {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    throw new OperatorError('model-missing', `Expected a model folder at ${dir}, but there is none`);
  }
  const components = findComponents(dir);
  const index = readConfig(join(dir, 'model_index.json'), IndexFile);
  const vaePath = ['vae_decoder', 'vae_encoder', 'vae']
    .map((name) => join(dir, name, 'config.json'))
    .find(existsSync);
  const vae = vaePath ? readConfig(vaePath, VaeConfig) : VaeConfig.parse({});
  const unet = readConfig(join(dir, 'unet', 'config.json'), UnetConfig);
  const schedulerPath = requireFile(
    join(dir, 'scheduler', 'scheduler_config.json'),
    'copy it from the original model',
  );
  const factor = 2 ** ((vae.block_out_channels?.length ?? 4) - 1);
  const levels = (unet.down_block_types ?? unet.block_out_channels)?.length ?? 4;
  const sideMultiple = factor * 2 ** (levels - 1);
  return {
    dir,
    components,
    className: index._class_name,
    latents: {
      channels: vae.latent_channels,
      factor,
      scaling: vae.scaling_factor ?? 0.18215,
      shift: vae.shift_factor ?? 0,
      mean: vae.latents_mean,
      std: vae.latents_std,
      inversionSteps: vae.decoder_inversion_steps ?? 0,
      rim: rimOf(vae.reflected_rim ?? 0, sideMultiple, vaePath),
    },
    sideMultiple,
    nativePixels: ((unet.sample_size ?? 64) * factor) ** 2,
    unetChannels: unet.in_channels,
    guidanceWidth: unet.time_cond_proj_dim,
    scheduler: readConfig(schedulerPath, z.record(z.string(), z.unknown())),
    forceZerosForEmptyPrompt: index.force_zeros_for_empty_prompt ?? false,
  };
}

/** Both rims together must be a multiple of what sides divide by. */
function rimOf(rim: number, sideMultiple: number, path = ''): number {
  if ((2 * rim) % sideMultiple === 0) return rim;
  throw new OperatorError(
    'model-file-broken',
    `${path}: expected reflected_rim to be a multiple of ${sideMultiple / 2}, but received ${rim}`,
  );
}

/** Layers of a text encoder, where its config tells. */
export function textLayers(dir: string, component: string): number | undefined {
  return readConfig(join(dir, component, 'config.json'), TextConfig).num_hidden_layers;
}
