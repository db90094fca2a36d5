import type { Hub } from '../hub.ts';
import { postMessage } from '../world/messages.ts';
import { renderMessage } from '../world/render.ts';
import { type Channel, FLAGS, type Interaction, type Message } from '../world/world.ts';

/** Flags that an answer may set. */
export const KEPT_FLAGS = FLAGS.ephemeral | FLAGS.componentsV2 | FLAGS.suppressEmbeds;

export const channelOf = (hub: Hub, interaction: Interaction) =>
  hub.world.channels.get(interaction.channelId)!;
/** A message as the bot gets it back: its own, so nothing is held back. */
export const render = (hub: Hub, message: Message) =>
  renderMessage(hub.world, message, { url: (attachment) => hub.attachmentUrl(attachment) });

const messageType = (interaction: Interaction) =>
  interaction.type === 2
    ? interaction.commandType === 1
      ? 20
      : 23
    : interaction.messageId === undefined
      ? 20
      : 19;

/** Posts a message as an answer to an interaction. */
export function place(
  hub: Hub,
  interaction: Interaction,
  channel: Channel,
  given: Parameters<typeof postMessage>[3],
): Message {
  const flags = given.flags ?? 0;
  interaction.state = 'acknowledged';
  const reference =
    interaction.type === 3 && interaction.messageId !== undefined
      ? { referenceId: interaction.messageId, pingsReply: false }
      : {};
  const message = postMessage(hub, channel, hub.world.botId, {
    ...given,
    ...reference,
    type: messageType(interaction),
    interactionId: interaction.id,
    ...(flags & FLAGS.ephemeral ? { onlyFor: interaction.userId } : {}),
  });
  interaction.messageIds.push(message.id);
  return message;
}
