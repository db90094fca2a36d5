import type { Painting } from '../studio/paintings.ts';
import { goOn, type Way } from './actions/go-on.ts';
import { deletePainting } from './actions/manage.ts';
import type { Context } from './services.ts';
import { upscalePainting } from './slash/upscale.ts';

/** Reactions that do a button's job. */
const WAYS: Record<string, Way | 'delete' | 'upscale'> = {
  '🔁': 'reroll',
  '🎲': 'variations',
  '✨': 'refine',
  '⬆️': 'upscale',
  '❌': 'delete',
};

/** Those that the bot puts under results, to be pressed. */
export const SEEDED_REACTIONS = ['🎲', '✨'] as const;

/** Whether an emoji under a painting means something; a heart is only a heart. */
export const isMeaningful = (emoji: string) => emoji in WAYS;

/** Whether an emoji takes paintings away. */
export const isDeletion = (emoji: string) => WAYS[emoji] === 'delete';

export async function reactTo(context: Context, painting: Painting, emoji: string): Promise<void> {
  const way = WAYS[emoji];
  if (way === undefined) return;
  if (way === 'delete') await deletePainting(context, painting.id);
  else if (way === 'upscale') await upscalePainting(context, painting.id);
  else await goOn(context, way, painting.id);
}
