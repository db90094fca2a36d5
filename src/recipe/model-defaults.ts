import type { ModelStyles } from './model-styles.ts';
import type { Recipe } from './recipe.ts';

/** A straight line from one range to another. */
interface Line {
  from: [number, number];
  to: [number, number];
}

/**
 * What a model suggests where a request says nothing, and how it understands a member's numbers.
 */
export interface ModelDefaults {
  /** Registry id. */
  id: string;
  steps: number;
  strength?: number;
  /** `model` or a scheduler's name. */
  scheduler: string;
  guidance: {
    default?: number;
    min: number;
    max: number;
    /**
     * Members speak the guidance of the guide (5 to 9 is usual). A model that was trained for other numbers names
     * the straight line from theirs to its own; a recipe always holds the member's number.
     */
    scale?: Line;
  };
  /**
   * How much of the source's own detail it keeps: a straight line over strength, constant beyond its ends. Nothing when left
   * out, as diffusers has it.
   */
  fidelity?: Line;
  /** The built-in styles that it does well, and where; all of them when left out. */
  styles?: ModelStyles;
  /**
   * Whether a scheduler runs all steps at any strength (LCM, TCD); strength shortens them where this is left out.
   * @throws UserError for one that is unknown, or not for this model
   */
  strengthKeepsSteps?(scheduler: string): boolean;
}

/** Defaults of a model that says nothing about itself. */
export function plainDefaults(id: string): ModelDefaults {
  return { id, steps: 20, scheduler: 'model', guidance: { min: 0, max: 30 } };
}

/** How much of the source's detail a recipe keeps: what was asked for, else what the model keeps at that strength. */
export function modelFidelity(
  model: Pick<ModelDefaults, 'fidelity'>,
  { fidelity, strength }: Pick<Recipe, 'fidelity' | 'strength'>,
): number {
  if (fidelity !== undefined) return fidelity;
  if (!model.fidelity) return 0;
  const [low, high] = model.fidelity.from;
  return onLine(model.fidelity, Math.min(high, Math.max(low, strength)));
}

/** The guidance scale that a model runs with for a member's one; 0 and 1 stay off. */
export function modelGuidance({ guidance }: Pick<ModelDefaults, 'guidance'>, memberScale: number): number {
  if (!guidance.scale || memberScale <= 1) return memberScale;
  return onLine(guidance.scale, memberScale);
}

function onLine({ from, to }: Line, value: number): number {
  const share = (value - from[0]) / (from[1] - from[0]);
  return to[0] + share * (to[1] - to[0]);
}
