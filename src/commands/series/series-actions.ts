import { UserError } from '../../errors.ts';
import { phrase, type Said } from '../../language/phrase.ts';
import { isOver, type Series } from '../../studio/series.ts';
import type { Action } from '../command.ts';
import { showPainting } from '../family/show.ts';
import { seriesResult } from '../messages/series-messages.ts';
import type { Context } from '../services.ts';
import { endPlanned } from './advance.ts';
import { seriesFiles } from './series-sheet.ts';

/** @throws UserError `painting-gone` */
export async function requireSeries({ services }: Context, id: string): Promise<Series> {
  const series = await services.studio.series.get(id);
  if (series) return series;
  throw new UserError('painting-gone', 'These paintings are not remembered any more', {
    hint: 'Right-click the message → Apps → Repaint goes on from its picture.',
  });
}

/** @throws UserError `not-yours` */
function requireOwner({ origin }: Context, { order }: Series, refused: Said): void {
  if (order.askerId === origin.member.id || origin.member.isModerator) return;
  throw new UserError('not-yours', refused);
}

/** Stops what is not painted yet; what is painted stays. */
export async function stopSeries(context: Context, id: string): Promise<void> {
  const { services, conversation } = context;
  const series = await requireSeries(context, id);
  requireOwner(context, series, phrase('Only who asked for paintings, or a moderator, can stop them'));
  await endPlanned(services, series);
  let stopped = 0;
  for (const { jobId, state } of series.items)
    if (state === 'queued' && (await services.queue.cancel(jobId))) stopped += 1;
  if (stopped === 0 && series.items.every(isOver))
    await conversation.answer({ content: context.say('There is nothing left to stop.') });
}

export const seriesStop: Action = {
  acknowledge: 'quiet',
  run: (context, { subject }) => stopSeries(context, subject),
};

/** Deletes a series' message, and what of it stands in no other one. */
export async function deleteSeries(context: Context, id: string): Promise<void> {
  const { services, conversation } = context;
  const { studio, images } = services;
  const series = await requireSeries(context, id);
  requireOwner(context, series, phrase('Only who asked for paintings, or a moderator, can delete them'));
  for (const { jobId } of series.items) {
    const painting = await studio.paintings.get(jobId);
    if (!painting || painting.messageId !== series.messageId) continue;
    await studio.paintings.remove(jobId);
    for (const { hash } of painting.pictures) await images.delete(hash);
  }
  await studio.series.remove(id);
  if (series.messageId !== undefined) await conversation.remove(series.order.channelId, series.messageId);
}

export const seriesDelete: Action = {
  acknowledge: 'quiet',
  run: (context, { subject }) => deleteSeries(context, subject),
};

/** Shows one painting of a series in a message of its own, from which everything goes on as from any painting. */
export const seriesPick: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }, [value]) {
    const series = await requireSeries(context, subject);
    const item = series.items[Number(value)];
    if (!item) throw new UserError('painting-gone', 'This painting is not remembered any more');
    await showPainting(context, item.jobId);
  },
};

/** Names the best of a series: replies and reactions go on from it, and the sheet frames it. */
export const seriesBest: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }, [value]) {
    const { services, conversation } = context;
    const series = await requireSeries(context, subject);
    requireOwner(context, series, phrase('Only who asked for paintings, or a moderator, can name the best'));
    const item = series.items[Number(value)];
    if (item?.state !== 'painted')
      throw new UserError('painting-gone', 'This painting is not remembered any more');
    await services.studio.series.markBest(series.id, item.place);
    const marked = { ...series, best: item.place };
    const { files, notes } = await seriesFiles(services, marked);
    await conversation.update(seriesResult(marked, files, notes));
  },
};
