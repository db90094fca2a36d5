import { fullNegativePrompt, fullPrompt, type Recipe } from '../../recipe/recipe.ts';
import type { Tokenizer } from '../text/clip-tokenizer.ts';
import { type PromptChunk, padChunks, plainChunk, weightedChunks } from '../text/prompt-chunks.ts';

/** Both prompts of a recipe in chunks for one tokenizer; guided pairs have the same number of chunks. */
export interface PromptPair {
  positive: PromptChunk[];
  negative: PromptChunk[];
}

export function promptPair(tokenizer: Tokenizer, recipe: Recipe): PromptPair {
  const chunks = (text: string) =>
    recipe.promptSyntax === 'plain' ? [plainChunk(tokenizer, text)] : weightedChunks(tokenizer, text);
  const positive = chunks(fullPrompt(recipe));
  const negative = chunks(fullNegativePrompt(recipe) ?? '');
  const count = Math.max(positive.length, negative.length);
  return { positive: padChunks(tokenizer, positive, count), negative: padChunks(tokenizer, negative, count) };
}
