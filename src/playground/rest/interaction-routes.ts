import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formError, unknownMessage } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import { checkMessage } from '../rules/message-rules.ts';
import { checkModal } from '../rules/modal-rules.ts';
import { characters } from '../rules/text-length.ts';
import { claimInteraction, originalMessage } from '../world/interactions.ts';
import { editMessage } from '../world/messages.ts';
import { FLAGS, type Interaction, type Message } from '../world/world.ts';
import { channelOf, KEPT_FLAGS, place, render } from './interaction-messages.ts';
import {
  MessageBody,
  requireContent,
  requireRemainder,
  toMessageChange,
  upgradeToV2,
  withIds,
} from './message-form.ts';
import { type Form, readForm } from './read-form.ts';
import { withoutNulls } from './without-nulls.ts';

const Callback = z.looseObject({ type: z.int(), data: z.unknown().optional() });
const Params = z.object({ id: z.string(), token: z.string() });
const Choices = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        name: characters(1, LIMITS.choiceName),
        value: z.union([z.string().max(LIMITS.optionText), z.number()]),
      }),
    )
    .max(LIMITS.choices),
});
/** Callbacks of interactions. */
export function addInteractionRoutes(app: FastifyInstance, hub: Hub): void {
  app.post('/interactions/:id/:token/callback', async (request, reply) => {
    const { id, token } = Params.parse(request.params);
    const form = await readForm(request);
    const { type, data } = parseBody(Callback, form.json);
    const interaction = claimInteraction(hub, id, token);
    const message = await answer(hub, interaction, type, data, form).finally(() => {
      interaction.claimed = false;
    });
    hub.changes.emit({ type: 'interaction', interaction });
    const { with_response: wants } = z
      .looseObject({ with_response: z.string().optional() })
      .parse(request.query);
    if (wants !== 'true') return reply.code(204).send();
    return callbackResponse(hub, interaction, type, message);
  });
}

async function answer(
  hub: Hub,
  interaction: Interaction,
  type: number,
  data: unknown,
  form: Form,
): Promise<Message | undefined> {
  const isComponent =
    interaction.type === 3 || (interaction.type === 5 && interaction.messageId !== undefined);
  const isAutocomplete = interaction.type === 4;
  if (isAutocomplete !== (type === 8))
    throw formError(
      ['type'],
      'APPLICATION_COMMAND_INTERACTION_TYPE',
      'This callback type does not fit the interaction',
    );
  switch (type) {
    case 4: {
      const body = parseBody(MessageBody, data ?? {});
      requireContent(body, form.files);
      return respond(hub, interaction, body, form);
    }
    case 5: {
      const body = parseBody(MessageBody, data ?? {});
      // Whatever else it brings is checked like a message, and then overlooked.
      checkMessage(
        body,
        [...form.files.values()].map((file) => file.filename),
        0,
      );
      return deferMessage(hub, interaction, body.flags ?? 0);
    }
    case 6:
    case 7:
      if (!isComponent)
        throw formError(['type'], 'INTERACTION_CALLBACK_INVALID', 'There is no message to update');
      return updateMessage(hub, interaction, type, data, form);
    case 8:
      return offerChoices(interaction, data);
    case 9:
      return openModal(interaction, data);
    default:
      throw formError(['type'], 'BASE_TYPE_CHOICES', 'Value must be one of (4, 5, 6, 7, 8, 9).');
  }
}

function offerChoices(interaction: Interaction, data: unknown): undefined {
  interaction.choices = parseBody(Choices, data).choices;
  interaction.state = 'acknowledged';
  return undefined;
}

function openModal(interaction: Interaction, data: unknown): undefined {
  if (interaction.type === 5) {
    throw formError(['type'], 'INTERACTION_CALLBACK_INVALID', 'A form cannot be answered with a form');
  }
  const modal = withoutNulls(checkModal(data));
  interaction.modal = {
    ...modal,
    components: withIds(modal.components),
  } as APIModalInteractionResponseCallbackData;
  interaction.state = 'modal';
  return undefined;
}

async function respond(hub: Hub, interaction: Interaction, body: MessageBody, form: Form): Promise<Message> {
  const channel = channelOf(hub, interaction);
  const flags = (body.flags ?? 0) & KEPT_FLAGS;
  const change = await toMessageChange(hub, channel, body, form);
  const message = place(hub, interaction, channel, { ...change, flags });
  interaction.responseId = message.id;
  return message;
}

function deferMessage(hub: Hub, interaction: Interaction, flags: number): Message {
  // A deferral takes the ephemeral flag only; others come with the edit.
  const message = place(hub, interaction, channelOf(hub, interaction), {
    flags: (flags & FLAGS.ephemeral) | FLAGS.loading,
  });
  interaction.responseId = message.id;
  return message;
}

async function updateMessage(
  hub: Hub,
  interaction: Interaction,
  type: 6 | 7,
  data: unknown,
  form: Form,
): Promise<Message | undefined> {
  const message = findMessage(hub.world, interaction.channelId, interaction.messageId!);
  if (!message) throw unknownMessage();
  if (type === 7) {
    const body = parseBody(MessageBody, data ?? {});
    const change = await toMessageChange(
      hub,
      channelOf(hub, interaction),
      body,
      form,
      message.attachments,
      message.flags,
    );
    requireRemainder(message, change);
    editMessage(hub, message, { ...change, ...upgradeToV2(message, body.flags) });
  }
  interaction.state = 'acknowledged';
  interaction.updates = true;
  interaction.messageIds.push(message.id);
  return type === 7 ? message : undefined;
}

function callbackResponse(
  hub: Hub,
  interaction: Interaction,
  type: number,
  message: Message | undefined,
): object {
  const response = originalMessage(hub, interaction);
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(response
        ? {
            response_message_id: response.id,
            response_message_loading: (response.flags & FLAGS.loading) !== 0,
            response_message_ephemeral: (response.flags & FLAGS.ephemeral) !== 0,
          }
        : {}),
    },
    ...(message && (type === 4 || type === 7) ? { resource: { type, message: render(hub, message) } } : {}),
  };
}
