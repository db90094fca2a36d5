import { randomBytes } from 'node:crypto';
import { DiscordError, unknownInteraction, unknownWebhook } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { ATTACHMENT_BYTES, LIMITS } from '../rules/limits.ts';
import { permissionsIn } from '../rules/permissions.ts';
import { DEFAULT_LOCALE } from './locales.ts';
import { renderChannel, renderMessage } from './render.ts';
import { renderMember, renderUser } from './render-people.ts';
import type { Channel, Interaction, Message } from './world.ts';

/** What kind of interaction, and what Discord says about it. */
export interface InteractionStart {
  type: Interaction['type'];
  /** Who began it, and the language of their client. */
  by: { id: string; locale: string };
  channel: Channel;
  data: object;
  commandName?: string;
  commandType?: number;
  message?: Message;
  targetId?: string;
  originId?: string;
}

/** Creates an interaction and sends it to the bot. Without a bot nobody answers, and it fails after three seconds. */
export function startInteraction(hub: Hub, start: InteractionStart): Interaction {
  const { world } = hub;
  const id = hub.id();
  const interaction: Interaction = {
    id,
    token: tokenFor(id),
    type: start.type,
    userId: start.by.id,
    channelId: start.channel.id,
    createdAt: hub.clock.now(),
    state: 'pending',
    messageIds: [],
    ...(start.commandName === undefined ? {} : { commandName: start.commandName }),
    ...(start.commandType === undefined ? {} : { commandType: start.commandType }),
    ...(start.message ? { messageId: start.message.id } : {}),
    ...(start.targetId === undefined ? {} : { targetId: start.targetId }),
    ...(start.originId === undefined ? {} : { originId: start.originId }),
  };
  world.interactions.set(interaction.id, interaction);
  const payload = interactionPayload(hub, interaction, start);
  hub.gateway.emit({ t: 'INTERACTION_CREATE', intent: 0, data: () => payload });
  hub.clock.after(LIMITS.respondMs, () => expireIfSilent(hub, interaction));
  hub.clock.after(LIMITS.tokenMs, () => forget(hub, interaction));
  return interaction;
}

/** As Discord's own tokens do, it holds the id, by which the interaction is found. */
const tokenFor = (id: string) =>
  Buffer.from(`interaction:${id}:${randomBytes(32).toString('base64url')}`).toString('base64url');

const idIn = (token: string) => Buffer.from(token, 'base64url').toString().split(':')[1] ?? '';

/** After its token's time only what stands above its messages is still needed. */
function forget({ world }: Hub, interaction: Interaction): void {
  if (interaction.messageIds.length === 0 && interaction.state !== 'modal')
    world.interactions.delete(interaction.id);
  delete interaction.choices;
}

function expireIfSilent(hub: Hub, interaction: Interaction): void {
  if (interaction.state !== 'pending') return;
  interaction.state = 'failed';
  hub.changes.emit({ type: 'interaction', interaction });
}

function interactionPayload(
  hub: Hub,
  interaction: Interaction,
  { channel, by: { id: userId, locale }, data, message }: InteractionStart,
): object {
  const { world } = hub;
  const user = world.users.get(userId)!;
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const member = guild?.members.find((known) => known.userId === userId);
  const botMay = permissionsIn(world, world.botId, channel).toString();
  return {
    id: interaction.id,
    application_id: world.botId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    channel: renderChannel(world, channel),
    channel_id: channel.id,
    locale,
    entitlements: [],
    entitlement_sku_ids: [],
    attachment_size_limit: ATTACHMENT_BYTES[guild?.premiumTier ?? 0],
    app_permissions: botMay,
    context: guild ? 0 : 1,
    authorizing_integration_owners: { '0': guild ? guild.id : '0' },
    ...(guild && member
      ? {
          guild_id: guild.id,
          guild_locale: DEFAULT_LOCALE,
          guild: { id: guild.id, locale: DEFAULT_LOCALE, features: [] },
          member: {
            ...renderMember(member, user),
            permissions: permissionsIn(world, userId, channel).toString(),
          },
        }
      : { user: renderUser(user) }),
    ...(message
      ? { message: renderMessage(world, message, { url: (attachment) => hub.attachmentUrl(attachment) }) }
      : {}),
  };
}

/**
 * The interaction of a callback.
 * @throws DiscordError 10062 when it is unknown or three seconds old, 40060 when it has been answered
 */
export function claimInteraction(hub: Hub, id: string, token: string): Interaction {
  const interaction = hub.world.interactions.get(id);
  if (!interaction || interaction.token !== token) throw unknownInteraction();
  if (interaction.claimed || interaction.state === 'acknowledged' || interaction.state === 'modal') {
    throw new DiscordError(400, 40060, 'Interaction has already been acknowledged.');
  }
  if (interaction.state === 'failed' || hub.clock.now() - interaction.createdAt > LIMITS.respondMs)
    throw unknownInteraction();
  interaction.claimed = true;
  return interaction;
}

/**
 * The interaction of a webhook call.
 * @throws DiscordError 10015 for a token that never was, 50027 after fifteen minutes
 */
export function interactionByToken(hub: Hub, token: string): Interaction {
  const interaction = hub.world.interactions.get(idIn(token));
  if (interaction?.token !== token) throw unknownWebhook();
  const expired = hub.clock.now() - interaction.createdAt > LIMITS.tokenMs;
  if (expired || takeFault(hub, 'token-expiry')) {
    interaction.state = 'expired';
    throw new DiscordError(401, 50027, 'Invalid Webhook Token');
  }
  return interaction;
}

/** Uses up one fault of a kind, where one was ordered. */
export function takeFault(hub: Hub, kind: keyof Hub['faults']['counts'], route = ''): boolean {
  const { counts, route: only } = hub.faults;
  if (counts[kind] <= 0 || (only !== undefined && !route.includes(only) && kind !== 'token-expiry'))
    return false;
  counts[kind] -= 1;
  return true;
}

/** The message that `@original` names. */
export function originalMessage(hub: Hub, interaction: Interaction): Message | undefined {
  const id = interaction.updates ? interaction.messageId : interaction.responseId;
  return id === undefined ? undefined : findMessage(hub.world, interaction.channelId, id);
}
