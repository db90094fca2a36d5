import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { checkPicture } from '../pipeline/index.ts';
import { type Completed, completeRecipe, type RecipeRequest } from '../recipe/complete-recipe.ts';
import { executedSteps } from '../recipe/strength.ts';
import { picturesOf, type SubjectWish, type Work } from '../recipe/work.ts';
import type { DeliveryOrder } from '../studio/deliveries.ts';
import type { GuildSettings } from '../studio/settings.ts';
import { creditFor, requireConsentOf } from './consent.ts';
import type { MessageBody } from './messages/message-body.ts';
import { queuedMessage } from './messages/paint-messages.ts';
import { checkWords, safetyAt } from './safety-check.ts';
import { type Context, costOf } from './services.ts';

/** What every wish says besides its work. */
export interface Ask {
  /** Names the action in the job's id, so that one event can lead to one job of each kind. */
  action: string;
  parentId?: string | undefined;
  notes?: string[];
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
  const { request, inheritsSteps, subject, notes: given = [], ...rest } = ask;
  const opened = inheritsSteps ? { ...request, ...openSteps(request) } : request;
  const { recipe, notes } = recipeFor(context, opened);
  const work: Work = { kind: 'paint', recipe, ...(subject ? { subject } : {}) };
  await submitWork(context, { ...rest, work, notes: [...given, ...notes] });
}

/** Fills a request's holes. @throws UserError `unknown-style`, `unknown-model`, `bad-value` or `no-steps` */
export function recipeFor({ services }: Context, request: RecipeRequest): Completed {
  const { registry } = services;
  const model = request.model === undefined ? registry.default() : registry.get(request.model);
  return completeRecipe(
    { ...request, model: model.id },
    { styles: services.styles(), model: model.defaults, drawSeed: services.drawSeed },
  );
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
      `Expected at most ${settings.dailyPictures} pictures a day in this server, and you have had them`,
      { hint: 'Come back tomorrow.' },
    );
  }
  const order = orderFor(context, ask, settings, costOf(work, costs));
  if (!(await studio.deliveries.open(jobId, order))) return;
  const { askerId, costSeconds, safety } = order;
  const waiting = (await queue.places()).length;
  const place = { jobId, askerId, place: waiting, etaSeconds: costSeconds * (waiting + 1) };
  const messageId = await promise(context, jobId, queuedMessage(jobId, work, askerId, place));
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
  const { work, sourceDescription } = ask;
  return {
    ...promiseTo(context, ask, settings),
    work,
    locale: context.origin.locale,
    costSeconds,
    ...(sourceDescription === undefined ? {} : { sourceDescription }),
    ...(ask.beside === true ? { beside: true } : {}),
  };
}

/** What every promise says: to whom, where, under which rules, and from whose picture. */
export function promiseTo(
  { origin }: Context,
  { parentId, sourceOwnerId, sourceLink, notes = [] }: Omit<Ask, 'action'>,
  settings: GuildSettings,
) {
  const { member, place, token } = origin;
  const owner = sourceOwnerId === member.id ? undefined : (sourceOwnerId ?? undefined);
  return {
    askerId: member.id,
    askerName: member.name,
    channelId: place.channelId,
    attachmentLimitBytes: place.attachmentLimitBytes,
    safety: safetyAt(place, settings),
    notes: [...(owner === undefined ? [] : [creditFor(owner, sourceLink)]), ...notes],
    ...(place.guildId === undefined ? {} : { guildId: place.guildId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(owner === undefined ? {} : { sourceOwnerId: owner }),
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
      `Painting is kept to ${channels.map((id) => `<#${id}>`).join(', ')} in this server`,
    );
  }
  if (
    roles.length > 0 &&
    !origin.member.isModerator &&
    !origin.member.roleIds.some((id) => roles.includes(id))
  ) {
    throw new UserError(
      'not-you',
      `Painting is kept to ${roles.map((id) => `<@&${id}>`).join(', ')} in this server`,
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
  const words =
    count === 1
      ? `You have ${waiting} pictures waiting, which is as many as this server allows`
      : `Expected at most ${waitingJobs} pictures waiting, but these ${count} with the ${waiting} that you have would be more`;
  throw new UserError('too-many-waiting', words, {
    hint: `Wait for those, cancel some with /cancel${count === 1 ? '' : ', or ask for fewer'}.`,
  });
}
