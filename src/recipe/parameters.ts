import { z } from 'zod';
import { Recipe } from './recipe.ts';

/** Fields that nobody types: they follow from the work. */
type Implied = 'version' | 'task' | 'source' | 'loras';
export type ParameterName = Exclude<keyof Recipe, Implied>;

/** One parameter, defined once: its slash option, flag, metadata key and documentation follow from here. */
export interface Parameter {
  title: string;
  /** One sentence, at most 100 characters: it is a slash option's description too. */
  about: string;
  /** Long flag of the command line, with its value. */
  flag: string;
  /** Name of the slash option; absent where the bot does not offer it. */
  option?: string;
  /** Key in Automatic1111's `parameters`. */
  a1111?: string;
  /** What other tools call it. */
  elsewhere?: string;
}

export const PARAMETERS = {
  model: {
    title: 'Model',
    about: 'The model that paints: an id, or a folder on the command line',
    flag: '--model <dir|id>',
    option: 'model',
    a1111: 'Model',
  },
  prompt: {
    title: 'Prompt',
    about: 'What the picture should become',
    flag: '--prompt <text>',
    option: 'prompt',
  },
  negativePrompt: {
    title: 'Negative prompt',
    about: 'What it should not become; left out differs from empty with SDXL',
    flag: '--negative <text>',
    option: 'negative',
    a1111: 'Negative prompt',
  },
  promptSyntax: {
    title: 'Prompt syntax',
    about: '(word:1.2), [word], BREAK and any length; or the text as it is, cut to 77 tokens',
    flag: '--prompt-syntax <weighted|plain>',
  },
  style: {
    title: 'Style',
    about: 'A look such as oil, watercolor or pencil, by id or name',
    flag: '--style <name>',
    option: 'style',
  },
  strength: {
    title: 'Strength',
    about: 'How far the picture may move from its source',
    flag: '--strength <number>',
    option: 'strength',
    a1111: 'Denoising strength',
    elsewhere: 'denoise (ComfyUI)',
  },
  steps: {
    title: 'Steps',
    about: 'Steps of the whole schedule, of which strength runs a share',
    flag: '--steps <number>',
    option: 'steps',
    a1111: 'Steps',
    elsewhere: 'num_inference_steps (diffusers)',
  },
  stepRule: {
    title: 'Step rule',
    about: 'Whether steps count the schedule (diffusers) or what runs (ComfyUI)',
    flag: '--step-rule <schedule|executed>',
  },
  guidanceScale: {
    title: 'Guidance',
    about: 'How closely the prompt is followed; 0 and 1 switch guidance off',
    flag: '--guidance <number>',
    option: 'guidance',
    a1111: 'CFG scale',
    elsewhere: 'cfg (ComfyUI)',
  },
  guidanceRescale: {
    title: 'Guidance rescale',
    about: "Pulls the guided prediction's spread back",
    flag: '--guidance-rescale <number>',
  },
  guidanceInterval: {
    title: 'Guidance interval',
    about: 'Share of the run, from and to, in which guidance is on',
    flag: '--guidance-interval <from,to>',
  },
  fidelity: {
    title: 'Fidelity',
    about: "How much of the source's own detail stays; the model decides when left out",
    flag: '--fidelity <number>',
    option: 'fidelity',
  },
  clipSkip: {
    title: 'Clip skip',
    about: 'Text encoder layers to leave out at the end',
    flag: '--clip-skip <number>',
    a1111: 'Clip skip',
  },
  scheduler: {
    title: 'Scheduler',
    about: "A scheduler such as Euler a or DPM++ 2M Karras; the model's own when left out",
    flag: '--scheduler <name>',
    option: 'scheduler',
    a1111: 'Sampler',
  },
  seed: {
    title: 'Seed',
    about: 'The same seed gives the same picture',
    flag: '--seed <number|random>',
    option: 'seed',
    a1111: 'Seed',
  },
  count: {
    title: 'Count',
    about: 'Pictures, with seed, seed + 1 …',
    flag: '--count <number>',
    option: 'count',
  },
  size: {
    title: 'Size',
    about: "Pixels, the source's own size rounded down (keep), or the model's own area (auto)",
    flag: '--size <WxH|keep|auto>',
    a1111: 'Size',
  },
  mask: {
    title: 'Mask',
    about: 'Repaint only where this picture is white, or where the source is transparent (alpha)',
    flag: '--mask <file|alpha>',
  },
  paddingMaskCrop: {
    title: 'Mask crop padding',
    about: "Work at full size on the mask's surroundings, with so many pixels around",
    flag: '--padding-mask-crop <pixels>',
  },
} as const satisfies Record<ParameterName, Parameter>;

/** The parameters in the order of the list above. */
export function parameterList(): [ParameterName, Parameter][] {
  return Object.entries(PARAMETERS) as [ParameterName, Parameter][];
}

/** The range that the schema gives a number; undefined for everything else. */
export function rangeOf(name: ParameterName): { min: number; max: number; whole: boolean } | undefined {
  const field: unknown = Recipe.shape[name];
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  if (!(inner instanceof z.ZodNumber)) return undefined;
  return { min: inner.minValue ?? -Infinity, max: inner.maxValue ?? Infinity, whole: inner.isInt };
}
