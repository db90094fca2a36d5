import { renderUser } from './render-people.ts';
import type { Interaction, Message, World } from './world.ts';

/** Which interaction a message answers, and of which installation. */
export function metadataOf(world: World, interaction: Interaction, message: Message): object {
  const { name, user } = {
    name: interaction.commandName,
    user: renderUser(world.users.get(interaction.userId)!),
  };
  const first = interaction.updates ? interaction.messageId : interaction.responseId;
  return {
    interaction_metadata: {
      ...traceOf(world, interaction),
      ...(first === undefined || first === message.id ? {} : { original_response_message_id: first }),
    },
    ...(interaction.type === 2 ? { interaction: { id: interaction.id, type: 2, name, user } } : {}),
  };
}

function traceOf(world: World, interaction: Interaction): object {
  const guildId = world.channels.get(interaction.channelId)?.guildId ?? '0';
  const base = {
    id: interaction.id,
    type: interaction.type,
    user: renderUser(world.users.get(interaction.userId)!),
    authorizing_integration_owners: { '0': guildId },
  };
  if (interaction.type === 3) return { ...base, interacted_message_id: interaction.messageId };
  const origin =
    interaction.originId === undefined ? undefined : world.interactions.get(interaction.originId);
  if (interaction.type === 5 && origin)
    return { ...base, triggering_interaction_metadata: traceOf(world, origin) };
  return interaction.targetId === undefined ? base : { ...base, target_message_id: interaction.targetId };
}
