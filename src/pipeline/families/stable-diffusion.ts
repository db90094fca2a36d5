import type { Recipe } from '../../recipe/recipe.ts';
import type { ModelParts } from '../model-parts.ts';
import { encodeText } from '../text/encode-text.ts';
import type { Conditioning, Family } from './family.ts';
import { promptPair } from './prompt-pair.ts';

/** The embeddings of Stable Diffusion 1, 2, Turbo, LCM and the bundled model: one CLIP text encoder. */
export async function encodeClipPrompts(
  model: ModelParts,
  recipe: Recipe,
  guided: boolean,
): Promise<Conditioning> {
  const pair = promptPair(model.tokenizer(), recipe);
  return model.pool.withSession('text_encoder', async (session) => {
    const output = { layersBack: recipe.clipSkip, fromHiddenStates: false };
    const positive = await encodeText(session, pair.positive, output);
    const conditioning: Conditioning = { positive: { encoder_hidden_states: positive.embeddings } };
    if (!guided) return conditioning;
    const negative = await encodeText(session, pair.negative, output);
    return { ...conditioning, negative: { encoder_hidden_states: negative.embeddings } };
  });
}

/** @see Rombach et al. 2021, https://arxiv.org/abs/2112.10752; diffusers `StableDiffusionImg2ImgPipeline` */
export const stableDiffusion: Family = {
  name: 'stable-diffusion',
  guidanceBuiltIn: false,
  encodePrompts: encodeClipPrompts,
  extraInputs: () => ({}),
};
