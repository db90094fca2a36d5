import { createHash } from 'node:crypto';
import { keptSize } from '../pipeline/index.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { fewestSteps } from '../recipe/strength.ts';
import type { Engine, EnginePainted, NetworkHooks, PaintHooks } from './engine.ts';

/** The three stages of a restoration, in their order. */
export type RestoreStage = 'first pass' | 'enlarging' | 'final pass';

export interface RestoreRequest {
  jobId: string;
  source: Uint8Array;
  /** Of the first pass: one picture, a low strength (0.2 to 0.4). */
  recipe: Recipe;
  scale: 2 | 4;
  kind: 'photo' | 'painting';
  /** Of the final pass, 0.2 to 0.3. */
  finalStrength: number;
}

export interface RestoreHooks {
  onStage?: (stage: RestoreStage) => void;
  onStep?: PaintHooks['onStep'];
  onTile?: NetworkHooks['onTile'];
  signal?: AbortSignal;
}

/**
 * Restores a picture: a pass at low strength that takes noise and damage away, enlarging, and a final pass at low strength
 * that puts detail into the new pixels. The final pass works at the enlarged size, or the largest that can be painted.
 * @returns the final pass's painting; its recipe is that pass's
 */
export async function restore(
  engine: Pick<Engine, 'paint' | 'upscale'>,
  request: RestoreRequest,
  hooks: RestoreHooks = {},
): Promise<{ painted: EnginePainted; recipe: Recipe }> {
  const { jobId, source, scale, kind, finalStrength } = request;
  const { onStep, onTile, signal } = hooks;
  const paintHooks: PaintHooks = { ...(onStep ? { onStep } : {}), ...(signal ? { signal } : {}) };
  hooks.onStage?.('first pass');
  const first = await engine.paint({ jobId, source, recipe: { ...request.recipe, count: 1 } }, paintHooks);
  hooks.onStage?.('enlarging');
  const large = await engine.upscale(
    { jobId, source: first.pictures[0]!.png, scale, kind },
    { ...(onTile ? { onTile } : {}), ...(signal ? { signal } : {}) },
  );
  hooks.onStage?.('final pass');
  const recipe = finalRecipe(request.recipe, large, finalStrength);
  const painted = await engine.paint({ jobId, source: large.png, recipe }, paintHooks);
  return { painted, recipe };
}

/** The first pass's recipe over the enlarged picture. */
function finalRecipe(
  { mask: _mask, paddingMaskCrop: _padding, ...recipe }: Recipe,
  large: { png: Uint8Array; width: number; height: number },
  strength: number,
): Recipe {
  return {
    ...recipe,
    task: 'img2img',
    source: createHash('sha256').update(large.png).digest('hex'),
    strength,
    steps: Math.max(recipe.steps, fewestSteps(strength)),
    count: 1,
    size: keptSize(large),
  };
}
