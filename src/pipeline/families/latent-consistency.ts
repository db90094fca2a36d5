import { guidanceEmbedding } from '../samplers/guidance.ts';
import { tensor } from '../tensor/tensor.ts';
import type { Family } from './family.ts';
import { encodeClipPrompts } from './stable-diffusion.ts';

/** The guidance scale goes into the network as an embedding. @see Luo et al. 2023, https://arxiv.org/abs/2310.04378 */
export const latentConsistency: Family = {
  name: 'latent-consistency',
  guidanceBuiltIn: true,
  encodePrompts: (model, recipe) => encodeClipPrompts(model, recipe, false),
  extraInputs: (model, recipe) => {
    const width = model.files.guidanceWidth ?? 256;
    return { timestep_cond: tensor([1, width], guidanceEmbedding(recipe.guidanceScale, width)) };
  },
};
