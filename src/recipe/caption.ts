import { inEnglish, type Say } from '../language/say.ts';
import type { Recipe } from './recipe.ts';
import { bandOf, executedSteps } from './strength.ts';
import { styleName } from './style-name.ts';

/** What a caption adds to a recipe. */
export interface CaptionFacts {
  seed?: number;
  executedSteps?: number;
  /** Milliseconds of work. */
  tookMs?: number;
}

const trim = (value: number) => String(Math.round(value * 100) / 100);

/** English writes what a style is called small within a line. */
function lookOf({ style }: Recipe, say: Say): string {
  if (!style) return say('free prompt');
  const name = say(styleName(style.name));
  return say.language === 'en' ? name.toLowerCase() : name;
}

/** One line about a painting: `oil painting · 0.60 (significant) · seed 1234 · guidance 7 · 6 of 10 steps · 4.1 s`. */
export function captionOf(recipe: Recipe, facts: CaptionFacts = {}, say: Say = inEnglish): string {
  const { strength, steps, stepRule, guidanceScale, fidelity } = recipe;
  const ran = facts.executedSteps ?? executedSteps(steps, strength, stepRule);
  return [
    lookOf(recipe, say),
    `${strength.toFixed(2)} (${say(bandOf(strength).name)})`,
    say('seed {seed}', { seed: facts.seed ?? recipe.seed }),
    guidanceScale > 1 ? say('guidance {guidance}', { guidance: trim(guidanceScale) }) : say('no guidance'),
    ...(fidelity === undefined ? [] : [say('fidelity {fidelity}', { fidelity: trim(fidelity) })]),
    ran === steps
      ? say('{count, plural, one {# step} other {# steps}}', { count: steps })
      : say('{ran} of {count, plural, one {# step} other {# steps}}', { ran, count: steps }),
    ...(facts.tookMs === undefined ? [] : [`${(facts.tookMs / 1000).toFixed(1)} s`]),
  ].join(' · ');
}
