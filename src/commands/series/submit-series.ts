import { UserError } from '../../errors.ts';
import { asPhrase, distinctPhrases, type Phrase, phrase } from '../../language/phrase.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import type { Hint } from '../../recipe/hints.ts';
import { picturesOf, type Work } from '../../recipe/work.ts';
import { itemJobId, type Series, type SeriesOrder } from '../../studio/series.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import type { Wording } from '../command.ts';
import { requireConsentOf } from '../consent.ts';
import { taught } from '../hints.ts';
import { seriesProgress } from '../messages/series-messages.ts';
import { recipeFor } from '../recipe-for.ts';
import { checkWords } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { checkAllowed, checkWaiting, jobIdOf, nonceOf, openSteps, promiseTo } from '../submit.ts';
import { advanceSeries } from './advance.ts';

/** A painting, or other work on a picture. */
type ItemAsk = { label: Wording } & ({ request: RecipeRequest } | { work: Work });

/** What several paintings in one message are to be. */
export interface SeriesAsk {
  kind: SeriesOrder['kind'];
  title: Wording;
  items: ItemAsk[];
  /** Names the action in the series' id. */
  action: string;
  /** Each item starts from the one before. */
  feedsForward?: true;
  parentId?: string | undefined;
  sourceOwnerId?: string | null | undefined;
  notes?: Phrase[];
  sourceDescription?: string | undefined;
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
  const { items, hints, notes: found } = await completeItems(context, ask);
  const id = jobIdOf(origin.eventId, ask.action);
  if (await studio.series.get(id)) return;
  await requireConsentOf(context, ask.sourceOwnerId);
  for (const { work } of items) await checkWords(context, settings, id, work);
  await checkWaiting(context, settings, items.length);
  await takeQuota(
    context,
    items.map(({ work }, place) => ({ jobId: itemJobId(id, place), work })),
    settings,
  );
  const notes = [...(ask.notes ?? []), ...found, ...(await taught(context, hints))];
  const { kind, title, feedsForward = false } = ask;
  const order = {
    ...promiseTo(context, { ...ask, notes }, settings),
    kind,
    title: asPhrase(title),
    feedsForward,
  };
  const opened = await studio.series.open(id, order, items);
  if (!opened) return;
  const series = (await studio.series.get(id))!;
  await showAndStart(context, series);
}

async function completeItems(context: Context, ask: SeriesAsk) {
  const hints = new Map<string, Hint>();
  const notes: Phrase[] = [];
  const items: { label: Phrase; work: Work }[] = [];
  for (const item of ask.items) {
    const label = asPhrase(item.label);
    if ('work' in item) {
      items.push({ label, work: item.work });
      continue;
    }
    const { request } = item;
    const ready = await recipeFor(context, { ...request, ...openSteps(request) });
    for (const hint of ready.hints) hints.set(hint.topic, hint);
    notes.push(...ready.notes);
    items.push({ label, work: { kind: 'paint', recipe: ready.recipe } });
  }
  return { items, hints: [...hints.values()], notes: distinctPhrases(notes) };
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
export async function takeQuota(
  { services, origin }: Context,
  jobs: readonly { jobId: string; work: Work }[],
  settings: GuildSettings,
): Promise<void> {
  const { quotas } = services.studio;
  const taken: string[] = [];
  for (const { jobId, work } of jobs) {
    if (await quotas.take(jobId, origin.member.id, picturesOf(work), settings.dailyPictures)) {
      taken.push(jobId);
      continue;
    }
    for (const booked of taken) await quotas.refund(booked);
    throw new UserError(
      'daily-limit',
      phrase('Expected at most {most} pictures a day in this server, and these {count} would be more', {
        most: settings.dailyPictures,
        count: jobs.length,
      }),
      { hint: 'Come back tomorrow, or ask for fewer.' },
    );
  }
}
