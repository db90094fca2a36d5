import { z } from 'zod';
import { Enlarging } from './enlarging.ts';
import { Recipe, Sha256 } from './recipe.ts';

/** How the subject of a picture is found, and how its mask is made. */
export const SubjectWish = z.object({
  /** `people` is quick and knows nothing else. */
  subject: z.enum(['any', 'people']),
  /** Pixels over which the edge is softened. */
  feather: z.int().min(0).max(200),
  /** True where the surroundings are meant, not the subject. */
  invert: z.boolean(),
  /** Whether the mask goes out with the result. */
  showMask: z.boolean(),
});
export type SubjectWish = z.infer<typeof SubjectWish>;

/** Everything that can be asked of the engine: what a job carries and a delivery promises. */
export const Work = z.discriminatedUnion('kind', [
  /** With a subject, its mask is found first; the recipe is then one for `inpaint` without a mask of its own. */
  z.object({ kind: z.literal('paint'), recipe: Recipe, subject: SubjectWish.optional() }),
  /** `recipe` is that of the painting that is enlarged, where it is one of ours. */
  z.object({ kind: z.literal('upscale'), source: Sha256, ...Enlarging.shape, recipe: Recipe.optional() }),
  z.object({ kind: z.literal('cut-out'), source: Sha256, subject: SubjectWish }),
  /** A pass at the recipe's low strength, enlarging, and a final pass. */
  z.object({
    kind: z.literal('restore'),
    recipe: Recipe,
    ...Enlarging.shape,
    finalStrength: z.number().min(0.05).max(1),
  }),
]);
export type Work = z.infer<typeof Work>;
export type WorkOf<K extends Work['kind']> = Extract<Work, { kind: K }>;

/** Data of the time when all work was painting, and a recipe stood where the work stands now. */
export function withWork(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || 'work' in data || !('recipe' in data)) return data;
  const { recipe, ...rest } = data;
  return { ...rest, work: { kind: 'paint', recipe } };
}

/** The recipe of the picture that comes out; undefined where no painting of ours is involved. */
export function recipeOf(work: Work): Recipe | undefined {
  return work.kind === 'cut-out' ? undefined : work.recipe;
}

/** SHA-256 of the picture that is worked on. */
export function sourceOf(work: Work): string {
  return work.kind === 'paint' || work.kind === 'restore' ? work.recipe.source : work.source;
}

/** SHA-256 of every picture that whoever does the work needs. */
export function inputsOf(work: Work): string[] {
  const mask = work.kind === 'paint' ? work.recipe.mask : undefined;
  return mask === undefined || mask === 'alpha' ? [sourceOf(work)] : [sourceOf(work), mask];
}

/** How many pictures come out, as quotas count them. */
export function picturesOf(work: Work): number {
  return work.kind === 'paint' ? work.recipe.count : 1;
}

/** The same work on another picture. */
export function withSource(work: Work, source: string): Work {
  return work.kind === 'paint' || work.kind === 'restore'
    ? { ...work, recipe: { ...work.recipe, source } }
    : { ...work, source };
}
