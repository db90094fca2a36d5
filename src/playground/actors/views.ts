import type { ChannelView, InteractionView, MessageView } from '../answers.ts';
import { findMessage, type Hub } from '../hub.ts';
import { renderAttachment, timestampOf } from '../world/render.ts';
import { renderEmbeds } from '../world/render-components.ts';
import type { Channel, Interaction, Message, User } from '../world/world.ts';

const nameOf = (user: User | undefined) => user?.globalName ?? 'somebody';

export function viewMessage(hub: Hub, message: Message, viewerId: string): MessageView {
  const { world } = hub;
  const author = world.users.get(message.authorId)!;
  const interaction =
    message.interactionId === undefined ? undefined : world.interactions.get(message.interactionId);
  const target =
    message.referenceId === undefined
      ? undefined
      : findMessage(world, message.channelId, message.referenceId);
  return {
    id: message.id,
    channelId: message.channelId,
    type: message.type,
    author: { id: author.id, name: nameOf(author), username: author.username, bot: author.bot },
    content: message.content,
    attachments: message.attachments.map((attachment) => {
      const { url } = renderAttachment(attachment, (one) => hub.attachmentUrl(one));
      const { id, filename, size, contentType, width, height, description, spoiler } = attachment;
      return { id, filename, url, size, contentType, width, height, description, spoiler };
    }),
    embeds: renderEmbeds(message, (one) => hub.attachmentUrl(one)),
    components: message.components,
    reactions: message.reactions.map(({ emoji, userIds }) => ({
      emoji,
      count: userIds.length,
      me: userIds.includes(viewerId),
      users: userIds.map((id) => nameOf(world.users.get(id))),
    })),
    ...(message.referenceId === undefined ? {} : { reference: message.referenceId }),
    ...(message.referenceId === undefined
      ? {}
      : {
          referenced: target
            ? {
                id: target.id,
                author: nameOf(world.users.get(target.authorId)),
                content: target.content.slice(0, 200),
              }
            : null,
        }),
    ...(interaction?.commandName === undefined
      ? {}
      : {
          interaction: {
            id: interaction.id,
            user: nameOf(world.users.get(interaction.userId)),
            name: interaction.commandName,
          },
        }),
    flags: message.flags,
    ephemeral: message.onlyFor !== undefined,
    loading: (message.flags & 128) !== 0,
    timestamp: timestampOf(message.id),
    editedTimestamp: message.editedAt ?? null,
    mentions: message.mentionIds.map((id) => ({ id, name: nameOf(world.users.get(id)) })),
    pinned: world.channels.get(message.channelId)?.pinned.includes(message.id) ?? false,
    ...(message.threadId === undefined ? {} : { threadId: message.threadId }),
  };
}

export function viewChannel(hub: Hub, channel: Channel): ChannelView {
  const { id, name, type, guildId, parentId, topic, nsfw } = channel;
  const guild = guildId === undefined ? undefined : hub.world.guilds.get(guildId)?.name;
  return {
    id,
    name,
    type,
    nsfw,
    ...(guildId === undefined ? {} : { guildId, guild }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(topic ? { topic } : {}),
  };
}

export function viewInteraction(interaction: Interaction): InteractionView {
  const { id, state, messageIds, modal } = interaction;
  return { id, state, messageIds, ...(modal === undefined ? {} : { modal }) };
}
