import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storeFile } from '../cdn/store-file.ts';
import { DiscordError, formError, missingPermissions } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import { may } from '../rules/permissions.ts';
import {
  addReaction,
  announceTyping,
  deleteMessage,
  editMessage,
  parseEmoji,
  postMessage,
  removeReaction,
} from '../world/messages.ts';
import { canSee } from '../world/visibility.ts';
import type { Message } from '../world/world.ts';
import { type ActorOf, GivenFile, readGivenFile, requireChannel, requireVisibleMessage } from './actor.ts';
import { viewFor } from './streams.ts';
import { viewMessage } from './views.ts';

const MessageCall = z.strictObject({
  channel: z.string(),
  content: z.string().max(LIMITS.content).default(''),
  replyTo: z.string().optional(),
  mention: z.boolean().optional(),
  files: z.array(GivenFile).max(LIMITS.attachments).default([]),
});
const ReactCall = z.strictObject({
  messageId: z.string(),
  emoji: z.string(),
  remove: z.boolean().optional(),
});
const Listing = z.looseObject({
  channel: z.string(),
  after: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** What members write, see and react to. */
export function addMessageRoutes(app: FastifyInstance, hub: Hub, samplesDir: string, actorOf: ActorOf): void {
  addOwnMessageRoutes(app, hub, actorOf);
  const { world } = hub;
  app.post('/actors/:name/message', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(MessageCall, request.body);
    const channel = requireChannel(hub, actor, call.channel);
    if (!may(world, actor.id, channel, 'sendMessages')) throw missingPermissions();
    if (call.content === '' && call.files.length === 0)
      throw new DiscordError(400, 50006, 'Cannot send an empty message');
    const attachments = [];
    for (const file of call.files) {
      const note = 'description' in file ? { description: file.description } : {};
      attachments.push(await storeFile(hub, channel, readGivenFile(file, samplesDir), note));
    }
    const target = call.replyTo === undefined ? undefined : requireVisibleMessage(hub, actor, call.replyTo);
    if (target && (target.channelId !== channel.id || target.onlyFor !== undefined)) {
      throw formError(['replyTo'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message');
    }
    const reply_ = target
      ? { type: 19 as const, referenceId: target.id, pingsReply: call.mention ?? true }
      : {};
    const message = postMessage(hub, channel, actor.id, { content: call.content, attachments, ...reply_ });
    return reply.code(201).send({ messageId: message.id });
  });

  app.post('/actors/:name/react', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ReactCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    const emoji = parseEmoji(call.emoji);
    if (call.remove) removeReaction(hub, message, actor.id, emoji);
    else {
      if (!may(world, actor.id, world.channels.get(message.channelId)!, 'addReactions'))
        throw missingPermissions();
      addReaction(hub, message, actor.id, emoji);
    }
    return reply.code(204).send();
  });

  app.get('/actors/:name/messages', (request) => {
    const actor = actorOf(request);
    const { channel: wanted, after, before, limit } = parseBody(Listing, request.query);
    const channel = requireChannel(hub, actor, wanted);
    const seen = (world.messages.get(channel.id) ?? []).filter((message) => canSee(world, actor.id, message));
    const inRange = seen.filter(
      ({ id }) =>
        (after === undefined || BigInt(id) > BigInt(after)) &&
        (before === undefined || BigInt(id) < BigInt(before)),
    );
    const page = after === undefined ? inRange.slice(-limit) : inRange.slice(0, limit);
    const show = viewFor(request);
    return page.map((message) => show(viewMessage(hub, message, actor.id)));
  });
}

/** Changing and deleting what one wrote, and typing. */
function addOwnMessageRoutes(app: FastifyInstance, hub: Hub, actorOf: ActorOf): void {
  const { world } = hub;
  const own = (request: FastifyRequest): Message => {
    const actor = actorOf(request);
    const { id } = z.looseObject({ id: z.string() }).parse(request.params);
    const message = requireVisibleMessage(hub, actor, id);
    const channel = world.channels.get(message.channelId)!;
    const mayDelete =
      message.authorId === actor.id ||
      may(world, actor.id, channel, 'manageMessages') ||
      message.onlyFor === actor.id;
    if (!mayDelete) throw missingPermissions();
    return message;
  };
  app.patch('/actors/:name/messages/:id', async (request, reply) => {
    const message = own(request);
    if (message.authorId !== actorOf(request).id) throw missingPermissions();
    editMessage(
      hub,
      message,
      parseBody(z.strictObject({ content: z.string().min(1).max(LIMITS.content) }), request.body),
    );
    return reply.code(204).send();
  });
  app.delete('/actors/:name/messages/:id', async (request, reply) => {
    deleteMessage(hub, own(request));
    return reply.code(204).send();
  });
  app.post('/actors/:name/typing', async (request, reply) => {
    const actor = actorOf(request);
    announceTyping(
      hub,
      requireChannel(hub, actor, parseBody(z.strictObject({ channel: z.string() }), request.body).channel),
      actor.id,
    );
    return reply.code(204).send();
  });
}
