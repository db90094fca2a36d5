import type { Recipe } from '../../recipe/recipe.ts';
import type { ModelParts } from '../model-parts.ts';
import type { Session } from '../runtime/session.ts';
import { clipSkip, encodeText } from '../text/encode-text.ts';
import type { Conditioning, Family } from './family.ts';
import { promptPair } from './prompt-pair.ts';

/** The embeddings of Stable Diffusion 1, 2, Turbo, LCM and the bundled model: one CLIP text encoder. */
export async function encodeClipPrompts(
  model: ModelParts,
  recipe: Recipe,
  guided: boolean,
): Promise<Conditioning> {
  const pair = promptPair(model.tokenizer(), recipe);
  const encode = async (session: Session): Promise<Conditioning> => {
    const positive = await encodeText(session, pair.positive, 'last');
    const conditioning: Conditioning = { positive: { encoder_hidden_states: positive.embeddings } };
    if (!guided) return conditioning;
    const negative = await encodeText(session, pair.negative, 'last');
    return { ...conditioning, negative: { encoder_hidden_states: negative.embeddings } };
  };
  const edit = recipe.clipSkip === 0 ? undefined : clipSkip(recipe.clipSkip);
  return model.pool.withSession('text_encoder', encode, edit);
}

/** @see Rombach et al. 2021, https://arxiv.org/abs/2112.10752; diffusers `StableDiffusionImg2ImgPipeline` */
export const stableDiffusion: Family = {
  name: 'stable-diffusion',
  guidanceBuiltIn: false,
  encodePrompts: encodeClipPrompts,
  extraInputs: () => ({}),
};
