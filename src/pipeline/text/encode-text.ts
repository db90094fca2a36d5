import { OperatorError, UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { skipLastLayers } from '../graph/skip-layers.ts';
import type { Session } from '../runtime/session.ts';
import type { GraphEdit } from '../runtime/session-pool.ts';
import { concatBatch, type Tensor, tensor } from '../tensor/tensor.ts';
import { applyWeights, type PromptChunk } from './prompt-chunks.ts';

/**
 * Which of a text encoder's outputs is wanted: its last hidden state, after the final norm, or, of encoders that list every
 * hidden layer (SDXL), the state so many layers before the end, before that norm.
 */
export type TextOutput = 'last' | { layersBack: number };

/** The embeddings of all chunks in one row of tokens, [1, chunks × length, width], and the first chunk's pooled text. */
export interface EncodedText {
  embeddings: Tensor;
  pooled: Tensor | undefined;
}

/**
 * Leaves out a text encoder's last layers before its final norm, as diffusers does for `clip_skip` with one encoder.
 * @param layers how many, from 1
 */
export const clipSkip = (layers: number): GraphEdit => ({
  name: `without its last ${layers} layers`,
  apply: (graph) => {
    if (!skipLastLayers(graph, lastStateOf(graph.outputs), layers)) throw clipSkipUnavailable(layers);
  },
});

/** An encoder with fewer layers, or one that is built otherwise. */
const clipSkipUnavailable = (layers: number) =>
  new UserError(
    'clip-skip-unavailable',
    phrase("Expected a text encoder of which {layers} last layers can be left out, but this model's cannot", {
      layers,
    }),
    { hint: 'Use less clip skip, or leave it out.' },
  );

/**
 * Runs the chunks of one prompt through a text encoder and joins them.
 * @throws UserError `clip-skip-unavailable` when SDXL's export does not list the wanted layer
 */
export async function encodeText(
  session: Session,
  chunks: readonly PromptChunk[],
  output: TextOutput,
): Promise<EncodedText> {
  const stateName = hiddenStateName(session, output);
  const pooledName = session.outputs
    .map((port) => port.name)
    .find((name) => name === 'text_embeds' || name === 'pooler_output');
  const idsName = session.inputs[0]?.name;
  if (idsName === undefined)
    throw new OperatorError('unsupported-model', 'Expected an input in the text encoder, but it has none');
  const rows: Tensor[] = [];
  let pooled: Tensor | undefined;
  for (const { ids, weights } of chunks) {
    const wanted = pooledName ? [stateName, pooledName] : [stateName];
    const results = await session.run({ [idsName]: { dims: [1, ids.length], data: ids } }, wanted);
    const state = results[stateName]!;
    // The runtime owns what it returns: weights go onto a copy.
    const data = Float32Array.from(state.data);
    applyWeights(data, weights);
    rows.push(tensor([state.dims[1]!, state.dims[2]!], data));
    pooled ??= pooledName ? results[pooledName] : undefined;
  }
  const joined = concatBatch(rows);
  return { embeddings: tensor([1, ...joined.dims], joined.data), pooled };
}

/** The name of a text encoder's last hidden state. */
export const lastStateOf = (names: readonly string[]): string =>
  names.find((name) => name === 'last_hidden_state') ?? names[0]!;

function hiddenStateName(session: Session, output: TextOutput): string {
  const names = session.outputs.map((port) => port.name);
  if (output === 'last') return lastStateOf(names);
  const { layersBack } = output;
  const layers = names.filter((name) => /^hidden_states\.\d+$/.test(name)).length - 1;
  const name = `hidden_states.${layers - layersBack}`;
  if (layers > 0 && names.includes(name)) return name;
  throw clipSkipUnavailable(layersBack);
}
