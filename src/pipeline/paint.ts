import { Cancelled, OperatorError } from '../errors.ts';
import { type Phrase, phrase } from '../language/phrase.ts';
import { pictureSeeds, type Recipe } from '../recipe/recipe.ts';
import { scheduleSteps } from '../recipe/strength.ts';
import { keepSource } from './denoise/fidelity.ts';
import { createPredictor, type Predict } from './denoise/predictor.ts';
import type { Conditioning } from './families/family.ts';
import { hasNaN, tensorToImage } from './image/image-tensor.ts';
import type { RgbImage } from './image/rgb-image.ts';
import { cutRim } from './image/rim.ts';
import { previewLatents } from './latents/preview.ts';
import { decodeLatents } from './latents/vae.ts';
import type { LoadedModel } from './load-model.ts';
import type { SampleStep } from './samplers/sampler.ts';
import { schedulerConfig } from './samplers/schedulers.ts';
import { createSchedule, strengthKeepsSteps } from './schedule/create-schedule.ts';
import type { Schedule } from './schedule/schedule.ts';
import { TorchGenerator } from './tensor/random.ts';
import { clamp, type Tensor, tensor } from './tensor/tensor.ts';
import type { Trace } from './trace/trace.ts';

/** Parts of a run whose time is told. */
export const STAGES = ['load', 'text', 'encode', 'denoise', 'decode'] as const;
export type Stage = (typeof STAGES)[number];

/** What has been reached. `picture` counts from 0; `step` goes from 1 to `of` within it. */
export interface Step {
  picture: number;
  pictures: number;
  step: number;
  of: number;
  timestep: number;
  sigma: number;
  /** A quick look at the picture as the model sees it now. */
  preview(): Promise<RgbImage>;
}

export interface Hooks {
  onStep?(step: Step): void | Promise<void>;
  onStage?(stage: Stage): void;
  signal?: AbortSignal;
  trace?: Trace;
}

export interface Painted {
  pictures: RgbImage[];
  /** One a picture. */
  seeds: number[];
  /** Entries of the schedule that ran for each picture, which is how often the scheduler stepped. */
  executedSteps: number;
  /** Milliseconds a stage. */
  timings: Record<Stage, number>;
  warnings: Phrase[];
  provider: string;
}

/** What img2img and inpainting share: the clock, cancelling, schedule, prompts, and the end of each picture. */
export interface Run {
  readonly seeds: readonly number[];
  readonly generators: readonly TorchGenerator[];
  readonly schedule: Schedule;
  /** Runs a part and books its time; stops before it when the run was cancelled. */
  stage<T>(name: Stage, work: () => Promise<T>): Promise<T>;
  encodePrompts(): Promise<Conditioning>;
  /** Lets a picture's denoiser keep detail of its source, as far as the recipe wants it. */
  keepSource(predict: Predict, picture: Omit<Start, 'schedule'>): Predict;
  /** Tells the outside about a step of a picture. */
  report(picture: number, step: SampleStep): Promise<void>;
  /** Decodes, checks and keeps a picture. */
  finish(latents: Tensor): Promise<RgbImage>;
  done(pictures: RgbImage[]): Painted;
}

/** @throws UserError when the recipe leaves no step, or names an unknown scheduler */
export function startRun(model: LoadedModel, recipe: Recipe, hooks: Hooks): Run {
  const config = schedulerConfig(recipe.scheduler, model.files.scheduler);
  const keeps = strengthKeepsSteps(config._class_name);
  const steps = keeps ? recipe.steps : scheduleSteps(recipe.steps, recipe.strength, recipe.stepRule);
  const firstStep = recipe.stepRule === 'executed' && !keeps ? { firstStep: steps - recipe.steps } : {};
  const schedule = createSchedule(config, { steps, strength: recipe.strength, ...firstStep });
  const seeds = pictureSeeds(recipe);
  const timings: Record<Stage, number> = { load: 0, text: 0, encode: 0, denoise: 0, decode: 0 };
  const warnings: Phrase[] = [];
  const guided = recipe.guidanceScale > 1 && !model.family.guidanceBuiltIn;

  traceSchedule(schedule, hooks.trace);

  const checkCancelled = () => {
    if (hooks.signal?.aborted) throw new Cancelled();
  };
  const prompts = createPrompts(model, recipe, guided);
  const run: Run = {
    seeds,
    generators: seeds.map((seed) => new TorchGenerator(seed)),
    schedule,
    async stage(name, work) {
      checkCancelled();
      hooks.onStage?.(name);
      const started = performance.now();
      try {
        return await work();
      } finally {
        timings[name] += performance.now() - started;
      }
    },
    encodePrompts: () => run.stage('text', () => prompts.encode()),
    keepSource: (predict, picture) => prompts.keepSource(predict, { ...picture, schedule }),
    async report(picture, reached) {
      const { step, of, timestep, sigma, latents } = reached;
      hooks.trace?.add(`latents.${step}`, latents);
      await hooks.onStep?.({
        picture,
        pictures: seeds.length,
        step,
        of,
        timestep,
        sigma,
        preview: () => previewLatents(model, reached.denoised()),
      });
      // Gives the process a turn, so that a request to cancel is heard between two blocking model calls.
      await new Promise((resolve) => setImmediate(resolve));
      checkCancelled();
    },
    async finish(latents) {
      const whole = await run.stage('decode', () => decodeLatents(model, latents));
      const decoded = cutRim(whole, model.files.latents.rim);
      if (hasNaN(decoded)) {
        throw new OperatorError(
          'picture-nan',
          `The VAE of ${model.files.dir} gave no numbers: its half-precision form overflows. Use a float32 or "fp16-fix" VAE decoder`,
        );
      }
      hooks.trace?.add('decoded', clamp(decoded, -1, 1));
      const image = tensorToImage(decoded, 0);
      if (image.data.every((value) => value === 0)) warnings.push(phrase('The picture came out black.'));
      return image;
    },
    done: (pictures) => ({
      pictures,
      seeds: [...seeds],
      executedSteps: schedule.timesteps.length - schedule.begin,
      timings,
      warnings,
      provider: model.pool.provider(),
    }),
  };
  return run;
}

/** What a picture starts from. */
interface Start {
  schedule: Schedule;
  /** The source's. */
  latents: Tensor;
  noise: Tensor;
}

/** The prompts of a run: the recipe's, and an empty one where the source's detail is kept. */
function createPrompts(model: LoadedModel, recipe: Recipe, guided: boolean) {
  const fidelity = recipe.fidelity ?? 0;
  const wordless = withoutWords(recipe);
  let plain: Conditioning | undefined;
  const encode = (words: Recipe, both: boolean) =>
    model.prompts.get(promptKey(words, both), () => model.family.encodePrompts(model, words, both));
  return {
    async encode(): Promise<Conditioning> {
      if (fidelity > 0) plain = await encode(wordless, false);
      return encode(recipe, guided);
    },
    keepSource(predict: Predict, { schedule, latents, noise }: Start): Predict {
      if (!plain) return predict;
      const [, , height, width] = latents.dims as [number, number, number, number];
      const predictPlain = createPredictor(model, wordless, plain, { height, width });
      return keepSource(predict, { schedule, clean: latents, noise, fidelity, predictPlain });
    },
  };
}

function traceSchedule({ timesteps, sigmas }: Schedule, trace: Trace | undefined): void {
  trace?.add('timesteps', tensor([timesteps.length], Float32Array.from(timesteps)));
  if (sigmas) trace?.add('sigmas', tensor([sigmas.length], Float32Array.from(sigmas)));
}

/** A recipe that asks for nothing, for the pass that shows how the model sees the source. */
function withoutWords({ style: _style, negativePrompt: _negative, ...recipe }: Recipe): Recipe {
  return { ...recipe, prompt: '', guidanceScale: 1 };
}

/** What the prompts' embeddings depend on. */
function promptKey(
  { prompt, negativePrompt, style, promptSyntax, clipSkip }: Recipe,
  guided: boolean,
): string {
  return JSON.stringify([prompt, negativePrompt ?? null, style ?? null, promptSyntax, clipSkip, guided]);
}
