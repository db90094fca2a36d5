import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiscordError, unknownMessage } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { interactionByToken, originalMessage } from '../world/interactions.ts';
import { deleteMessage, editMessage } from '../world/messages.ts';
import { FLAGS, type Interaction, type Message } from '../world/world.ts';
import { channelOf, KEPT_FLAGS, place, render } from './interaction-messages.ts';
import {
  MessageBody,
  requireContent,
  requireRemainder,
  toMessageChange,
  upgradeToV2,
} from './message-form.ts';
import { type Form, readForm } from './read-form.ts';

const WebhookParams = z.object({
  application: z.string(),
  token: z.string(),
  message: z.string().optional(),
});

/** What an interaction's token opens: its answer, and messages that follow. */
export function addWebhookRoutes(app: FastifyInstance, hub: Hub): void {
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
