import { UserError } from '../../errors.ts';
import type { Series, SeriesOrder } from '../../studio/series.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import type { Action } from '../command.ts';
import { requireConsentOf } from '../consent.ts';
import { seriesProgress } from '../messages/series-messages.ts';
import { checkWords } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { checkAllowed, checkWaiting, promiseTo } from '../submit.ts';
import { advanceSeries } from './advance.ts';
import { requireSeries } from './series-actions.ts';
import { takeQuota } from './submit-series.ts';

/** The last state is seen a moment before it is written down that it stands there. */
const LOOKS = 20;
const LOOK_MS = 100;

async function closed(context: Context, id: string): Promise<Series | undefined> {
  for (let look = 0; look < LOOKS; look += 1) {
    const series = await requireSeries(context, id);
    if (series.done) return series;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

/**
 * Takes a chain up again where it failed or was stopped, in its own message: what is left is asked for anew, by the rules
 * that hold now.
 * @throws UserError `not-yours`, and as `submitSeries`
 */
async function resumeSeries(context: Context, id: string): Promise<void> {
  const { services, origin, conversation, say } = context;
  const { studio, queue } = services;
  const series = await closed(context, id);
  const left = series?.items.filter(({ state }) => state !== 'painted') ?? [];
  if (!series || left.length === 0) {
    await conversation.answer({ content: say('There is nothing left to go on with.') });
    return;
  }
  const { askerId, sourceOwnerId } = series.order;
  if (askerId !== origin.member.id)
    throw new UserError('not-yours', 'Only who asked for a chain can go on with it');
  const settings = await studio.settings.guild(origin.place.guildId);
  checkAllowed(context, settings);
  await requireConsentOf(context, sourceOwnerId);
  for (const { work } of left) await checkWords(context, settings, id, work);
  await checkWaiting(context, settings, left.length);
  await takeQuota(context, left, settings);
  if (!(await studio.series.reopen(id, renewed(context, series.order, settings)))) return;
  for (const { jobId } of left) await queue.forget(jobId);
  const now = await requireSeries(context, id);
  await advanceSeries(services, now);
  await conversation.update(seriesProgress(await requireSeries(context, id)));
}

/** The order with what may have changed since: the rules of the place, and how it can be answered. */
function renewed(
  context: Context,
  { token: _old, ...order }: SeriesOrder,
  settings: GuildSettings,
): SeriesOrder {
  const { safety, attachmentLimitBytes, token } = promiseTo(context, {}, settings);
  return { ...order, safety, attachmentLimitBytes, ...(token ? { token } : {}) };
}

export const seriesResume: Action = {
  acknowledge: 'quiet',
  run: (context, { subject }) => resumeSeries(context, subject),
};
