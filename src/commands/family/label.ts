import type { Painting } from '../../studio/paintings.ts';

/** What a painting is called beside others: its strength, and its style or the first of its words. */
export const labelOf = ({ recipe }: Painting): string =>
  `${recipe.strength.toFixed(2)} ${recipe.style?.name ?? (recipe.prompt.slice(0, 40) || 'repaint')}`;
