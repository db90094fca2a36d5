import { UserError } from '../../errors.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Series, SeriesOrder } from '../../studio/series.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import { creditFor, requireConsentOf } from '../consent.ts';
import { seriesProgress } from '../messages/series-messages.ts';
import { checkWords, safetyAt } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { checkAllowed, jobIdOf, nonceOf, openSteps, recipeFor } from '../submit.ts';
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
  await checkRoom(context, settings, items.length);
  await takeQuota(context, id, items, settings);
  const opened = await studio.series.open(id, orderOf(context, ask, settings, notes), items);
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

function orderOf(
  { origin }: Context,
  ask: SeriesAsk,
  settings: GuildSettings,
  notes: readonly string[],
): SeriesOrder {
  const { place, member, token } = origin;
  const { kind, title, feedsForward = false, parentId, sourceOwnerId } = ask;
  const owner = sourceOwnerId === member.id ? undefined : (sourceOwnerId ?? undefined);
  return {
    kind,
    title,
    askerId: member.id,
    askerName: member.name,
    channelId: place.channelId,
    attachmentLimitBytes: place.attachmentLimitBytes,
    feedsForward,
    safety: safetyAt(place, settings),
    notes: [...(owner === undefined ? [] : [creditFor(owner, undefined)]), ...notes],
    ...(place.guildId === undefined ? {} : { guildId: place.guildId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(owner === undefined ? {} : { sourceOwnerId: owner }),
    ...(place.canPost || !token ? {} : { token }),
  };
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

async function checkRoom({ services, origin }: Context, settings: GuildSettings, count: number) {
  const waiting = (await services.queue.places()).filter(
    ({ askerId, place }) => askerId === origin.member.id && place > 0,
  ).length;
  if (waiting + count <= settings.waitingJobs) return;
  throw new UserError(
    'too-many-waiting',
    `Expected at most ${settings.waitingJobs} pictures waiting, but these ${count} with the ${waiting} that you have would be more`,
    { hint: 'Wait for those, cancel some with /cancel, or ask for fewer.' },
  );
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
    const jobId = `${id}.${place}`;
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
