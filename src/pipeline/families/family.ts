import type { Recipe } from '../../recipe/recipe.ts';
import type { ModelParts } from '../model-parts.ts';
import type { Feed } from '../runtime/values.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One prompt as the denoiser takes it, by the names of its inputs; batch 1. */
export type PromptInputs = Record<string, Tensor>;

/** The prompts of a run. */
export interface Conditioning {
  positive: PromptInputs;
  /** Absent where guidance is off or built into the model. */
  negative?: PromptInputs;
}

/** The size of the latents that a run works on. */
export interface LatentSize {
  height: number;
  width: number;
}

/**
 * What sets one family of models apart. The names, ranks and types of tensors come from the graphs, not from here.
 */
export interface Family {
  readonly name: 'stable-diffusion' | 'stable-diffusion-xl' | 'latent-consistency';
  /** True where the model was distilled with guidance inside, so that no second pass is made. */
  readonly guidanceBuiltIn: boolean;
  /** Encodes the prompts of a recipe; `guided` says whether a negative one is needed. */
  encodePrompts(model: ModelParts, recipe: Recipe, guided: boolean): Promise<Conditioning>;
  /** Inputs of the denoiser beyond latents, timestep and prompts, for one picture. */
  extraInputs(model: ModelParts, recipe: Recipe, size: LatentSize): Record<string, Feed>;
}
