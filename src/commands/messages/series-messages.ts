import { ButtonStyle } from 'discord-api-types/v10';
import { bandOf } from '../../recipe/strength.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import { type ActionRow, button, row, select } from './buttons.ts';
import type { MessageBody, OutgoingFile } from './message-body.ts';

const NAMES = {
  ladder: 'Strength ladder',
  rounds: 'Refinement in rounds',
  batch: 'Batch',
  tuning: 'Favourites, fine-tuned',
} as const;

const head = ({ order }: Series) => `**${NAMES[order.kind]}** — ${order.title} for <@${order.askerId}>`;

const painted = ({ items }: Series) => items.filter(({ state }) => state === 'painted');

/** How far a series is: `▰▰▱▱▱ 2 of 5`. */
function progressLine({ items }: Series): string {
  const done = items.filter(isOver).length;
  return `🖌️ ${'▰'.repeat(done)}${'▱'.repeat(items.length - done)} ${done} of ${items.length}`;
}

const stopRow = (series: Series): ActionRow =>
  row(
    button(
      { action: 'series-stop', subject: series.id },
      { label: series.order.feedsForward ? 'Stop here' : 'Cancel', emoji: '✖️' },
    ),
  );

/** The message while it is painted; with what there is already, where there is something. */
export function seriesProgress(series: Series, file?: OutgoingFile): MessageBody {
  return {
    content: `${head(series)}\n${progressLine(series)}`,
    components: [stopRow(series)],
    ...(file ? { files: [file] } : {}),
  };
}

/** Why some are missing, one line each. */
function failures({ items }: Series): string[] {
  const failed = items.filter(({ state }) => state === 'failed');
  const cancelled = items.filter(({ state }) => state === 'cancelled').length;
  return [
    ...failed.map(({ label, words }) => `⚠️ ${label}: ${words ?? 'failed'}`),
    ...(cancelled === 0 ? [] : [`✖️ ${cancelled} cancelled`]),
  ];
}

const warnings = (ready: readonly SeriesItem[]) =>
  ready.flatMap(({ words }) => (words === null ? [] : [words]));

const ADVICE = {
  ladder: 'Pick the strength to go on from: it comes as a painting of its own, with all its buttons.',
  rounds: 'Pick the round to go on from; gentle rounds beat one hard pass.',
  batch: 'Pick a picture to go on from.',
  tuning: 'Pick the one to go on from.',
} as const;

/** The message in its last state. */
export function seriesResult(series: Series, files: OutgoingFile[], notes: readonly string[]): MessageBody {
  const ready = painted(series);
  const seed = ready[0]?.recipe.seed;
  const lines = [
    head(series),
    ...(ready.length > 0
      ? [
          `${ready.length} of ${series.items.length} painted${series.order.kind === 'ladder' ? ` · seed ${seed}` : ''}`,
        ]
      : ['Nothing was painted.']),
    ...failures(series),
    ...[...new Set([...series.order.notes, ...notes, ...warnings(ready)])].map((note) => `-# ${note}`),
    ...(ready.length > 0 ? [`-# ${ADVICE[series.order.kind]}`] : []),
  ];
  return {
    content: lines.join('\n').slice(0, 2000),
    components: ready.length > 0 ? [row(pickSelect(series)), deleteRow(series)] : [],
    files,
  };
}

const deleteRow = ({ id }: Series): ActionRow =>
  row(
    button(
      { action: 'series-delete', subject: id },
      { label: 'Delete all', emoji: '🗑️', style: ButtonStyle.Danger },
    ),
  );

function pickSelect(series: Series) {
  return select(
    { action: 'series-pick', subject: series.id },
    'Go on from …',
    painted(series).map(({ place, label, recipe }) => ({
      label,
      value: String(place),
      description: `${recipe.strength.toFixed(2)} (${bandOf(recipe.strength).name}) · seed ${recipe.seed}`,
    })),
  );
}
