import { sayIn } from '../../language/say.ts';
import { keptSize } from '../../pipeline/index.ts';
import type { JobFailure, JobResult } from '../../queue/job.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { recipeOf, type Work, withSource } from '../../recipe/work.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import type { StoredPicture } from '../../studio/stored-picture.ts';
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

/** What came out of an item, as it is to be gone on from; undefined where nothing did. */
async function madeBy({ studio }: Services, item: SeriesItem): Promise<Made | undefined> {
  const painting = await studio.paintings.get(item.jobId);
  const picture = painting?.pictures[painting.favourite] ?? item.picture ?? undefined;
  return picture && { picture, recipe: painting && { ...painting.recipe, seed: picture.seed } };
}

interface Made {
  picture: StoredPicture;
  recipe: Recipe | undefined;
}

/** The item with the result of the one before as its source. */
async function fed(services: Services, item: SeriesItem, before: SeriesItem): Promise<SeriesItem> {
  const made = await madeBy(services, before);
  return made ? { ...item, work: startingFrom(made, item.work) } : item;
}

function startingFrom({ picture, recipe }: Made, planned: Work): Work {
  const work = withSource(planned, picture.hash);
  if (work.kind === 'upscale') return recipe ? { ...work, recipe } : work;
  if (work.kind !== 'paint' || work.recipe.size !== 'keep') return work;
  return { ...work, recipe: { ...work.recipe, size: keptSize(picture) } };
}

/** The painting that a job goes on from: the item before where that is one. */
function parentOf({ order, items }: Series, { place }: SeriesItem): string | undefined {
  const before = order.feedsForward ? items[place - 1] : undefined;
  return before && recipeOf(before.work) ? before.jobId : order.parentId;
}

async function submitItem(
  { studio, queue, costs }: Services,
  series: Series,
  item: SeriesItem,
): Promise<void> {
  const { jobId, work } = item;
  const { askerId, safety } = series.order;
  if (!(await studio.series.claim(jobId, work))) return;
  const parentId = parentOf(series, item);
  await queue.submit({
    id: jobId,
    work,
    askerId,
    costSeconds: costOf(work, costs),
    safety,
    ...(parentId === undefined ? {} : { parentId }),
  });
}

/** Files what came out of an item, in the message of its series, and submits what was waiting for it. */
export async function takeResult(
  services: Services,
  series: Series,
  item: SeriesItem,
  result: JobResult,
): Promise<void> {
  const { studio, costs } = services;
  const { order } = series;
  const { jobId, work } = item;
  if (work.kind === 'paint') costs.learn(work.recipe, result.tookMs);
  await filePainting(services, series, item, result);
  const words = result.warnings.map(sayIn(order.locale)).join('; ');
  await studio.series.setItem(jobId, {
    state: 'painted',
    picture: result.pictures[0]!,
    ...(words === '' ? {} : { words }),
  });
  if (order.feedsForward) await advanceNext(services, series.id);
}

/** What comes out of a picture that was none of our paintings, and was not painted, is none either. */
async function filePainting(
  { studio }: Services,
  series: Series,
  item: SeriesItem,
  result: JobResult,
): Promise<void> {
  const recipe = (result.kind === 'paint' ? result.recipe : undefined) ?? recipeOf(item.work);
  if (!recipe) return;
  const { order, messageId } = series;
  await studio.paintings.add({
    id: item.jobId,
    recipe,
    parentId: parentOf(series, item) ?? null,
    pictures: result.pictures,
    askerId: order.askerId,
    guildId: order.guildId ?? null,
    channelId: order.channelId,
    messageId: messageId ?? '',
    executedSteps: result.kind === 'paint' ? result.executedSteps : recipe.steps,
    tookMs: result.tookMs,
    sourceOwnerId: order.sourceOwnerId ?? null,
    locale: order.locale,
    sourceDescription: order.sourceDescription ?? null,
  });
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
