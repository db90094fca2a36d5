import { ButtonStyle } from 'discord-api-types/v10';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { type Say, sayIn } from '../../language/say.ts';
import { bandOf } from '../../recipe/strength.ts';
import { recipeOf } from '../../recipe/work.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import { headOf } from '../consent.ts';
import { type ActionRow, button, row, select } from './buttons.ts';
import { resumeButtons, stageLines } from './chain-lines.ts';
import type { MessageBody, OutgoingFile } from './message-body.ts';

const NAMES = {
  ladder: '**Strength ladder** — {title}',
  rounds: '**Refinement in rounds** — {title}',
  batch: '**Batch** — {title}',
  tuning: '**Favourites, fine-tuned** — {title}',
  chain: '**Chain** — {title}',
} as const;

const sayFor = ({ order }: Series): Say => sayIn(order.locale);

function head(series: Series): string {
  const { kind, title, askerId } = series.order;
  const say = sayFor(series);
  return headOf(say, say(NAMES[kind], { title }), askerId);
}

const stagesOf = (series: Series) => (series.order.kind === 'chain' ? stageLines(series) : []);

const painted = ({ items }: Series) => items.filter(({ state }) => state === 'painted');

/** How far a series is: `▰▰▱▱▱ 2 of 5`. */
function progressLine(series: Series): string {
  const all = series.items.length;
  const done = series.items.filter(isOver).length;
  const bar = `${'▰'.repeat(done)}${'▱'.repeat(all - done)}`;
  return `🖌️ ${bar} ${sayFor(series)('{done} of {all}', { done, all })}`;
}

const stopRow = (series: Series): ActionRow =>
  row(
    button(
      { action: 'series-stop', subject: series.id },
      { label: sayFor(series)(series.order.feedsForward ? 'Stop here' : 'Cancel'), emoji: '✖️' },
    ),
  );

/** The message while it is painted; with what there is already, where there is something. */
export function seriesProgress(series: Series, file?: OutgoingFile): MessageBody {
  return {
    content: [head(series), ...stagesOf(series), progressLine(series)].join('\n'),
    components: [stopRow(series)],
    ...(file ? { files: [file] } : {}),
  };
}

/** Why some are missing, one line each. */
function failures(series: Series): string[] {
  const { items } = series;
  const say = sayFor(series);
  const failed = items.filter(({ state }) => state === 'failed');
  const cancelled = items.filter(({ state }) => state === 'cancelled').length;
  return [
    ...failed.map(({ label, words }) =>
      say('⚠️ {label}: {problem}', { label, problem: words ?? phrase('failed') }),
    ),
    // A chain's lines show each of them already.
    ...(cancelled === 0 || series.order.kind === 'chain'
      ? []
      : [say('✖️ {count} cancelled', { count: cancelled })]),
  ];
}

const warnings = (ready: readonly SeriesItem[]) =>
  ready.flatMap(({ words }) => (words === null ? [] : [`-# ${words}`]));

/** How many were painted, and with which seed where all have one. */
function outcome(series: Series, ready: readonly SeriesItem[]): string {
  const say = sayFor(series);
  const [first] = ready;
  if (!first) return say('Nothing was painted.');
  const seed = recipeOf(first.work)?.seed;
  return [
    say('{done} of {all} painted', { done: ready.length, all: series.items.length }),
    ...(series.order.kind === 'ladder' && seed !== undefined ? [say('seed {seed}', { seed })] : []),
  ].join(' · ');
}

const ADVICE = {
  ladder: 'Pick the strength to go on from: it comes as a painting of its own, with all its buttons.',
  rounds: 'Pick the round to go on from; gentle rounds beat one hard pass.',
  batch: 'Pick a picture to go on from.',
  tuning: 'Pick the one to go on from.',
  chain: 'Pick the stage to go on from: it comes as a painting of its own, with all its buttons.',
} as const;

/** Which one is named the best, where one is. */
function bestLine({ best, items, order }: Series): string[] {
  const item = best === undefined ? undefined : items[best];
  if (!item) return [];
  return [
    sayIn(order.locale)('⭐ Best: {label}. Replies and reactions go on from it.', { label: item.label }),
  ];
}

/** The message in its last state. */
export function seriesResult(series: Series, files: OutgoingFile[], notes: readonly Phrase[]): MessageBody {
  const say = sayFor(series);
  const ready = painted(series);
  const lines = [
    head(series),
    ...stagesOf(series),
    outcome(series, ready),
    ...bestLine(series),
    ...failures(series),
    ...new Set([...[...series.order.notes, ...notes].map((note) => `-# ${say(note)}`), ...warnings(ready)]),
    ...(ready.length > 0 ? [`-# ${say(ADVICE[series.order.kind])}`] : []),
  ];
  return {
    content: lines.join('\n').slice(0, 2000),
    components: [
      ...(pickable(series).length > 0 ? [row(pickSelect(series))] : []),
      ...(series.order.kind === 'rounds' && pickable(series).length > 1 ? [row(bestSelect(series))] : []),
      ...lastRow(series),
    ],
    files,
  };
}

function lastRow(series: Series): ActionRow[] {
  const buttons = [
    ...(series.order.kind === 'chain' ? resumeButtons(series) : []),
    ...(painted(series).length > 0 ? [deleteButton(series)] : []),
  ];
  return buttons.length > 0 ? [row(...buttons)] : [];
}

const deleteButton = (series: Series) =>
  button(
    { action: 'series-delete', subject: series.id },
    { label: sayFor(series)('Delete all'), emoji: '🗑️', style: ButtonStyle.Danger },
  );

/** The items from which everything goes on: those that are paintings. */
const pickable = (series: Series) =>
  painted(series).flatMap(({ place, label, work }) => {
    const recipe = recipeOf(work);
    return recipe ? [{ place, label, recipe }] : [];
  });

/** A line of a select for each painting. */
const choices = (series: Series) => {
  const say = sayFor(series);
  return pickable(series).map(({ place, label, recipe }) => ({
    label: say(label),
    value: String(place),
    description: `${recipe.strength.toFixed(2)} (${say(bandOf(recipe.strength).name)}) · ${say('seed {seed}', { seed: recipe.seed })}`,
  }));
};

const pickSelect = (series: Series) =>
  select({ action: 'series-pick', subject: series.id }, sayFor(series)('Go on from …'), choices(series));

/** More rounds are not always better: the one that is chosen is what replies and reactions are about. */
const bestSelect = (series: Series) =>
  select(
    { action: 'series-best', subject: series.id },
    sayFor(series)('Best: replies and reactions go on from it'),
    choices(series).map((line) => ({ ...line, chosen: line.value === String(series.best) })),
  );
