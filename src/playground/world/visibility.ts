import { findMessage } from '../hub.ts';
import { may } from '../rules/permissions.ts';
import type { Message, World } from './world.ts';

/**
 * Whether a bot without the privileged intent gets a message's words: in direct messages, when it is mentioned, its own,
 * and when a reply pings it under an ordinary message of its own (not under an answer to an interaction).
 */
export function contentIsOpen(world: World, message: Message): boolean {
  const channel = world.channels.get(message.channelId)!;
  if (channel.type === 1 || message.authorId === world.botId) return true;
  if (message.mentionIds.includes(world.botId) && message.content.includes(`<@${world.botId}>`)) return true;
  if (message.referenceId === undefined || message.pingsReply === false) return false;
  const target = findMessage(world, message.channelId, message.referenceId);
  return target?.authorId === world.botId && target.interactionId === undefined;
}

/** Whether a person sees a message: the channel is open to them, and the message is not somebody else's alone. */
export function canSee(world: World, userId: string, message: Message): boolean {
  const channel = world.channels.get(message.channelId);
  if (!channel || !may(world, userId, channel, 'viewChannel')) return false;
  return message.onlyFor === undefined || message.onlyFor === userId || userId === world.botId;
}
