import type { APIAttachment, APIChannel, APIMessage, AttachmentFlags } from 'discord-api-types/v10';
import { findMessage } from '../hub.ts';
import { renderComponents, renderEmbeds } from './render-components.ts';
import { metadataOf } from './render-metadata.ts';
import { renderUser } from './render-people.ts';
import { contentIsOpen } from './visibility.ts';
import { type Attachment, type Channel, type Component, type Message, type World } from './world.ts';

/** Makes the address of an attachment, signed and expiring. */
export type AttachmentUrl = (attachment: Attachment) => string;

export function renderChannel(world: World, channel: Channel): APIChannel {
  const base = { id: channel.id, flags: 0 };
  const last = world.messages.get(channel.id)?.at(-1)?.id ?? null;
  if (channel.type === 1) {
    const recipients = (channel.recipientIds ?? []).filter((id) => id !== world.botId);
    return {
      ...base,
      type: 1,
      last_message_id: last,
      recipients: recipients.map((id) => renderUser(world.users.get(id)!)),
    } as APIChannel;
  }
  const guild = {
    guild_id: channel.guildId!,
    name: channel.name,
    rate_limit_per_user: 0,
    last_message_id: last,
  };
  if (channel.type === 11) {
    return {
      ...base,
      ...guild,
      type: 11,
      parent_id: channel.parentId!,
      owner_id: world.botId,
      message_count: world.messages.get(channel.id)?.length ?? 0,
      member_count: 1,
      total_message_sent: world.messages.get(channel.id)?.length ?? 0,
      thread_metadata: {
        archived: channel.archived ?? false,
        auto_archive_duration: 1440,
        archive_timestamp: new Date(0).toISOString(),
        locked: false,
      },
    } as APIChannel;
  }
  return {
    ...base,
    ...guild,
    type: 0,
    position: channel.position,
    parent_id: null,
    topic: channel.topic ?? null,
    nsfw: channel.nsfw,
    permission_overwrites: channel.overwrites.map((overwrite) => ({
      id: overwrite.id,
      type: overwrite.type,
      allow: overwrite.allow.toString(),
      deny: overwrite.deny.toString(),
    })),
  } as APIChannel;
}

export function renderAttachment(attachment: Attachment, url: AttachmentUrl): APIAttachment {
  const address = url(attachment);
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.size,
    url: address,
    proxy_url: address,
    flags: (attachment.spoiler ? 8 : 0) as AttachmentFlags,
    ...(attachment.contentType === undefined ? {} : { content_type: attachment.contentType }),
    ...(attachment.width === undefined ? {} : { width: attachment.width, height: attachment.height! }),
    ...(attachment.description === undefined ? {} : { description: attachment.description }),
    ...(attachment.ephemeral ? { ephemeral: true } : {}),
  };
}

export interface RenderOptions {
  url: AttachmentUrl;
  /** For a bot without the privileged intent: words, files and components of most messages are held back. */
  withhold?: boolean;
  /** Whose reactions count as `me`. */
  viewerId?: string;
  /** False inside of another message. */
  withReference?: boolean;
}

/** A message as the API gives it. Optional keys are left out, never null: discord.js crashes on some nulls. */
export function renderMessage(world: World, message: Message, options: RenderOptions): APIMessage {
  const { url, withhold = false, viewerId = world.botId, withReference = true } = options;
  const author = world.users.get(message.authorId)!;
  const interaction =
    message.interactionId === undefined ? undefined : world.interactions.get(message.interactionId);
  const channel = world.channels.get(message.channelId)!;
  const rendered = {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: renderUser(author),
    timestamp: timestampOf(message.id),
    edited_timestamp: message.editedAt ?? null,
    tts: false,
    mention_everyone: false,
    mentions: message.mentionIds.map((id) => renderUser(world.users.get(id)!)),
    mention_roles: [],
    ...wordsOf(message, withhold && !contentIsOpen(world, message), url),
    pinned: channel.pinned.includes(message.id),
    flags: message.flags,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(author.bot ? { application_id: world.botId } : {}),
    ...(interaction ? { webhook_id: world.botId, ...metadataOf(world, interaction, message) } : {}),
    ...threadOf(world, message),
  };
  // Inside of a reply stands a message without its reactions, and without what it replies to.
  if (!withReference) return rendered as APIMessage;
  return {
    ...rendered,
    ...reactionsOf(message, viewerId),
    ...referenceOf(world, message, options),
  } as APIMessage;
}

/** The message that is replied to: its address, and a copy where it is still there. */
function referenceOf(world: World, message: Message, options: RenderOptions): object {
  if (message.referenceId === undefined) return {};
  const { guildId } = world.channels.get(message.channelId)!;
  const target = findMessage(world, message.channelId, message.referenceId);
  const address = { type: 0, message_id: message.referenceId, channel_id: message.channelId };
  return {
    message_reference: guildId === undefined ? address : { ...address, guild_id: guildId },
    referenced_message: target ? renderMessage(world, target, { ...options, withReference: false }) : null,
  };
}

/** What the privileged intent guards: held back parts are empty, not absent. */
function wordsOf(
  message: Message,
  withhold: boolean,
  url: AttachmentUrl,
): Pick<APIMessage, 'content' | 'attachments' | 'embeds'> & { components: Component[] } {
  if (withhold) return { content: '', attachments: [], embeds: [], components: [] };
  return {
    content: message.content,
    embeds: renderEmbeds(message, url),
    components: renderComponents(message, url),
    attachments: message.attachments.map((one) => renderAttachment(one, url)),
  };
}

function threadOf(world: World, { threadId }: Message): object {
  const thread = threadId === undefined ? undefined : world.channels.get(threadId);
  return thread ? { thread: renderChannel(world, thread) } : {};
}

function reactionsOf(message: Message, viewerId: string): object {
  if (message.reactions.length === 0) return {};
  return {
    reactions: message.reactions.map(({ emoji, userIds }) => ({
      emoji,
      count: userIds.length,
      count_details: { burst: 0, normal: userIds.length },
      me: userIds.includes(viewerId),
      me_burst: false,
      burst_colors: [],
    })),
  };
}

const EPOCH = 1_420_070_400_000;
/** Discord writes microseconds and an offset. */
export const timestampOf = (id: string) =>
  new Date(Number(BigInt(id) >> 22n) + EPOCH).toISOString().replace('Z', '000+00:00');
