import type { JobFailure, JobResult } from '../../queue/job.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import { costOf, type Services } from '../services.ts';

/**
 * Submits what is due: everything that is planned, or, where each item starts from the one before, the next one. What the
 * queue knows already is left as it is, so this may run again after a crash.
 */
export async function advanceSeries(services: Services, series: Series): Promise<void> {
  const { order, items } = series;
  for (const item of items) {
    if (isOver(item)) continue;
    const before = items[item.place - 1];
    if (order.feedsForward && before) {
      if (before.state !== 'painted') return;
      await submitItem(services, series, await fed(services, item, before));
    } else await submitItem(services, series, item);
  }
}

/** The item with the result of the one before as its source. */
async function fed({ studio }: Services, item: SeriesItem, before: SeriesItem): Promise<SeriesItem> {
  const painting = await studio.paintings.get(before.jobId);
  const source = painting?.pictures[painting.favourite]?.hash;
  return source === undefined ? item : { ...item, recipe: { ...item.recipe, source } };
}

async function submitItem(
  { studio, queue, costs }: Services,
  { order, items }: Series,
  item: SeriesItem,
): Promise<void> {
  if (!(await studio.series.claim(item.jobId, item.recipe))) return;
  const work = { kind: 'paint' as const, recipe: item.recipe };
  const parentId =
    order.feedsForward && item.place > 0 ? items[item.place - 1]!.jobId : (order.parentId ?? undefined);
  await queue.submit({
    id: item.jobId,
    work,
    askerId: order.askerId,
    costSeconds: costOf(work, costs),
    safety: order.safety,
    ...(parentId === undefined ? {} : { parentId }),
  });
}

/** Files an item's painting, in the message of its series, and submits what was waiting for it. */
export async function takeResult(
  services: Services,
  series: Series,
  item: SeriesItem,
  result: Extract<JobResult, { kind: 'paint' }>,
): Promise<void> {
  const { studio, costs } = services;
  const { order, messageId } = series;
  costs.learn(item.recipe, result.tookMs);
  const before = series.items[item.place - 1];
  await studio.paintings.add({
    id: item.jobId,
    recipe: result.recipe ?? item.recipe,
    parentId: order.feedsForward && before ? before.jobId : (order.parentId ?? null),
    pictures: result.pictures,
    askerId: order.askerId,
    guildId: order.guildId ?? null,
    channelId: order.channelId,
    messageId: messageId ?? '',
    executedSteps: result.executedSteps,
    tookMs: result.tookMs,
    sourceOwnerId: order.sourceOwnerId ?? null,
  });
  const words = result.warnings.join('; ');
  await studio.series.setItem(item.jobId, { state: 'painted', ...(words === '' ? {} : { words }) });
  if (order.feedsForward) await advanceNext(services, series.id);
}

async function advanceNext(services: Services, seriesId: string): Promise<void> {
  const series = await services.studio.series.get(seriesId);
  if (series) await advanceSeries(services, series);
}

/** Marks an item that came to nothing, gives its quota back, and ends those that would have started from it. */
export async function takeFailure(
  services: Services,
  series: Series,
  item: SeriesItem,
  failure: JobFailure,
  words: string,
): Promise<void> {
  const state = failure.kind === 'cancelled' ? 'cancelled' : 'failed';
  const { studio } = services;
  await studio.series.setItem(item.jobId, { state, words });
  await studio.quotas.refund(item.jobId);
  if (series.order.feedsForward) await endPlanned(services, series);
}

/** Ends what was never submitted. */
export async function endPlanned({ studio }: Services, { items }: Series): Promise<void> {
  for (const { jobId, state } of items) {
    if (state !== 'planned') continue;
    await studio.series.setItem(jobId, { state: 'cancelled' });
    await studio.quotas.refund(jobId);
  }
}
