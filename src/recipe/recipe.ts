import { z } from 'zod';

/**
 * The vocabulary of Overpaint.
 *
 * - **recipe**: everything that determines a picture. Complete: nothing in it is left to a default.
 * - **request**: what somebody asked for; a recipe with holes. `completeRecipe` fills them.
 * - **source**: the picture that is repainted, named by the SHA-256 of its bytes as they were given to us.
 * - **job**: a recipe that waits, with who asked and where to answer (src/queue).
 * - **painting**: a finished recipe with its picture(s) and its parent (src/studio).
 *
 * Names are diffusers' argument names in camelCase.
 */

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits');

/**
 * A style as it was when the recipe was made, so that a later edit of the style does not change old recipes. The lengths
 * are those of a mix of three.
 */
export const RecipeStyle = z.object({
  id: z.string().min(1).max(220),
  name: z.string().min(1).max(310),
  prompt: z.string().max(6100),
  negative: z.string().max(6100),
});
export type RecipeStyle = z.infer<typeof RecipeStyle>;

/** A low-rank adapter by registry id. The weight is 1 as trained; -2 to 2. */
export const RecipeLora = z.object({ id: z.string().min(1).max(200), weight: z.number().min(-2).max(2) });
export type RecipeLora = z.infer<typeof RecipeLora>;

/** Where the picture's size comes from: the model's native area, the source's own size rounded down, or given pixels. */
export const RecipeSize = z.union([
  z.literal('auto'),
  z.literal('keep'),
  z.object({ width: z.int().min(64).max(4096), height: z.int().min(64).max(4096) }),
]);
export type RecipeSize = z.infer<typeof RecipeSize>;

export const Recipe = z.object({
  version: z.literal(1),
  /** `img2img` repaints the whole picture; `inpaint` only where the mask is white. */
  task: z.enum(['img2img', 'inpaint']),
  /** Registry id of the model, or the path of a model folder (command line only). */
  model: z.string().min(1).max(500),
  /** SHA-256 of the source picture's bytes. */
  source: Sha256,
  /** SHA-256 of the mask's bytes; `alpha` takes the source's own transparency. Only with `inpaint`. */
  mask: z.union([Sha256, z.literal('alpha')]).optional(),
  /** Pixels kept around the mask when only its surroundings are worked on; absent works on the whole picture. */
  paddingMaskCrop: z.int().min(0).max(1024).optional(),
  prompt: z.string().max(4000),
  /** Absent differs from empty: SDXL then uses zero embeddings (`force_zeros_for_empty_prompt`). */
  negativePrompt: z.string().max(4000).optional(),
  promptSyntax: z.enum(['weighted', 'plain']),
  style: RecipeStyle.optional(),
  /** 0.05 to 1: the share of the schedule's end that runs. */
  strength: z.number().min(0.05).max(1),
  /** Length of the whole schedule (`schedule`), or the number of steps that run (`executed`). */
  steps: z.int().min(1).max(150),
  stepRule: z.enum(['schedule', 'executed']),
  /** 1 to 30; 0 and 1 switch guidance off. */
  guidanceScale: z.number().min(0).max(30),
  /** 0 (off) to 1: pulls the guided prediction's spread back (Lin et al. 2023). */
  guidanceRescale: z.number().min(0).max(1),
  /** Share of the executed steps, from and to, in which guidance is on; [0, 1] is always. */
  guidanceInterval: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
  /** How much of the source's own detail stays, 0 to 1; absent: as much as the model keeps at that strength. */
  fidelity: z.number().min(0).max(1).optional(),
  /** Text encoder layers left out at the end; 0 is none. */
  clipSkip: z.int().min(0).max(12),
  /** diffusers class name, or `model` for the one that the model's folder names. */
  scheduler: z.string().min(1).max(64),
  seed: z.int().min(0).max(0xffffffff),
  /** Pictures; they use seed, seed + 1, … (mod 2^32). */
  count: z.int().min(1).max(16),
  size: RecipeSize,
  loras: z.array(RecipeLora).max(8),
});
export type Recipe = z.infer<typeof Recipe>;

/** The member's words and the style's, in that order, as they go to the text encoder. */
export function fullPrompt(recipe: Pick<Recipe, 'prompt' | 'style'>): string {
  return joinPhrases(recipe.prompt, recipe.style?.prompt);
}

/** As `fullPrompt` for the negative prompt; undefined only when neither the member nor the style gives one. */
export function fullNegativePrompt(recipe: Pick<Recipe, 'negativePrompt' | 'style'>): string | undefined {
  const styleNegative = recipe.style?.negative === '' ? undefined : recipe.style?.negative;
  if (recipe.negativePrompt === undefined && styleNegative === undefined) return undefined;
  return joinPhrases(recipe.negativePrompt, styleNegative);
}

function joinPhrases(...phrases: (string | undefined)[]): string {
  return phrases.filter((phrase) => phrase !== undefined && phrase.trim() !== '').join(', ');
}

/** The seeds of a recipe's pictures, in order. */
export function pictureSeeds(recipe: Pick<Recipe, 'seed' | 'count'>): number[] {
  return Array.from({ length: recipe.count }, (_, index) => (recipe.seed + index) >>> 0);
}
