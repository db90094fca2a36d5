import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { checkPicture } from '../pipeline/index.ts';
import { sha256 } from '../queue/image-store.ts';
import { completeRecipe, type RecipeRequest } from '../recipe/complete-recipe.ts';
import { executedSteps } from '../recipe/strength.ts';
import type { GuildSettings } from '../studio/settings.ts';
import type { MessageBody } from './messages/message-body.ts';
import { queuedMessage } from './messages/paint-messages.ts';
import type { Context } from './services.ts';

/** What is to be painted, and from what. */
export interface PaintAsk {
  request: RecipeRequest;
  /** Names the action in the job's id, so that one event can lead to one job of each kind. */
  action: string;
  parentId?: string | undefined;
  notes?: string[];
  /** The steps come from an earlier recipe: where they would be too few for this strength, they are left open. */
  inheritsSteps?: true;
  sourceDescription?: string | undefined;
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
  await services.images.put(bytes);
  return sha256(bytes);
}

/**
 * Takes a wish into the queue: checks what the server allows, writes the promise down, shows its place, and submits it.
 * A repeated event changes nothing.
 * @throws UserError `not-here`, `not-you`, `too-many-waiting`, `daily-limit`, and those of the recipe
 */
export async function submitPainting(context: Context, ask: PaintAsk): Promise<void> {
  const { services, origin } = context;
  const { studio, queue, costs, registry } = services;
  const settings = await studio.settings.guild(origin.place.guildId);
  checkAllowed(context, settings);
  const model = ask.request.model === undefined ? registry.default() : registry.get(ask.request.model);
  const { recipe, notes } = completeRecipe(
    { ...ask.request, model: model.id, ...(ask.inheritsSteps ? openSteps(ask.request) : {}) },
    { styles: services.styles(), model: model.defaults, drawSeed: services.drawSeed },
  );
  const jobId = jobIdOf(origin.eventId, ask.action);
  if (await studio.deliveries.get(jobId)) return;
  await checkWaiting(context, settings);
  if (!(await studio.quotas.take(jobId, origin.member.id, recipe.count, settings.dailyPictures))) {
    throw new UserError(
      'daily-limit',
      `Expected at most ${settings.dailyPictures} pictures a day in this server, and you have had them`,
      { hint: 'Come back tomorrow.' },
    );
  }
  const costSeconds = costs.predict(recipe);
  const opened = await studio.deliveries.open(jobId, {
    recipe,
    askerId: origin.member.id,
    askerName: origin.member.name,
    channelId: origin.place.channelId,
    locale: origin.locale,
    attachmentLimitBytes: origin.place.attachmentLimitBytes,
    costSeconds,
    notes: [...(ask.notes ?? []), ...notes],
    ...(origin.place.guildId === undefined ? {} : { guildId: origin.place.guildId }),
    ...(ask.parentId === undefined ? {} : { parentId: ask.parentId }),
    ...(ask.sourceDescription === undefined ? {} : { sourceDescription: ask.sourceDescription }),
    ...(origin.place.canPost || !origin.token ? {} : { token: origin.token }),
  });
  if (!opened) return;
  const waiting = (await queue.places()).length;
  const place = { jobId, askerId: origin.member.id, place: waiting, etaSeconds: costSeconds * (waiting + 1) };
  const messageId = await promise(context, jobId, queuedMessage(jobId, recipe, origin.member.id, place));
  await studio.deliveries.place(jobId, messageId);
  await queue.submit({
    id: jobId,
    recipe,
    askerId: origin.member.id,
    costSeconds,
    ...(ask.parentId === undefined ? {} : { parentId: ask.parentId }),
  });
}

function openSteps({ steps, strength, stepRule = 'schedule' }: RecipeRequest): { steps?: undefined } {
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

function checkAllowed({ origin }: Context, settings: GuildSettings): void {
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

async function checkWaiting({ services, origin }: Context, settings: GuildSettings): Promise<void> {
  const own = (await services.queue.places()).filter(
    ({ askerId, place }) => askerId === origin.member.id && place > 0,
  );
  if (own.length < settings.waitingJobs) return;
  throw new UserError(
    'too-many-waiting',
    `You have ${own.length} pictures waiting, which is as many as this server allows`,
    { hint: 'Wait for one, or cancel one with /cancel.' },
  );
}
