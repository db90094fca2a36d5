import { fullNegativePrompt, type Recipe } from '../../recipe/recipe.ts';
import type { ModelParts } from '../model-parts.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type EncodedText, encodeText } from '../text/encode-text.ts';
import type { Conditioning, Family, PromptInputs } from './family.ts';
import { promptPair } from './prompt-pair.ts';

/** Joins embeddings of the same tokens along the width. */
function joinWidths(parts: readonly Tensor[]): Tensor {
  const [batch, length] = parts[0]!.dims as [number, number, number];
  const width = parts.reduce((sum, part) => sum + part.dims[2]!, 0);
  const out = tensor([batch, length, width]);
  let offset = 0;
  for (const part of parts) {
    const own = part.dims[2]!;
    for (let row = 0; row < batch * length; row++) {
      out.data.set(part.data.subarray(row * own, (row + 1) * own), row * width + offset);
    }
    offset += own;
  }
  return out;
}

const zeros = (like: PromptInputs): PromptInputs =>
  Object.fromEntries(Object.entries(like).map(([name, value]) => [name, tensor(value.dims)]));

async function encodePrompts(model: ModelParts, recipe: Recipe, guided: boolean): Promise<Conditioning> {
  const encoders = ['text_encoder', 'text_encoder_2'].filter((name) => model.files.components.has(name));
  const positives: EncodedText[] = [];
  const negatives: EncodedText[] = [];
  // The last but one layer, as the model was trained; clip skip goes further back.
  const output = { layersBack: 1 + recipe.clipSkip };
  const emptyMeansZeros = model.files.forceZerosForEmptyPrompt && fullNegativePrompt(recipe) === undefined;
  for (const encoder of encoders) {
    const pair = promptPair(
      model.tokenizer(encoder === 'text_encoder' ? 'tokenizer' : 'tokenizer_2'),
      recipe,
    );
    await model.pool.withSession(encoder, async (session) => {
      positives.push(await encodeText(session, pair.positive, output));
      if (guided && !emptyMeansZeros) negatives.push(await encodeText(session, pair.negative, output));
    });
  }
  const inputs = (texts: readonly EncodedText[]): PromptInputs => ({
    encoder_hidden_states: joinWidths(texts.map((text) => text.embeddings)),
    text_embeds: texts.at(-1)!.pooled!,
  });
  const positive = inputs(positives);
  if (!guided) return { positive };
  return { positive, negative: emptyMeansZeros ? zeros(positive) : inputs(negatives) };
}

/** @see Podell et al. 2023, https://arxiv.org/abs/2307.01952; diffusers `StableDiffusionXLImg2ImgPipeline` */
export const stableDiffusionXl: Family = {
  name: 'stable-diffusion-xl',
  guidanceBuiltIn: false,
  encodePrompts,
  extraInputs: (model, _recipe, size) => {
    const height = size.height * model.files.latents.factor;
    const width = size.width * model.files.latents.factor;
    // Original size, crop corner, target size: the picture as it is painted, uncropped.
    return { time_ids: tensor([1, 6], Float32Array.of(height, width, 0, 0, height, width)) };
  },
};
