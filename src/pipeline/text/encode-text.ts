import { OperatorError, UserError } from '../../errors.ts';
import type { Session } from '../runtime/session.ts';
import { concatBatch, type Tensor, tensor } from '../tensor/tensor.ts';
import { applyWeights, type PromptChunk } from './prompt-chunks.ts';

/** Which of a text encoder's outputs is wanted. */
export interface TextOutput {
  /** Hidden layers left out at the end: 0 takes `last_hidden_state`, SDXL's own choice is 1 … */
  layersBack: number;
  /** True for encoders that list every hidden layer (SDXL), whose states come before the last norm. */
  fromHiddenStates: boolean;
}

/** The embeddings of all chunks in one row of tokens, [1, chunks × length, width], and the first chunk's pooled text. */
export interface EncodedText {
  embeddings: Tensor;
  pooled: Tensor | undefined;
}

/**
 * Runs the chunks of one prompt through a text encoder and joins them.
 * @throws UserError `clip-skip-unavailable` when the export does not list the wanted layer
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

function hiddenStateName(session: Session, { layersBack, fromHiddenStates }: TextOutput): string {
  const names = session.outputs.map((port) => port.name);
  if (!fromHiddenStates && layersBack === 0)
    return names.find((name) => name === 'last_hidden_state') ?? names[0]!;
  const layers = names.filter((name) => /^hidden_states\.\d+$/.test(name)).length - 1;
  const name = `hidden_states.${layers - layersBack}`;
  if (layers > 0 && names.includes(name)) return name;
  throw new UserError(
    'clip-skip-unavailable',
    `Expected clip skip 0 for this model, since its text encoder was exported without hidden layers`,
    {
      hint: 'Leave clip skip out.',
    },
  );
}
