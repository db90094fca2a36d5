import { sayIn } from '../../language/say.ts';
import type { Series, SeriesItem } from '../../studio/series.ts';
import { button } from './buttons.ts';

const SIGNS: Record<SeriesItem['state'], string> = {
  planned: '▫️',
  queued: '🖌️',
  painted: '✅',
  failed: '⚠️',
  cancelled: '✖️',
};

/** The stages of a chain with how each one stands, a line each. */
export function stageLines({ items, order }: Series): string[] {
  const say = sayIn(order.locale);
  return items.map(({ place, label, state }) => `${SIGNS[state]} ${place + 1}. ${say(label)}`);
}

/** The first stage that came to nothing; undefined while there is hope for all, and when all is done. */
const firstLeft = ({ items }: Series): SeriesItem | undefined =>
  items.find(({ state }) => state === 'failed' || state === 'cancelled');

/** The button that takes up a chain again where it ended too soon. */
export function resumeButtons(series: Series) {
  const left = firstLeft(series);
  if (!left) return [];
  const say = sayIn(series.order.locale);
  return [
    button(
      { action: 'series-resume', subject: series.id },
      { label: say('Go on from stage {number}', { number: left.place + 1 }), emoji: '▶️' },
    ),
  ];
}
