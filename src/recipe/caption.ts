import type { Recipe } from './recipe.ts';
import { bandOf, executedSteps } from './strength.ts';

/** What a caption adds to a recipe. */
export interface CaptionFacts {
  seed?: number;
  executedSteps?: number;
  /** Milliseconds of work. */
  tookMs?: number;
}

const trim = (value: number) => String(Math.round(value * 100) / 100);

/** One line about a painting: `oil painting · 0.60 (significant) · seed 1234 · guidance 7 · 6 of 10 steps · 4.1 s`. */
export function captionOf(recipe: Recipe, facts: CaptionFacts = {}): string {
  const { strength, steps, stepRule, guidanceScale, style } = recipe;
  const ran = facts.executedSteps ?? executedSteps(steps, strength, stepRule);
  return [
    style ? style.name.toLowerCase() : 'free prompt',
    `${strength.toFixed(2)} (${bandOf(strength).name})`,
    `seed ${facts.seed ?? recipe.seed}`,
    guidanceScale > 1 ? `guidance ${trim(guidanceScale)}` : 'no guidance',
    ran === steps ? `${steps} steps` : `${ran} of ${steps} steps`,
    ...(facts.tookMs === undefined ? [] : [`${(facts.tookMs / 1000).toFixed(1)} s`]),
  ].join(' · ');
}

const ALT_LIMIT = 1024;

/** Alt text in plain words: what was made from what. */
export function altTextOf(recipe: Recipe, sourceDescription?: string): string {
  const look = recipe.style ? `in the style "${recipe.style.name}"` : 'repainted';
  const of = sourceDescription ? `of ${sourceDescription}` : 'of the picture that was given';
  const wanted = recipe.prompt === '' ? '' : `, asked for as "${recipe.prompt}"`;
  return `A version ${of}, ${look}${wanted}, ${bandOf(recipe.strength).name} change.`.slice(0, ALT_LIMIT);
}
