import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiscordError, formError, unknownMessage } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import { checkModal } from '../rules/modal-rules.ts';
import { claimInteraction, interactionByToken, originalMessage } from '../world/interactions.ts';
import { deleteMessage, editMessage, postMessage } from '../world/messages.ts';
import { renderMessage } from '../world/render.ts';
import { type Channel, FLAGS, type Interaction, type Message } from '../world/world.ts';
import { MessageBody, requireContent, requireRemainder, toMessageChange, withIds } from './message-form.ts';
import { type Form, readForm } from './read-form.ts';

const Callback = z.looseObject({ type: z.int(), data: z.unknown().optional() });
const Params = z.object({ id: z.string(), token: z.string() });
const WebhookParams = z.object({
  application: z.string(),
  token: z.string(),
  message: z.string().optional(),
});
const Choices = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        name: z.string().min(1).max(LIMITS.choiceName),
        value: z.union([z.string(), z.number()]),
      }),
    )
    .max(LIMITS.choices),
});
const KEPT_FLAGS = FLAGS.ephemeral | FLAGS.componentsV2 | FLAGS.suppressEmbeds;

const channelOf = (hub: Hub, interaction: Interaction) => hub.world.channels.get(interaction.channelId)!;
const render = (hub: Hub, message: Message) =>
  renderMessage(hub.world, message, { url: (attachment) => hub.attachmentUrl(attachment) });

/** Callbacks of interactions, and the webhook routes that their tokens open. */
export function addInteractionRoutes(app: FastifyInstance, hub: Hub): void {
  app.post('/interactions/:id/:token/callback', async (request, reply) => {
    const { id, token } = Params.parse(request.params);
    const form = await readForm(request);
    const { type, data } = parseBody(Callback, form.json);
    const interaction = claimInteraction(hub, id, token);
    const message = await answer(hub, interaction, type, data, form);
    hub.changes.emit({ type: 'interaction', interaction });
    const { with_response: wants } = z
      .looseObject({ with_response: z.string().optional() })
      .parse(request.query);
    if (wants !== 'true') return reply.code(204).send();
    return callbackResponse(hub, interaction, type, message);
  });

  app.post('/webhooks/:application/:token', async (request) => {
    const { token } = WebhookParams.parse(request.params);
    const form = await readForm(request);
    const interaction = interactionByToken(hub, token);
    if (interaction.state === 'pending' || interaction.state === 'failed')
      throw new DiscordError(404, 10015, 'Unknown Webhook');
    return render(hub, await followUp(hub, interaction, form));
  });

  const message = '/webhooks/:application/:token/messages/:message';
  app.get(message, (request) => render(hub, targetOf(hub, request.params)));
  app.patch(message, async (request) => {
    const form = await readForm(request);
    const target = targetOf(hub, request.params);
    const body = parseBody(MessageBody, form.json);
    const channel = hub.world.channels.get(target.channelId)!;
    const change = await toMessageChange(hub, channel, body, form, target.attachments, target.flags);
    requireRemainder(target, change);
    editMessage(hub, target, { ...change, ...upgradeToV2(target, body.flags) });
    return render(hub, target);
  });
  app.delete(message, async (request, reply) => {
    deleteMessage(hub, targetOf(hub, request.params));
    return reply.code(204).send();
  });
}

/** The V2 flag may come with an edit, and never goes away again. */
export function upgradeToV2(message: Message, flags: number | null | undefined): { flags?: number } {
  if (flags === undefined || flags === null) return {};
  const v2 = (message.flags | flags) & FLAGS.componentsV2;
  return { flags: (message.flags & ~FLAGS.suppressEmbeds) | v2 | (flags & FLAGS.suppressEmbeds) };
}

function targetOf(hub: Hub, params: unknown): Message {
  const { token, message: id } = WebhookParams.parse(params);
  const interaction = interactionByToken(hub, token);
  const isOwn = id === '@original' || interaction.messageIds.includes(id!) || interaction.messageId === id;
  const message =
    id === '@original'
      ? originalMessage(hub, interaction)
      : isOwn
        ? findMessage(hub.world, interaction.channelId, id!)
        : undefined;
  if (!message) throw unknownMessage();
  return message;
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
    case 5:
      return deferMessage(
        hub,
        interaction,
        parseBody(z.looseObject({ flags: z.int().nullish() }), data ?? {}).flags ?? 0,
      );
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
  const modal = checkModal(data);
  interaction.modal = { ...modal, components: withIds(modal.components) };
  interaction.state = 'modal';
  return undefined;
}

const messageType = (interaction: Interaction) =>
  interaction.type === 2
    ? interaction.commandType === 1
      ? 20
      : 23
    : interaction.messageId === undefined
      ? 20
      : 19;

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

function place(
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

async function followUp(hub: Hub, interaction: Interaction, form: Form): Promise<Message> {
  const body = parseBody(MessageBody, form.json);
  requireContent(body, form.files);
  const channel = channelOf(hub, interaction);
  const first = originalMessage(hub, interaction);
  const isLoading = first && (first.flags & FLAGS.loading) !== 0;
  if (first && isLoading) {
    // The first follow-up of a deferred answer takes its place, and its visibility.
    const change = await toMessageChange(hub, channel, body, form, [], first.flags);
    editMessage(hub, first, { ...change, ...upgradeToV2(first, body.flags) });
    return first;
  }
  const flags = (body.flags ?? 0) & KEPT_FLAGS;
  return place(hub, interaction, channel, { ...(await toMessageChange(hub, channel, body, form)), flags });
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
