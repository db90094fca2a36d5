import { UserError } from '../../errors.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { itemJobId, type Series, type SeriesOrder } from '../../studio/series.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import { requireConsentOf } from '../consent.ts';
import { seriesProgress } from '../messages/series-messages.ts';
import { checkWords } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { checkAllowed, checkWaiting, jobIdOf, nonceOf, openSteps, promiseTo, recipeFor } from '../submit.ts';
import { advanceSeries } from './advance.ts';

/** What several paintings in one message are to be. */
export interface SeriesAsk {
  kind: SeriesOrder['kind'];
  title: string;
  items: { label: string; request: RecipeRequest }[];
  /** Names the action in the series' id. */
  action: string;
  /** Each item starts from the one before. */
  feedsForward?: true;
  parentId?: string | undefined;
  sourceOwnerId?: string | null | undefined;
  notes?: string[];
}

/**
 * Takes several paintings into the queue, each as a job of its own, and shows them together in one message. They count one
 * by one, in the day's quota, among those that a member may have waiting, and in the fair order. A repeated event changes
 * nothing.
 * @throws UserError as `submitPainting`
 */
export async function submitSeries(context: Context, ask: SeriesAsk): Promise<void> {
  const { services, origin } = context;
  const { studio } = services;
  const settings = await studio.settings.guild(origin.place.guildId);
  checkAllowed(context, settings);
  const { items, notes } = completeItems(context, ask);
  const id = jobIdOf(origin.eventId, ask.action);
  if (await studio.series.get(id)) return;
  await requireConsentOf(context, ask.sourceOwnerId);
  for (const { recipe } of items) await checkWords(context, settings, id, { kind: 'paint', recipe });
  await checkWaiting(context, settings, items.length);
  await takeQuota(context, id, items, settings);
  const { kind, title, feedsForward = false } = ask;
  const order = { ...promiseTo(context, { ...ask, notes }, settings), kind, title, feedsForward };
  const opened = await studio.series.open(id, order, items);
  if (!opened) return;
  const series = (await studio.series.get(id))!;
  await showAndStart(context, series);
}

function completeItems(context: Context, ask: SeriesAsk) {
  const notes = new Set(ask.notes);
  const items = ask.items.map(({ label, request }) => {
    const { recipe, notes: own } = recipeFor(context, { ...request, ...openSteps(request) });
    for (const note of own) notes.add(note);
    return { label, recipe };
  });
  return { items, notes: [...notes] };
}

/** Posts the message, and hands over what is due; where nothing can be posted, nothing is owed any more. */
async function showAndStart({ services, conversation }: Context, series: Series): Promise<void> {
  try {
    const { messageId } = await conversation.post(seriesProgress(series), nonceOf(series.id));
    await services.studio.series.place(series.id, { messageId });
    await advanceSeries(services, { ...series, messageId });
  } catch (error) {
    for (const { jobId } of series.items) {
      await services.queue.cancel(jobId);
      await services.studio.quotas.refund(jobId);
    }
    await services.studio.series.remove(series.id);
    throw error;
  }
}

/** Books each picture under its own job, so that each can be given back alone. */
async function takeQuota(
  { services, origin }: Context,
  id: string,
  items: readonly { recipe: Recipe }[],
  settings: GuildSettings,
): Promise<void> {
  const { quotas } = services.studio;
  const taken: string[] = [];
  for (const [place, { recipe }] of items.entries()) {
    const jobId = itemJobId(id, place);
    if (await quotas.take(jobId, origin.member.id, recipe.count, settings.dailyPictures)) {
      taken.push(jobId);
      continue;
    }
    for (const booked of taken) await quotas.refund(booked);
    throw new UserError(
      'daily-limit',
      `Expected at most ${settings.dailyPictures} pictures a day in this server, and these ${items.length} would be more`,
      { hint: 'Come back tomorrow, or ask for fewer.' },
    );
  }
}
