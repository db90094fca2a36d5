import type { Phrase } from '../../language/phrase.ts';
import { type Say, sayIn } from '../../language/say.ts';
import { altTextOf } from '../../recipe/alt-text.ts';
import { recipeOf } from '../../recipe/work.ts';
import type { Series, SeriesItem } from '../../studio/series.ts';

const MOST = 1024;

/** Alt text of one item's picture: what it is among the others, and what led to it. */
export function itemAlt({ order, items }: Series, item: SeriesItem): string {
  const say = sayIn(order.locale);
  const label = `${say(item.label)}.`;
  const recipe = recipeOf(item.work);
  const source = order.sourceDescription;
  if (!recipe) {
    const of = source ?? say('the picture that was given');
    return `${label} ${say('An enlarged copy of {source}.', { source: of })}`.slice(0, MOST);
  }
  const row = order.feedsForward ? { before: recipesBefore(items, item), of: items.length } : {};
  return `${label} ${altTextOf(recipe, { source, ...row }, say)}`.slice(0, MOST);
}

const recipesBefore = (items: readonly SeriesItem[], { place }: SeriesItem) =>
  items.slice(0, place).flatMap(({ work }) => recipeOf(work) ?? []);

/** Alt text of a sheet of all. @param labels those that are shown, in their order */
export function sheetAlt(
  say: Say,
  { order }: Series,
  labels: readonly Phrase[],
  hasOriginal: boolean,
): string {
  const { sourceDescription: source } = order;
  const list = hasOriginal
    ? say('Several versions beside each other: the original, then {labels}', { labels })
    : say('Several versions beside each other: {labels}', { labels });
  return (source && hasOriginal ? `${list}. ${say('The original: {source}', { source })}` : list).slice(
    0,
    MOST,
  );
}
