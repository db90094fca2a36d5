import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { type Phrase, phrase } from '../language/phrase.ts';
import { sayIn } from '../language/say.ts';
import { checkPicture } from '../pipeline/index.ts';
import type { RecipeRequest } from '../recipe/complete-recipe.ts';
import type { Hint } from '../recipe/hints.ts';
import { executedSteps } from '../recipe/strength.ts';
import { picturesOf, type SubjectWish, type Work } from '../recipe/work.ts';
import type { DeliveryOrder } from '../studio/deliveries.ts';
import type { GuildSettings } from '../studio/settings.ts';
import { creditFor, requireConsentOf } from './consent.ts';
import { hintsAbout, taught } from './hints.ts';
import { localeHere } from './locale-here.ts';
import type { MessageBody } from './messages/message-body.ts';
import { queuedMessage } from './messages/paint-messages.ts';
import { recipeFor } from './recipe-for.ts';
import { checkWords, safetyAt } from './safety-check.ts';
import { type Context, costOf } from './services.ts';

/** What every wish says besides its work. */
export interface Ask {
  /** Names the action in the job's id, so that one event can lead to one job of each kind. */
  action: string;
  parentId?: string | undefined;
  notes?: Phrase[];
  /** What the member may not have been told yet. */
  hints?: readonly Hint[];
  sourceDescription?: string | undefined;
  /** Shows the source beside the result. */
  beside?: boolean;
  /** Whose picture it starts from, where that may be somebody else's; the result names them. */
  sourceOwnerId?: string | null | undefined;
  /** Link to the message that the picture stands in. */
  sourceLink?: string | undefined;
}

/** What is to be painted, and from what. */
export interface PaintAsk extends Ask {
  request: RecipeRequest;
  /** The steps come from an earlier recipe: where they would be too few for this strength, they are left open. */
  inheritsSteps?: true;
  /** The member chose the strength, so that it may be worth a word about this picture. */
  strengthIsChosen?: boolean;
  /** Only the subject, or everything else, is repainted. */
  subject?: SubjectWish;
}

export interface WorkAsk extends Ask {
  work: Work;
}

/** A job's id: the event that asked, and the action. A repeated event has the same. */
export const jobIdOf = (eventId: string, action: string) => `${eventId}-${action}`;

/** Discord takes at most 25 characters. */
export const nonceOf = (jobId: string) => createHash('sha256').update(jobId).digest('base64url').slice(0, 25);

/**
 * Keeps a picture that somebody gave, once it is known to be one.
 * @returns its hash
 * @throws UserError `not-a-picture`, `picture-unsupported`, `picture-too-large` or `picture-damaged`
 */
export async function keepPicture({ services }: Context, bytes: Uint8Array): Promise<string> {
  await checkPicture(bytes);
  return services.images.put(bytes);
}

/**
 * Completes what is to be painted, and takes it into the queue.
 * @throws those of the recipe, and of `submitWork`
 */
export async function submitPainting(context: Context, ask: PaintAsk): Promise<void> {
  const { request, inheritsSteps, subject, strengthIsChosen, ...rest } = ask;
  const opened = inheritsSteps ? { ...request, ...openSteps(request) } : request;
  const { recipe, hints, notes } = await recipeFor(context, opened);
  const work: Work = { kind: 'paint', recipe, ...(subject ? { subject } : {}) };
  const seen = strengthIsChosen === true ? await hintsAbout(context, recipe) : [];
  await submitWork(context, {
    ...rest,
    work,
    notes: [...(ask.notes ?? []), ...notes],
    hints: [...(ask.hints ?? []), ...hints, ...seen],
  });
}

/**
 * Takes a wish into the queue: checks what the server allows, writes the promise down, shows its place, and submits it.
 * A repeated event changes nothing.
 * @throws UserError `not-here`, `not-you`, `too-many-waiting`, `daily-limit`, `kept-private`, `safety-refused`
 */
export async function submitWork(context: Context, ask: WorkAsk): Promise<void> {
  const { services, origin } = context;
  const { studio, queue, costs } = services;
  const { work, parentId } = ask;
  const settings = await studio.settings.guild(origin.place.guildId);
  checkAllowed(context, settings);
  const jobId = jobIdOf(origin.eventId, ask.action);
  if (await studio.deliveries.get(jobId)) return;
  await requireConsentOf(context, ask.sourceOwnerId);
  await checkWords(context, settings, jobId, work);
  await checkWaiting(context, settings);
  const pictures = picturesOf(work);
  if (!(await studio.quotas.take(jobId, origin.member.id, pictures, settings.dailyPictures))) {
    throw new UserError(
      'daily-limit',
      phrase('Expected at most {most} pictures a day in this server, and you have had them', {
        most: settings.dailyPictures,
      }),
      { hint: 'Come back tomorrow.' },
    );
  }
  const notes = [...(ask.notes ?? []), ...(await taught(context, ask.hints ?? []))];
  const order = orderFor(context, { ...ask, notes }, settings, costOf(work, costs));
  if (!(await studio.deliveries.open(jobId, order))) return;
  const { askerId, costSeconds, safety } = order;
  const waiting = (await queue.places()).length;
  const place = { jobId, askerId, place: waiting, etaSeconds: costSeconds * (waiting + 1) };
  const body = queuedMessage(sayIn(order.locale), jobId, work, askerId, place);
  const messageId = await promise(context, jobId, body);
  await studio.deliveries.place(jobId, messageId);
  await queue.submit({
    id: jobId,
    work,
    askerId,
    costSeconds,
    safety,
    ...(parentId === undefined ? {} : { parentId }),
  });
}

function orderFor(
  context: Context,
  ask: WorkAsk,
  settings: GuildSettings,
  costSeconds: number,
): DeliveryOrder {
  const { work } = ask;
  return {
    ...promiseTo(context, ask, settings),
    work,
    costSeconds,
    ...(ask.beside === true ? { beside: true } : {}),
  };
}

/** What every promise says: to whom, where, under which rules, and from whose picture. */
export function promiseTo(
  { origin }: Context,
  { parentId, sourceOwnerId, sourceLink, sourceDescription, notes = [] }: Omit<Ask, 'action'>,
  settings: GuildSettings,
) {
  const { member, place, token } = origin;
  const owner = sourceOwnerId === member.id ? undefined : (sourceOwnerId ?? undefined);
  return {
    askerId: member.id,
    askerName: member.name,
    channelId: place.channelId,
    locale: localeHere(settings, origin),
    attachmentLimitBytes: place.attachmentLimitBytes,
    safety: safetyAt(place, settings),
    notes: [...(owner === undefined ? [] : [creditFor(owner, sourceLink)]), ...notes],
    ...(place.guildId === undefined ? {} : { guildId: place.guildId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(owner === undefined ? {} : { sourceOwnerId: owner }),
    ...(sourceDescription === undefined ? {} : { sourceDescription }),
    ...(place.canPost || !token ? {} : { token }),
  };
}

/** Leaves inherited steps open where they would be too few for the strength. */
export function openSteps({ steps, strength, stepRule = 'schedule' }: RecipeRequest): { steps?: undefined } {
  if (steps === undefined || strength === undefined || executedSteps(steps, strength, stepRule) > 0)
    return {};
  return { steps: undefined };
}

/** Posts the message that will hold the painting; where that cannot be, nothing is owed any more. */
async function promise({ services, conversation }: Context, jobId: string, body: MessageBody) {
  try {
    return (await conversation.post(body, nonceOf(jobId))).messageId;
  } catch (error) {
    await services.studio.deliveries.close(jobId);
    await services.studio.quotas.refund(jobId);
    throw error;
  }
}

/** @throws UserError `not-here` or `not-you` */
export function checkAllowed({ origin }: Context, settings: GuildSettings): void {
  const { channels, roles } = settings;
  if (channels.length > 0 && !channels.includes(origin.place.channelId)) {
    throw new UserError(
      'not-here',
      phrase('Painting is kept to {places} in this server', { places: channels.map((id) => `<#${id}>`) }),
    );
  }
  if (
    roles.length > 0 &&
    !origin.member.isModerator &&
    !origin.member.roleIds.some((id) => roles.includes(id))
  ) {
    throw new UserError(
      'not-you',
      phrase('Painting is kept to {roles} in this server', { roles: roles.map((id) => `<@&${id}>`) }),
    );
  }
}

/** @throws UserError `too-many-waiting` */
export async function checkWaiting(
  { services, origin }: Context,
  { waitingJobs }: GuildSettings,
  count = 1,
): Promise<void> {
  const waiting = (await services.queue.places()).filter(
    ({ askerId, place }) => askerId === origin.member.id && place > 0,
  ).length;
  if (waiting + count <= waitingJobs) return;
  if (count === 1)
    throw new UserError(
      'too-many-waiting',
      phrase(
        'You have {waiting, plural, one {# picture} other {# pictures}} waiting, which is as many as this server allows',
        { waiting },
      ),
      { hint: 'Wait for those, or cancel some with /cancel.' },
    );
  throw new UserError(
    'too-many-waiting',
    phrase(
      'Expected at most {most} pictures waiting, but these {count} with the {waiting} that you have would be more',
      { most: waitingJobs, count, waiting },
    ),
    { hint: 'Wait for those, cancel some with /cancel, or ask for fewer.' },
  );
}
