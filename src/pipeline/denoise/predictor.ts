import { OperatorError } from '../../errors.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Conditioning, LatentSize, PromptInputs } from '../families/family.ts';
import type { LoadedModel } from '../load-model.ts';
import type { Session } from '../runtime/session.ts';
import type { Feed } from '../runtime/values.ts';
import { guide, guidesAt, rescaleGuidance } from '../samplers/guidance.ts';
import type { SampleContext } from '../samplers/sampler.ts';
import { concatBatch, concatChannels, sliceBatch, type Tensor, tensor } from '../tensor/tensor.ts';

/** Scaled latents of one picture in, raw model output out. */
export type Predict = SampleContext['predict'];

/** One pass of the denoiser over a batch whose rows differ in their prompts. */
async function pass(
  session: Session,
  sample: Tensor,
  timestep: number,
  prompts: readonly PromptInputs[],
  extras: Record<string, Feed>,
): Promise<Tensor> {
  const rows = prompts.length;
  const feeds: Record<string, Feed> = {
    sample: rows === 1 ? sample : concatBatch(prompts.map(() => sample)),
  };
  for (const name of Object.keys(prompts[0]!))
    feeds[name] = concatBatch(prompts.map((prompt) => prompt[name]!));
  for (const [name, value] of Object.entries(extras)) {
    feeds[name] =
      value.data instanceof Float32Array ? concatBatch(prompts.map(() => value as Tensor)) : value;
  }
  const port = session.inputs.find(({ name }) => name === 'timestep');
  const rank = port?.shape.length ?? 0;
  const fixed = typeof port?.shape[0] === 'number' ? port.shape[0] : rows;
  feeds.timestep =
    rank === 0
      ? tensor([], Float32Array.of(timestep))
      : tensor([fixed], new Float32Array(fixed).fill(timestep));
  const output = session.outputs[0];
  if (!output)
    throw new OperatorError('unsupported-model', 'Expected an output in the UNet, but it has none');
  const results = await session.run(feeds, [output.name]);
  return results[output.name]!;
}

/**
 * From this size on, a processor is as busy with one row as with two, and two rows only take twice the memory.
 */
const LARGE_BYTES = 100 * 1024 * 1024;

const isAloneBetter = ({ provider, fileBytes }: Session) => provider === 'cpu' && fileBytes >= LARGE_BYTES;

/** Exports with a fixed batch of 1 get one row at a time, and so do large ones on a processor. */
async function passInRows(
  session: Session,
  sample: Tensor,
  timestep: number,
  prompts: readonly PromptInputs[],
  extras: Record<string, Feed>,
): Promise<Tensor> {
  const batch = session.inputs.find(({ name }) => name === 'sample')?.shape[0];
  const isFree = typeof batch !== 'number';
  if (batch === prompts.length || (isFree && !isAloneBetter(session)))
    return pass(session, sample, timestep, prompts, extras);
  if (!isFree && batch !== 1) {
    throw new OperatorError(
      'unsupported-model',
      `Expected a UNet with a free batch size or 1, but this one is fixed to ${batch}`,
    );
  }
  const rows: Tensor[] = [];
  for (const prompt of prompts) rows.push(await pass(session, sample, timestep, [prompt], extras));
  return concatBatch(rows);
}

/**
 * The denoiser of one run: classifier-free guidance, its rescale and interval around the UNet.
 * @param channels further input channels behind the latents (9-channel inpainting)
 * @see Ho & Salimans 2022, https://arxiv.org/abs/2207.12598
 */
export function createPredictor(
  model: LoadedModel,
  recipe: Recipe,
  conditioning: Conditioning,
  size: LatentSize,
  channels?: Tensor,
): Predict {
  const { positive, negative } = conditioning;
  const extras = model.family.extraInputs(model, recipe, size);
  return (input, timestep, progress) =>
    model.pool.withSession('unet', async (session) => {
      const sample = channels ? concatChannels([input, channels]) : input;
      const guided = negative && guidesAt(recipe.guidanceScale, progress, recipe.guidanceInterval);
      if (!guided) return passInRows(session, sample, timestep, [positive], extras);
      const both = await passInRows(session, sample, timestep, [negative, positive], extras);
      const conditional = sliceBatch(both, 1, 2);
      const mixed = guide(sliceBatch(both, 0, 1), conditional, recipe.guidanceScale);
      return recipe.guidanceRescale > 0 ? rescaleGuidance(mixed, conditional, recipe.guidanceRescale) : mixed;
    });
}
