import { type Phrase, phrase, untranslated } from '../../language/phrase.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { Painting } from '../../studio/paintings.ts';

const lookOf = ({ style, prompt }: Painting['recipe']): Phrase => {
  if (style) return styleName(style.name);
  return prompt === '' ? phrase('repaint') : untranslated(prompt.slice(0, 40));
};

/** What a painting is called beside others: its strength, and its style or the first of its words. */
export const labelOf = ({ recipe }: Painting): Phrase =>
  phrase('{strength} {look}', { strength: recipe.strength.toFixed(2), look: lookOf(recipe) });
