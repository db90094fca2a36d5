import type { ModelDefaults } from './model-defaults.ts';
import { fullNegativePrompt, fullPrompt, type Recipe } from './recipe.ts';
import type { Style } from './styles.ts';

/** So many styles a member, and a server, may keep. */
export const MOST_STYLES = { member: 25, guild: 50 } as const;
/** Characters of a kept style's words: three of them still fit a mix. */
export const MAX_LOOK_WORDS = 2000;

/** How a painting looks, without a name: what a style is made of. */
export type Look = Pick<Style, 'prompt' | 'negative' | 'strength' | 'guidance' | 'lora' | 'model'>;

type Range = [low: number, high: number, usual: number];

/** Without a style there is no range to go by: a little to both sides. */
const AROUND = { strength: 0.1, guidance: 1 };
const round = (value: number) => Math.round(value * 100) / 100;

/** The known range, widened where the value lies outside, with the value as what is usual. */
function rangeAround(
  value: number,
  known: Range | undefined,
  around: number,
  [least, most]: [number, number],
): Range {
  const at = Math.min(most, Math.max(least, round(value)));
  const [low, high] = known ?? [at - around, at + around];
  return [Math.max(least, round(Math.min(low, at))), Math.min(most, round(Math.max(high, at))), at];
}

/**
 * The look of a painting: its words and its style's together, and the strength and guidance at which it was painted.
 * @param known the style that it was painted in, where that is still there
 * @param usual the model that paints when none is named; another one belongs to the look
 */
export function lookOf(
  recipe: Recipe,
  known: Pick<Style, 'strength' | 'guidance'> | undefined,
  usual: Pick<ModelDefaults, 'id'>,
): Look {
  const [lora] = recipe.loras;
  return {
    prompt: fullPrompt(recipe).slice(0, MAX_LOOK_WORDS),
    negative: (fullNegativePrompt(recipe) ?? '').slice(0, MAX_LOOK_WORDS),
    strength: rangeAround(recipe.strength, known?.strength, AROUND.strength, [0.05, 1]),
    guidance: rangeAround(recipe.guidanceScale, known?.guidance, AROUND.guidance, [1, 30]),
    ...(lora ? { lora } : {}),
    ...(recipe.model === usual.id ? {} : { model: recipe.model }),
  };
}
