import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  DiscordError,
  formError,
  missingAccess,
  missingPermissions,
  unknownChannel,
} from '../discord-error.ts';
import { MESSAGE_CONTENT } from '../gateway/intents.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { may } from '../rules/permissions.ts';
import {
  announceTyping,
  deleteMessage,
  editMessage,
  postMessage,
  requireMessage,
  requirePermission,
} from '../world/messages.ts';
import { renderChannel, renderMessage } from '../world/render.ts';
import { type Channel, FLAGS, type Message } from '../world/world.ts';
import {
  MessageBody,
  requireContent,
  requireRemainder,
  toMessageChange,
  upgradeToV2,
} from './message-form.ts';
import { readForm } from './read-form.ts';

const Params = z.object({ channel: z.string(), message: z.string().optional() });
const Listing = z.looseObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.string().optional(),
  after: z.string().optional(),
  around: z.string().optional(),
});
const NONCE_MS = 5 * 60_000;

/** A channel that the bot may look into. @throws DiscordError 10003 or 50001 */
export function openChannel(hub: Hub, request: FastifyRequest): Channel {
  const channel = hub.world.channels.get(Params.parse(request.params).channel);
  if (!channel) throw unknownChannel();
  if (!may(hub.world, hub.world.botId, channel, 'viewChannel')) throw missingAccess();
  return channel;
}

/** A message for the bot, which sees no more of it than its application may. */
export const renderForBot = (hub: Hub, message: Message) =>
  renderMessage(hub.world, message, {
    url: (attachment) => hub.attachmentUrl(attachment),
    withhold: (hub.privilegedIntents & MESSAGE_CONTENT) === 0,
  });
const messageIn = (hub: Hub, channel: Channel, request: FastifyRequest) =>
  requireMessage(hub, channel, Params.parse(request.params).message!);

/** Channels and their messages. */
export function addChannelRoutes(app: FastifyInstance, hub: Hub): void {
  const bot = () => hub.world.botId;
  app.get('/channels/:channel', (request) => renderChannel(hub.world, openChannel(hub, request)));

  app.post('/channels/:channel/typing', async (request, reply) => {
    const channel = openChannel(hub, request);
    requirePermission(hub, bot(), channel, 'sendMessages');
    announceTyping(hub, channel, bot());
    return reply.code(204).send();
  });

  app.get('/channels/:channel/messages', (request) => {
    const channel = openChannel(hub, request);
    requirePermission(hub, bot(), channel, 'readMessageHistory');
    return listMessages(hub, channel, parseBody(Listing, request.query)).map((message) =>
      renderForBot(hub, message),
    );
  });
  app.get('/channels/:channel/messages/:message', (request) =>
    renderForBot(hub, messageIn(hub, openChannel(hub, request), request)),
  );

  app.post('/channels/:channel/messages', async (request) => {
    const channel = openChannel(hub, request);
    const form = await readForm(request);
    const body = parseBody(MessageBody, form.json);
    requireContent(body, form.files);
    requirePermission(hub, bot(), channel, channel.type === 11 ? 'sendMessagesInThreads' : 'sendMessages');
    if (form.files.size > 0) requirePermission(hub, bot(), channel, 'attachFiles');
    const again = sameNonce(hub, channel, body);
    if (again) return renderForBot(hub, again);
    const change = await toMessageChange(hub, channel, body, form, [], body.flags ?? 0);
    return renderForBot(hub, postMessage(hub, channel, bot(), { ...change, ...headOf(hub, channel, body) }));
  });

  app.patch('/channels/:channel/messages/:message', async (request) => {
    const channel = openChannel(hub, request);
    const form = await readForm(request);
    const message = messageIn(hub, channel, request);
    if (message.authorId !== bot())
      throw new DiscordError(403, 50005, 'Cannot edit a message authored by another user');
    const body = parseBody(MessageBody, form.json);
    const change = await toMessageChange(hub, channel, body, form, message.attachments, message.flags);
    requireRemainder(message, change);
    editMessage(hub, message, { ...change, ...upgradeToV2(message, body.flags) });
    return renderForBot(hub, message);
  });

  app.delete('/channels/:channel/messages/:message', async (request, reply) => {
    const channel = openChannel(hub, request);
    const message = messageIn(hub, channel, request);
    if (message.authorId !== bot()) requirePermission(hub, bot(), channel, 'manageMessages');
    deleteMessage(hub, message);
    return reply.code(204).send();
  });

  app.post('/channels/:channel/messages/bulk-delete', async (request, reply) => {
    const channel = openChannel(hub, request);
    requirePermission(hub, bot(), channel, 'manageMessages');
    const { messages } = parseBody(
      z.looseObject({ messages: z.array(z.string()).min(2).max(100) }),
      request.body,
    );
    for (const id of messages) {
      const message = findMessage(hub.world, channel.id, id);
      if (message) deleteMessage(hub, message);
    }
    return reply.code(204).send();
  });
}

/** Nonce, reply and flags of a new message. */
function headOf(hub: Hub, channel: Channel, body: MessageBody): Partial<Message> {
  const head: Partial<Message> = { flags: (body.flags ?? 0) & (FLAGS.componentsV2 | FLAGS.suppressEmbeds) };
  if (body.nonce !== undefined && body.nonce !== null) head.nonce = String(body.nonce);
  const reference = body.message_reference;
  if (!reference) return head;
  const target = findMessage(hub.world, channel.id, reference.message_id);
  if (!target || target.onlyFor !== undefined) {
    if (reference.fail_if_not_exists === false) return head;
    throw formError(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
  }
  if (!may(hub.world, hub.world.botId, channel, 'readMessageHistory')) throw missingPermissions();
  return {
    ...head,
    type: 19,
    referenceId: target.id,
    pingsReply: body.allowed_mentions?.replied_user ?? body.allowed_mentions === undefined,
  };
}

/** A message of the last minutes with the same nonce, when the client asked that it be posted once. */
function sameNonce(hub: Hub, channel: Channel, body: MessageBody): Message | undefined {
  if (!body.enforce_nonce || body.nonce === undefined || body.nonce === null) return undefined;
  const nonce = String(body.nonce);
  const oldest = hub.clock.now() - NONCE_MS;
  return hub.world.messages
    .get(channel.id)
    ?.find(
      (message) =>
        message.nonce === nonce &&
        message.authorId === hub.world.botId &&
        Number(BigInt(message.id) >> 22n) + 1_420_070_400_000 > oldest,
    );
}

function listMessages(
  hub: Hub,
  channel: Channel,
  { limit, before, after, around }: z.infer<typeof Listing>,
): Message[] {
  const all = (hub.world.messages.get(channel.id) ?? []).filter((message) => message.onlyFor === undefined);
  const newer = (a: string, b: string) => BigInt(a) > BigInt(b);
  if (after !== undefined)
    return all
      .filter(({ id }) => newer(id, after))
      .slice(0, limit)
      .reverse();
  if (around !== undefined) {
    const at = all.findIndex(({ id }) => !newer(around, id));
    return all.slice(Math.max(0, at - Math.floor(limit / 2)), at + Math.ceil(limit / 2)).reverse();
  }
  const older = before === undefined ? all : all.filter(({ id }) => newer(before, id));
  return older.slice(-limit).reverse();
}
