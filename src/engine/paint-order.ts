import { writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import {
  createTrace,
  decodePicture,
  encodePicture,
  flattenOnWhite,
  type GrayImage,
  img2img,
  inpaint,
  type LoadedModel,
  maskFromAlpha,
  type Painted,
  type RgbaImage,
  type Stage,
  type Step,
  toGray,
  writeSafetensors,
} from '../pipeline/index.ts';
import { embedMetadata } from '../recipe/metadata/overpaint.ts';
import type { EnginePainted, EnginePicture, EngineStep, PaintOrder } from './protocol.ts';

const PREVIEW_QUALITY = 70;

export interface OrderHooks {
  onStage(stage: Stage): void;
  onStep(step: EngineStep): void;
  signal: AbortSignal;
}

/** Carries out one order with a loaded model: bytes in, finished files out. */
export async function paintOrder(
  model: LoadedModel,
  order: PaintOrder,
  hooks: OrderHooks,
): Promise<EnginePainted> {
  const source = await decodePicture(order.source);
  // The recipe keeps the member's guidance; the model runs with its own.
  const recipe = { ...order.recipe, guidanceScale: order.modelGuidance };
  const trace = order.tracePath === undefined ? undefined : createTrace();
  const pipelineHooks = {
    signal: hooks.signal,
    onStage: (stage: Stage) => hooks.onStage(stage),
    onStep: async (step: Step) => hooks.onStep(await toEngineStep(step, order.previewEvery)),
    ...(trace ? { trace } : {}),
  };
  const flat = flattenOnWhite(source);
  const painted =
    recipe.task === 'inpaint'
      ? await inpaint(model, flat, await maskOf(order, source), recipe, pipelineHooks)
      : await img2img(model, flat, recipe, pipelineHooks);
  if (trace && order.tracePath !== undefined)
    writeFileSync(order.tracePath, writeSafetensors(trace.tensors()));
  return {
    pictures: await toFiles(order, painted),
    executedSteps: painted.executedSteps,
    timings: painted.timings,
    warnings: painted.warnings,
    provider: painted.provider,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function toEngineStep(reached: Step, previewEvery: number): Promise<EngineStep> {
  const { picture, pictures, step: at, of, timestep, sigma } = reached;
  const step = { picture, pictures, step: at, of, timestep, sigma };
  const wanted = previewEvery > 0 && step.step % previewEvery === 0 && step.step < step.of;
  if (!wanted) return step;
  return {
    ...step,
    preview: await encodePicture(await reached.preview(), { type: 'webp', quality: PREVIEW_QUALITY }),
  };
}

async function maskOf(order: PaintOrder, source: RgbaImage): Promise<GrayImage> {
  if (order.mask) return toGray(flattenOnWhite(await decodePicture(order.mask)));
  if (order.recipe.mask === 'alpha') return maskFromAlpha(source);
  throw new UserError('mask-missing', 'Expected a mask for inpainting, but received none', {
    hint: 'Attach a picture that is white where it is to be repainted, or use a source with transparent parts.',
  });
}

function toFiles(order: PaintOrder, painted: Painted): Promise<EnginePicture[]> {
  return Promise.all(
    painted.pictures.map(async (picture, i) => {
      const seed = painted.seeds[i]!;
      const { width, height } = picture;
      const provenance = {
        recipe: order.recipe,
        seed,
        ...(order.parent === undefined ? {} : { parent: order.parent }),
      };
      const png = await encodePicture(picture, { type: 'png' });
      return {
        png: embedMetadata(png, provenance, { seed, width, height, modelName: order.modelName }),
        width,
        height,
        seed,
      };
    }),
  );
}
