import { writeFileSync } from 'node:fs';
import { Cancelled, UserError } from '../errors.ts';
import {
  type Classifier,
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
  type RgbImage,
  type Scores,
  type Stage,
  type Step,
  toGray,
  writeSafetensors,
} from '../pipeline/index.ts';
import { xmpMark } from '../recipe/metadata/ai-mark.ts';
import { embedMetadata } from '../recipe/metadata/overpaint.ts';
import type { EnginePainted, EnginePicture, EngineStep, PaintOrder } from './protocol.ts';

const PREVIEW_QUALITY = 70;
/** Repainted by a generative model, from a picture that somebody gave. */
const MARK = xmpMark('compositeWithTrainedAlgorithmicMedia');

export interface OrderHooks {
  onStage(stage: Stage): void;
  onStep(step: EngineStep): void;
  signal: AbortSignal;
  /** Opens the classifier; absent where none is to look. */
  classifier?: () => Promise<Classifier>;
  /** Only where a classifier is to look, and before anything is painted. */
  onSourceLook(look: Scores | 'failed'): void;
}

/** Looks at pictures on their way out, and counts the time. */
interface Look {
  /** Without scores where nobody looks, or the classifier fails: what that means is for whoever asked to decide. */
  scores(image: RgbImage): Promise<{ scores?: Scores }>;
  milliseconds: number;
  /** Why the classifier failed, where it did. */
  problem: string | undefined;
}

function createLook(open: (() => Promise<Classifier>) | undefined): Look {
  const look: Look = {
    milliseconds: 0,
    problem: undefined,
    async scores(image) {
      if (!open) return {};
      try {
        const classifier = await open();
        const started = performance.now();
        const scores = await classifier.classify(image);
        look.milliseconds += performance.now() - started;
        return { scores };
      } catch (error) {
        look.problem ??= error instanceof Error ? error.message : String(error);
        return {};
      }
    },
  };
  return look;
}

/** Carries out one order with a loaded model: bytes in, finished files out. */
export async function paintOrder(
  model: LoadedModel,
  order: PaintOrder,
  hooks: OrderHooks,
): Promise<EnginePainted> {
  const source = await decodePicture(order.source);
  const flat = flattenOnWhite(source);
  const look = createLook(hooks.classifier);
  if (hooks.classifier) await tellSource((await look.scores(flat)).scores ?? 'failed', hooks);
  // The recipe keeps what the member said; the model runs with its own numbers.
  const recipe = { ...order.recipe, guidanceScale: order.modelGuidance, fidelity: order.modelFidelity };
  const trace = order.tracePath === undefined ? undefined : createTrace();
  const due = previewsDue(order);
  const pipelineHooks = {
    signal: hooks.signal,
    onStage: (stage: Stage) => hooks.onStage(stage),
    onStep: async (step: Step) => hooks.onStep(await toEngineStep(step, due, look)),
    ...(trace ? { trace } : {}),
  };
  const painted =
    recipe.task === 'inpaint'
      ? await inpaint(model, flat, await maskOf(order, source), recipe, pipelineHooks)
      : await img2img(model, flat, recipe, pipelineHooks);
  if (trace && order.tracePath !== undefined)
    writeFileSync(order.tracePath, writeSafetensors(trace.tensors()));
  return {
    pictures: await toFiles(order, painted, look),
    ...(hooks.classifier ? { lookMs: look.milliseconds } : {}),
    ...(look.problem === undefined ? {} : { lookProblem: look.problem }),
    executedSteps: painted.executedSteps,
    timings: painted.timings,
    warnings: painted.warnings,
    provider: painted.provider,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The parent may cancel on what it hears, and is given a turn to. */
async function tellSource(seen: Scores | 'failed', hooks: OrderHooks): Promise<void> {
  hooks.onSourceLook(seen);
  await new Promise((resolve) => setImmediate(resolve));
  if (hooks.signal.aborted) throw new Cancelled();
}

/** Tells at which steps a preview is wanted: every so many, and not sooner than the gap after the last. */
function previewsDue({ previewEvery, previewGapMs }: PaintOrder): (step: number, of: number) => boolean {
  let last = -Infinity;
  return (step, of) => {
    const now = performance.now();
    const due = previewEvery > 0 && step % previewEvery === 0 && step < of && now - last >= previewGapMs;
    if (due) last = now;
    return due;
  };
}

async function toEngineStep(
  reached: Step,
  due: (step: number, of: number) => boolean,
  look: Look,
): Promise<EngineStep> {
  const { picture, pictures, step: at, of, timestep, sigma } = reached;
  const step = { picture, pictures, step: at, of, timestep, sigma };
  if (!due(step.step, step.of)) return step;
  const preview = await reached.preview();
  return {
    ...step,
    ...(await look.scores(preview)),
    preview: await encodePicture(preview, { type: 'webp', quality: PREVIEW_QUALITY }, MARK),
  };
}

async function maskOf(order: PaintOrder, source: RgbaImage): Promise<GrayImage> {
  if (order.mask) return toGray(flattenOnWhite(await decodePicture(order.mask)));
  if (order.recipe.mask === 'alpha') return maskFromAlpha(source);
  throw new UserError('mask-missing', 'Expected a mask for inpainting, but received none', {
    hint: 'Attach a picture that is white where it is to be repainted, or use a source with transparent parts.',
  });
}

function toFiles(order: PaintOrder, painted: Painted, look: Look): Promise<EnginePicture[]> {
  return Promise.all(
    painted.pictures.map(async (picture, i) => {
      const seed = painted.seeds[i]!;
      const { width, height } = picture;
      const provenance = {
        recipe: order.recipe,
        seed,
        ...(order.parent === undefined ? {} : { parent: order.parent }),
      };
      const png = await encodePicture(picture, { type: 'png' }, MARK);
      return {
        png: embedMetadata(png, provenance, { seed, width, height, modelName: order.modelName }),
        width,
        height,
        seed,
        ...(await look.scores(picture)),
      };
    }),
  );
}
