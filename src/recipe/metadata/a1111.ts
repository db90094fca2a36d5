import { fullNegativePrompt, fullPrompt, type Recipe } from '../recipe.ts';
import { executedSteps } from '../strength.ts';

/** Automatic1111's `parameters` text: prompt, negative prompt, then one line of `key: value` pairs. */
export interface A1111Fields {
  prompt: string;
  negative: string;
  /** Every pair of the last line, as text. */
  fields: Record<string, string>;
  /** `<lora:name:weight>` tags of the prompt. */
  loras: { name: string; weight: number }[];
}

const LORA_TAG = /<lora:([^:>]+):(-?[\d.]+)[^>]*>/g;

/** What the text says about a picture, in our words. */
export interface A1111Recipe {
  steps?: number;
  guidance?: number;
  seed?: number;
  strength?: number;
  clipSkip?: number;
  width?: number;
  height?: number;
  sampler?: string;
}

const PAIR = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;
const MIN_PAIRS = 3;

function readPairs(line: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, key, value] of line.matchAll(PAIR)) fields[key!] = unquote(value!);
  return fields;
}

function unquote(value: string): string {
  if (!/^".*"$/s.test(value)) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

/** Reads a `parameters` text as A1111 does; nothing in it is an error. */
export function parseA1111(text: string): A1111Fields {
  const lines = text.trim().split('\n');
  const last = lines.at(-1) ?? '';
  const fields = readPairs(last);
  const hasFields = [...last.matchAll(PAIR)].length >= MIN_PAIRS;
  const body = hasFields ? lines.slice(0, -1) : lines;
  const start = body.findIndex((line) => line.trim().startsWith('Negative prompt:'));
  const positive = start < 0 ? body : body.slice(0, start);
  const negative =
    start < 0 ? [] : [body[start]!.trim().slice('Negative prompt:'.length).trim(), ...body.slice(start + 1)];
  const join = (part: readonly string[]) =>
    part
      .map((line) => line.trim())
      .join('\n')
      .trim();
  const prompt = join(positive);
  const loras = [...prompt.matchAll(LORA_TAG)].map(([, name, weight]) => ({
    name: name!,
    weight: Number(weight),
  }));
  return { prompt, negative: join(negative), fields: hasFields ? fields : {}, loras };
}

/** The pairs that a recipe has room for, as numbers. */
export function a1111Recipe(fields: Record<string, string>): A1111Recipe {
  const number = (key: string) => {
    const value = Number(fields[key]);
    return fields[key] === undefined || fields[key].trim() === '' || !Number.isFinite(value)
      ? undefined
      : value;
  };
  const size = /^(\d+)x(\d+)$/.exec(fields.Size ?? '');
  const type = fields['Schedule type'];
  const sampler =
    fields.Sampler === undefined
      ? undefined
      : type && type !== 'Automatic'
        ? `${fields.Sampler} ${type}`
        : fields.Sampler;
  const all = {
    steps: number('Steps'),
    guidance: number('CFG scale'),
    seed: number('Seed'),
    strength: number('Denoising strength'),
    clipSkip: number('Clip skip'),
    width: size ? Number(size[1]) : undefined,
    height: size ? Number(size[2]) : undefined,
    sampler,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What is known of a picture beside its recipe. */
export interface PictureFacts {
  seed: number;
  width: number;
  height: number;
  modelName: string;
}

const quote = (value: string) => (/[,:\n"]/.test(value) ? JSON.stringify(value) : value);

/** Writes the `parameters` text of one picture of a recipe. */
export function formatA1111(recipe: Recipe, facts: PictureFacts): string {
  const negative = fullNegativePrompt(recipe);
  const pairs: [string, string][] = [
    ['Steps', String(recipe.steps)],
    ['Sampler', recipe.scheduler],
    ['CFG scale', String(recipe.guidanceScale)],
    ['Seed', String(facts.seed)],
    ['Size', `${facts.width}x${facts.height}`],
    ['Model', facts.modelName],
    ['Denoising strength', String(recipe.strength)],
    ...(recipe.clipSkip > 0 ? [['Clip skip', String(recipe.clipSkip + 1)] as [string, string]] : []),
    ['Executed steps', String(executedSteps(recipe.steps, recipe.strength, recipe.stepRule))],
    ['Version', 'Overpaint'],
  ];
  const lines = [fullPrompt(recipe)];
  if (negative !== undefined && negative !== '') lines.push(`Negative prompt: ${negative}`);
  lines.push(pairs.map(([key, value]) => `${key}: ${quote(value)}`).join(', '));
  return lines.join('\n');
}
