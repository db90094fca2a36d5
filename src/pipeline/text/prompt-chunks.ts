import type { Tokenizer } from './clip-tokenizer.ts';
import { parsePrompt } from './prompt-syntax.ts';

/** Token ids and weights of one pass through a text encoder; both have the tokenizer's `maxLength`. */
export interface PromptChunk {
  ids: Int32Array;
  weights: Float32Array;
}

function chunk(tokenizer: Tokenizer, ids: readonly number[], weights: readonly number[]): PromptChunk {
  const out = {
    ids: new Int32Array(tokenizer.maxLength).fill(tokenizer.pad),
    weights: new Float32Array(tokenizer.maxLength).fill(1),
  };
  out.ids[0] = tokenizer.begin;
  out.ids.set(ids, 1);
  out.weights.set(weights, 1);
  out.ids[ids.length + 1] = tokenizer.end;
  return out;
}

/** diffusers' way: the text as typed, cut to one chunk. */
export function plainChunk(tokenizer: Tokenizer, prompt: string): PromptChunk {
  const ids = tokenizer.encode(prompt).slice(0, tokenizer.maxLength - 2);
  return chunk(
    tokenizer,
    ids,
    ids.map(() => 1),
  );
}

/** Automatic1111's way: attention syntax, and as many chunks as the text needs; BREAK begins a new one. */
export function weightedChunks(tokenizer: Tokenizer, prompt: string): PromptChunk[] {
  const room = tokenizer.maxLength - 2;
  const chunks: PromptChunk[] = [];
  let ids: number[] = [];
  let weights: number[] = [];
  const close = () => {
    chunks.push(chunk(tokenizer, ids, weights));
    ids = [];
    weights = [];
  };
  for (const part of parsePrompt(prompt)) {
    if (part === 'break') {
      close();
      continue;
    }
    for (const id of tokenizer.encode(part.text)) {
      if (ids.length === room) close();
      ids.push(id);
      weights.push(part.weight);
    }
  }
  if (ids.length > 0 || chunks.length === 0) close();
  return chunks;
}

/** As many chunks as the longer of two prompts has; the missing ones are empty. */
export function padChunks(
  tokenizer: Tokenizer,
  chunks: readonly PromptChunk[],
  count: number,
): PromptChunk[] {
  return [...chunks, ...Array.from({ length: count - chunks.length }, () => chunk(tokenizer, [], []))];
}

/**
 * Multiplies each token's embedding by its weight and restores the mean of the whole, as Automatic1111 does.
 * @param embeddings rows of one chunk, changed in place
 */
export function applyWeights(embeddings: Float32Array, weights: Float32Array): void {
  if (weights.every((weight) => weight === 1)) return;
  const width = embeddings.length / weights.length;
  const mean = () => embeddings.reduce((sum, value) => sum + value, 0) / embeddings.length;
  const before = mean();
  for (let i = 0; i < embeddings.length; i++) embeddings[i]! *= weights[Math.floor(i / width)]!;
  const after = mean();
  if (after === 0) return;
  const factor = before / after;
  for (let i = 0; i < embeddings.length; i++) embeddings[i]! *= factor;
}
