import { missingPermissions, unknownMessage } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { may } from '../rules/permissions.ts';
import { renderMessage } from './render.ts';
import { renderMember, renderUser } from './render-people.ts';
import { type Attachment, type Channel, FLAGS, type Message } from './world.ts';

const INTENTS = {
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  guildTyping: 1 << 11,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  directTyping: 1 << 14,
} as const;

const intentOf = (channel: Channel, guild: keyof typeof INTENTS, direct: keyof typeof INTENTS) =>
  channel.guildId === undefined ? INTENTS[direct] : INTENTS[guild];

/** Messages for one person only travel like direct messages: by that intent, and without a server. */
const messageIntent = (channel: Channel, message: Message) =>
  message.onlyFor === undefined
    ? intentOf(channel, 'guildMessages', 'directMessages')
    : INTENTS.directMessages;

/** Payload of MESSAGE_CREATE and MESSAGE_UPDATE. */
function messageEvent(hub: Hub, message: Message, withhold: boolean): object {
  const { world } = hub;
  const channel = world.channels.get(message.channelId)!;
  const isPrivate = channel.guildId === undefined || message.onlyFor !== undefined;
  const guild = isPrivate ? undefined : world.guilds.get(channel.guildId!);
  const member = guild?.members.find((known) => known.userId === message.authorId);
  return {
    ...renderMessage(world, message, {
      url: (attachment) => hub.attachmentUrl(attachment),
      withhold,
    }),
    channel_type: channel.type,
    ...(guild ? { guild_id: guild.id } : {}),
    ...(member ? { member: withoutUser(renderMember(member, world.users.get(member.userId)!)) } : {}),
  };
}

function withoutUser({ user: _user, ...rest }: ReturnType<typeof renderMember>): object {
  return rest;
}

/** The part of a message that a caller decides. */
export type NewMessage = Partial<Omit<Message, 'id' | 'channelId' | 'authorId' | 'reactions'>>;

/** Files a message and tells everybody who may see it. */
export function postMessage(hub: Hub, channel: Channel, authorId: string, given: NewMessage): Message {
  const { world } = hub;
  const content = given.content ?? '';
  const message: Message = {
    type: 0,
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    ...given,
    content,
    id: hub.id(),
    channelId: channel.id,
    authorId,
    reactions: [],
    mentionIds: given.mentionIds ?? mentionsIn(hub, content),
  };
  const target =
    message.referenceId === undefined ? undefined : findMessage(world, channel.id, message.referenceId);
  if (target && message.pingsReply !== false && !message.mentionIds.includes(target.authorId))
    message.mentionIds.push(target.authorId);
  const list = world.messages.get(channel.id) ?? [];
  world.messages.set(channel.id, list);
  list.push(message);
  hub.changes.emit({ type: 'message', message });
  hub.gateway.emit({
    t: 'MESSAGE_CREATE',
    intent: messageIntent(channel, message),
    data: (withhold) => messageEvent(hub, message, withhold),
  });
  return message;
}

function mentionsIn(hub: Hub, content: string): string[] {
  const ids = [...content.matchAll(/<@!?(\d+)>/g)].map((match) => match[1]!);
  return [...new Set(ids)].filter((id) => hub.world.users.has(id));
}

/** Tells everybody that a message changed. */
export function announceUpdate(hub: Hub, message: Message): void {
  const channel = hub.world.channels.get(message.channelId)!;
  hub.changes.emit({ type: 'messageUpdate', message });
  hub.gateway.emit({
    t: 'MESSAGE_UPDATE',
    intent: messageIntent(channel, message),
    data: (withhold) => messageEvent(hub, message, withhold),
  });
}

/** A change of a message; absent parts stay. */
export interface MessageEdit {
  content?: string;
  embeds?: Message['embeds'];
  components?: Message['components'];
  attachments?: Attachment[];
  flags?: number;
}

export function editMessage(hub: Hub, message: Message, edit: MessageEdit): void {
  const wasLoading = (message.flags & FLAGS.loading) !== 0;
  Object.assign(message, edit);
  message.flags &= ~FLAGS.loading;
  if (edit.content !== undefined) message.mentionIds = mentionsIn(hub, edit.content);
  // The first edit of "thinking…" is the answer itself, not an edit of it.
  if (!wasLoading) message.editedAt = new Date(hub.clock.now()).toISOString().replace('Z', '000+00:00');
  announceUpdate(hub, message);
}

export function deleteMessage(hub: Hub, message: Message): void {
  const { world } = hub;
  const channel = world.channels.get(message.channelId)!;
  const list = world.messages.get(channel.id)!;
  list.splice(list.indexOf(message), 1);
  for (const attachment of message.attachments) world.files.delete(attachment.id);
  const only = message.onlyFor === undefined ? {} : { onlyFor: message.onlyFor };
  hub.changes.emit({ type: 'messageDelete', messageId: message.id, channelId: channel.id, ...only });
  hub.gateway.emit({
    t: 'MESSAGE_DELETE',
    intent: messageIntent(channel, message),
    data: () => ({
      id: message.id,
      channel_id: channel.id,
      ...(channel.guildId === undefined || message.onlyFor !== undefined
        ? {}
        : { guild_id: channel.guildId }),
    }),
  });
}

/** An emoji as it stands in a path or a request: a character, or `name:id`. */
export function parseEmoji(text: string): { id: string | null; name: string } {
  const custom = /^(?:a:)?(\w+):(\d+)$/.exec(text);
  return custom ? { id: custom[2]!, name: custom[1]! } : { id: null, name: text };
}

export const emojiKey = (emoji: { id: string | null; name: string }) => emoji.id ?? emoji.name;

function reactionEvent(
  hub: Hub,
  message: Message,
  userId: string,
  emoji: { id: string | null; name: string },
  t: string,
): void {
  const { world } = hub;
  const channel = world.channels.get(message.channelId)!;
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const member = guild?.members.find((known) => known.userId === userId);
  hub.changes.emit({ type: 'messageUpdate', message });
  hub.gateway.emit({
    t,
    intent: intentOf(channel, 'guildReactions', 'directReactions'),
    data: () => ({
      user_id: userId,
      channel_id: channel.id,
      message_id: message.id,
      message_author_id: message.authorId,
      emoji,
      burst: false,
      type: 0,
      ...(guild ? { guild_id: guild.id } : {}),
      ...(member && t === 'MESSAGE_REACTION_ADD'
        ? { member: renderMember(member, world.users.get(userId)!) }
        : {}),
    }),
  });
}

export function addReaction(
  hub: Hub,
  message: Message,
  userId: string,
  emoji: { id: string | null; name: string },
): void {
  const known = message.reactions.find((reaction) => emojiKey(reaction.emoji) === emojiKey(emoji));
  if (known?.userIds.includes(userId)) return;
  if (known) known.userIds.push(userId);
  else message.reactions.push({ emoji, userIds: [userId] });
  reactionEvent(hub, message, userId, emoji, 'MESSAGE_REACTION_ADD');
}

export function removeReaction(
  hub: Hub,
  message: Message,
  userId: string,
  emoji: { id: string | null; name: string },
): void {
  const known = message.reactions.find((reaction) => emojiKey(reaction.emoji) === emojiKey(emoji));
  if (!known?.userIds.includes(userId)) return;
  known.userIds = known.userIds.filter((id) => id !== userId);
  message.reactions = message.reactions.filter((reaction) => reaction.userIds.length > 0);
  reactionEvent(hub, message, userId, emoji, 'MESSAGE_REACTION_REMOVE');
}

/** A message that the bot may look at or change over a channel's route; others' private ones do not exist there. */
export function requireMessage(hub: Hub, channel: Channel, messageId: string): Message {
  const message = findMessage(hub.world, channel.id, messageId);
  if (!message || message.onlyFor !== undefined) throw unknownMessage();
  return message;
}

export function requirePermission(
  hub: Hub,
  userId: string,
  channel: Channel,
  ...names: Parameters<typeof may>[3][]
): void {
  if (!may(hub.world, userId, channel, ...names)) throw missingPermissions();
}

export function announceTyping(hub: Hub, channel: Channel, userId: string): void {
  hub.changes.emit({ type: 'typing', channelId: channel.id, userId });
  hub.gateway.emit({
    t: 'TYPING_START',
    intent: intentOf(channel, 'guildTyping', 'directTyping'),
    data: () => ({
      channel_id: channel.id,
      user_id: userId,
      timestamp: Math.floor(hub.clock.now() / 1000),
      ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
      ...(channel.guildId === undefined ? {} : { member: memberOf(hub, channel, userId) }),
    }),
  });
}

function memberOf(hub: Hub, channel: Channel, userId: string): object {
  const user = hub.world.users.get(userId)!;
  const member = hub.world.guilds.get(channel.guildId!)!.members.find((known) => known.userId === userId)!;
  return { ...renderMember(member, user), user: renderUser(user) };
}
