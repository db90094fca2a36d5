import {
  type ButtonInteraction,
  type Channel,
  type ChatInputCommandInteraction,
  type Client,
  type Attachment as DiscordAttachment,
  type GuildMember,
  type Message,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type PartialMessage,
  PermissionFlagsBits,
  type SendableChannels,
  type StringSelectMenuInteraction,
  type User,
} from 'discord.js';
import type { Attachment, Conversation, Member, Origin, Place, TargetMessage } from '../commands/context.ts';
import type { MessageBody } from '../commands/messages/message-body.ts';
import type { Sign } from '../credentials/signing.ts';
import { UserError } from '../errors.ts';
import { type DownloadLimits, downloadAttachment } from './download.ts';
import { troubleOf } from './failures.ts';
import { toDiscord } from './to-discord.ts';

export type Answerable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ButtonInteraction
  | StringSelectMenuInteraction
  | ModalSubmitInteraction;

const NEEDED =
  PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages | PermissionFlagsBits.AttachFiles;
const DEFAULT_LIMIT = 10 * 1024 * 1024;

export function toAttachment(attachment: DiscordAttachment): Attachment {
  const { id, name, size, url, contentType, description, width, height } = attachment;
  return {
    id,
    filename: name,
    sizeBytes: size,
    url,
    ...(contentType ? { contentType } : {}),
    ...(width && height ? { width, height } : {}),
    ...(description ? { description } : {}),
  };
}

export function toTarget(message: Message): TargetMessage {
  return {
    id: message.id,
    channelId: message.channelId,
    authorId: message.author.id,
    authorName: message.author.displayName,
    isOurs: message.author.id === message.client.user.id,
    link: message.url,
    content: message.content,
    attachments: [...message.attachments.values()].map(toAttachment),
  };
}

/** A thread is what its channel is. */
function isAgeRestricted(channel: Channel | null): boolean {
  if (channel?.isThread()) return isAgeRestricted(channel.parent);
  return channel !== null && 'nsfw' in channel && channel.nsfw;
}

/** Who asked where, from an interaction. */
export function originOf(interaction: Answerable): Origin {
  const { guildId, channelId, user, locale } = interaction;
  const permissions = interaction.memberPermissions;
  const member: Member = {
    id: user.id,
    name: user.displayName,
    isModerator: permissions?.has(PermissionFlagsBits.ManageMessages) ?? guildId === null,
    isManager: permissions?.has(PermissionFlagsBits.ManageGuild) ?? false,
    roleIds: interaction.inCachedGuild() ? [...interaction.member.roles.cache.keys()] : [],
  };
  // In a user install the bot is not in the channel, whatever the permissions say.
  const isThere =
    guildId === null
      ? interaction.channel !== null || interaction.context === 1
      : interaction.inCachedGuild();
  const place: Place = {
    channelId: channelId ?? '',
    canPost: isThere && (interaction.appPermissions.has(NEEDED) || guildId === null),
    isDirect: guildId === null,
    isAgeRestricted: isAgeRestricted(interaction.channel),
    attachmentLimitBytes: interaction.attachmentSizeLimit,
    ...(guildId === null ? {} : { guildId }),
    ...(interaction.guildLocale ? { guildLocale: interaction.guildLocale } : {}),
  };
  const token = {
    value: interaction.token,
    bornAtMs: interaction.createdTimestamp,
    applicationId: interaction.applicationId,
  };
  return {
    eventId: interaction.id,
    member,
    place,
    locale,
    token,
    ...(interaction.isMessageComponent() ? { message: toTarget(interaction.message) } : {}),
  };
}

/**
 * Who asked where, from a message or a reaction.
 * @param locale of what they answer, where that is known: Discord tells none of theirs
 */
export function originOfMessage(
  eventId: string,
  message: Message | PartialMessage,
  user: User,
  client: Client<true>,
  locale: string | undefined,
): Origin {
  const { guild, channelId, channel } = message;
  const member = guild?.members.cache.get(user.id);
  const permissionsOf = (who: User | GuildMember | undefined) =>
    who && 'permissionsFor' in channel ? channel.permissionsFor(who) : null;
  const theirs = permissionsOf(member);
  return {
    eventId,
    locale: locale ?? guild?.preferredLocale ?? 'en-US',
    member: {
      id: user.id,
      name: user.displayName,
      isModerator: theirs?.has(PermissionFlagsBits.ManageMessages) ?? guild === null,
      isManager: theirs?.has(PermissionFlagsBits.ManageGuild) ?? false,
      roleIds: member ? [...member.roles.cache.keys()] : [],
    },
    place: {
      channelId,
      canPost: permissionsOf(client.user)?.has(NEEDED) ?? true,
      isDirect: guild === null,
      isAgeRestricted: isAgeRestricted(channel),
      attachmentLimitBytes: DEFAULT_LIMIT,
      ...(guild ? { guildId: guild.id, guildLocale: guild.preferredLocale } : {}),
    },
  };
}

/** A channel that takes messages. @throws UserError `no-channel` */
export async function sendable(client: Client, channelId: string): Promise<SendableChannels> {
  const channel = await client.channels.fetch(channelId);
  if (channel?.isSendable()) return channel;
  throw new UserError('no-channel', 'Expected a channel that the bot can write to');
}

/** How files come in, and go out. */
export interface ConversationOptions {
  downloads: DownloadLimits;
  sign: Sign;
}

/** What every conversation can do, whatever brought it here. */
function shared(client: Client<true>, { downloads: limits, sign }: ConversationOptions) {
  return {
    async tell(channelId: string, body: MessageBody): Promise<boolean> {
      try {
        await (await sendable(client, channelId)).send(await toDiscord(body, sign));
        return true;
      } catch (error) {
        if (troubleOf(error) === 'other') throw error;
        return false;
      }
    },
    download: (attachment: Attachment) => downloadAttachment(attachment, limits),
    async fetchMessage(channelId: string, messageId: string): Promise<TargetMessage> {
      const channel = await sendable(client, channelId);
      return toTarget(await channel.messages.fetch(messageId));
    },
    async change(channelId: string, messageId: string, body: MessageBody): Promise<void> {
      const channel = await sendable(client, channelId);
      await channel.messages.edit(messageId, await toDiscord(body, sign));
    },
    async remove(channelId: string, messageId: string): Promise<void> {
      try {
        await (await sendable(client, channelId)).messages.delete(messageId);
      } catch (error) {
        if (troubleOf(error) !== 'gone') throw error;
      }
    },
    async postIn(channelId: string, body: MessageBody, nonce: string): Promise<string> {
      const channel = await sendable(client, channelId);
      const message = await channel.send({ ...(await toDiscord(body, sign)), nonce, enforceNonce: true });
      return message.id;
    },
  };
}

/** A conversation that began with an interaction, which the dispatcher has acknowledged. */
export function interactionConversation(
  interaction: Answerable,
  origin: Origin,
  client: Client<true>,
  options: ConversationOptions,
): Conversation {
  const { sign } = options;
  const common = shared(client, options);
  return {
    ...common,
    async post(body, nonce) {
      if (origin.place.canPost)
        return { messageId: await common.postIn(origin.place.channelId, body, nonce), byToken: false };
      // After a press the original answer is the message with the button, which stays as it is.
      const isFree = interaction.deferred && !interaction.replied && !interaction.isMessageComponent();
      const ready = await toDiscord(body, sign);
      const message = await (isFree ? interaction.editReply(ready) : interaction.followUp(ready));
      return { messageId: message.id, byToken: true };
    },
    async answer(body) {
      const ready = await toDiscord(body, sign);
      if (interaction.deferred && interaction.ephemeral) await interaction.editReply(ready);
      else await interaction.followUp({ ...ready, flags: MessageFlags.Ephemeral });
    },
    async update(body) {
      await interaction.editReply(await toDiscord(body, sign));
    },
    async openForm(form) {
      if (interaction.isModalSubmit()) throw new UserError('form-in-form', 'A form cannot open another one');
      await interaction.showModal(form);
    },
  };
}

/** A conversation that began with a reply or a reaction: there is nobody to answer in private. */
export function messageConversation(
  message: Message | PartialMessage,
  origin: Origin,
  client: Client<true>,
  options: ConversationOptions,
): Conversation {
  const { sign } = options;
  const common = shared(client, options);
  return {
    ...common,
    post: async (body, nonce) => ({
      messageId: await common.postIn(origin.place.channelId, body, nonce),
      byToken: false,
    }),
    async answer(body) {
      const channel = await sendable(client, origin.place.channelId);
      await channel.send({
        ...(await toDiscord(body, sign)),
        reply: { messageReference: message.id, failIfNotExists: false },
      });
    },
    update: () => Promise.reject(new UserError('no-form', 'Only a pressed button can change its message')),
    openForm: () => Promise.reject(new UserError('no-form', 'A form needs a button or a command')),
  };
}
