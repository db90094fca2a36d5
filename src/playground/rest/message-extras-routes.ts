import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiscordError, unknownEmoji } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import {
  addReaction,
  announceUpdate,
  emojiKey,
  parseEmoji,
  postMessage,
  removeReaction,
  requireMessage,
  requirePermission,
} from '../world/messages.ts';
import { renderChannel, timestampOf } from '../world/render.ts';
import { renderUser } from '../world/render-people.ts';
import { type Channel, FLAGS, type Message } from '../world/world.ts';
import { openChannel, renderForBot } from './channel-routes.ts';

const Params = z.object({
  channel: z.string(),
  message: z.string(),
  emoji: z.string().optional(),
  user: z.string().optional(),
});
const EMOJI =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Presentation}|[#*0-9]\ufe0f?\u20e3|\p{Regional_Indicator}{2})/u;

function readEmoji(text: string) {
  const emoji = parseEmoji(text);
  if (emoji.id === null && !EMOJI.test(emoji.name)) throw unknownEmoji();
  return emoji;
}

/** Reactions, pins and threads. */
export function addMessageExtrasRoutes(app: FastifyInstance, hub: Hub): void {
  const bot = () => hub.world.botId;
  const reactions = '/channels/:channel/messages/:message/reactions';

  app.put(`${reactions}/:emoji/@me`, async (request, reply) => {
    const channel = openChannel(hub, request);
    const { message: id, emoji: text } = Params.parse(request.params);
    const message = requireMessage(hub, channel, id);
    const emoji = readEmoji(text!);
    requirePermission(hub, bot(), channel, 'readMessageHistory');
    const isNew = !message.reactions.some((reaction) => emojiKey(reaction.emoji) === emojiKey(emoji));
    if (isNew) requirePermission(hub, bot(), channel, 'addReactions');
    if (isNew && message.reactions.length >= LIMITS.reactions)
      throw new DiscordError(400, 30010, 'Maximum number of reactions reached (20)');
    addReaction(hub, message, bot(), emoji);
    return reply.code(204).send();
  });
  app.delete(`${reactions}/:emoji/:user`, async (request, reply) => {
    const channel = openChannel(hub, request);
    const { message: id, emoji, user } = Params.parse(request.params);
    const message = requireMessage(hub, channel, id);
    if (user !== '@me' && user !== bot()) requirePermission(hub, bot(), channel, 'manageMessages');
    removeReaction(hub, message, user === '@me' ? bot() : user!, readEmoji(emoji!));
    return reply.code(204).send();
  });
  app.get(`${reactions}/:emoji`, (request) => {
    const { message: id, emoji } = Params.parse(request.params);
    const message = requireMessage(hub, openChannel(hub, request), id);
    const key = emojiKey(readEmoji(emoji!));
    const found = message.reactions.find((reaction) => emojiKey(reaction.emoji) === key);
    return (found?.userIds ?? []).map((userId) => renderUser(hub.world.users.get(userId)!));
  });
  for (const path of [reactions, `${reactions}/:emoji`]) {
    app.delete(path, async (request, reply) => {
      const channel = openChannel(hub, request);
      const { message: id, emoji } = Params.parse(request.params);
      const message = requireMessage(hub, channel, id);
      requirePermission(hub, bot(), channel, 'manageMessages');
      const key = emoji === undefined ? undefined : emojiKey(readEmoji(emoji));
      message.reactions = message.reactions.filter(
        (reaction) => key !== undefined && emojiKey(reaction.emoji) !== key,
      );
      announceUpdate(hub, message);
      return reply.code(204).send();
    });
  }
  addPins(app, hub);
  addThreads(app, hub);
}

function pin(hub: Hub, channel: Channel, message: Message, on: boolean): void {
  requirePermission(hub, hub.world.botId, channel, 'manageMessages');
  channel.pinned = channel.pinned.filter((id) => id !== message.id);
  if (on) channel.pinned.unshift(message.id);
  announceUpdate(hub, message);
  hub.gateway.emit({
    t: 'CHANNEL_PINS_UPDATE',
    intent: channel.guildId === undefined ? 1 << 12 : 1,
    data: () => ({
      channel_id: channel.id,
      ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
      last_pin_timestamp: on ? new Date(hub.clock.now()).toISOString().replace('Z', '000+00:00') : null,
    }),
  });
}

function addPins(app: FastifyInstance, hub: Hub): void {
  const render = (message: Message) => renderForBot(hub, message);
  const pinned = (channel: Channel) =>
    channel.pinned
      .map((id) => findMessage(hub.world, channel.id, id))
      .filter((message) => message !== undefined);
  app.get('/channels/:channel/pins', (request) => pinned(openChannel(hub, request)).map(render));
  app.get('/channels/:channel/messages/pins', (request) => ({
    items: pinned(openChannel(hub, request)).map((message) => ({
      message: render(message),
      pinned_at: timestampOf(message.id),
    })),
    has_more: false,
  }));
  for (const path of ['/channels/:channel/pins/:message', '/channels/:channel/messages/pins/:message']) {
    for (const method of ['PUT', 'DELETE'] as const) {
      app.route({
        method,
        url: path,
        handler: async (request, reply) => {
          const channel = openChannel(hub, request);
          pin(
            hub,
            channel,
            requireMessage(hub, channel, Params.parse(request.params).message),
            method === 'PUT',
          );
          return reply.code(204).send();
        },
      });
    }
  }
}

function addThreads(app: FastifyInstance, hub: Hub): void {
  const create = (parent: Channel, name: string, message?: Message): Channel => {
    requirePermission(hub, hub.world.botId, parent, 'createPublicThreads');
    const thread: Channel = {
      id: message?.id ?? hub.id(),
      type: 11,
      name,
      guildId: parent.guildId!,
      parentId: parent.id,
      nsfw: parent.nsfw,
      overwrites: [],
      position: 0,
      pinned: [],
    };
    hub.world.channels.set(thread.id, thread);
    if (message) {
      message.threadId = thread.id;
      message.flags |= FLAGS.hasThread;
    }
    hub.changes.emit({ type: 'channel', channel: thread });
    hub.gateway.emit({
      t: 'THREAD_CREATE',
      intent: 1,
      data: () => ({ ...renderChannel(hub.world, thread), newly_created: true }),
    });
    return thread;
  };
  const Body = z.looseObject({
    name: z.string().min(1).max(100),
    message: z.looseObject({ content: z.string().nullish() }).optional(),
  });
  app.post('/channels/:channel/threads', async (request, reply) => {
    const body = parseBody(Body, request.body);
    const thread = create(openChannel(hub, request), body.name);
    if (body.message?.content) postMessage(hub, thread, hub.world.botId, { content: body.message.content });
    return reply.code(201).send(renderChannel(hub.world, thread));
  });
  app.post('/channels/:channel/messages/:message/threads', async (request, reply) => {
    const channel = openChannel(hub, request);
    const message = requireMessage(hub, channel, Params.parse(request.params).message);
    if (message.threadId !== undefined)
      throw new DiscordError(400, 160004, 'A thread has already been created for this message');
    const thread = create(channel, parseBody(Body, request.body).name, message);
    return reply.code(201).send(renderChannel(hub.world, thread));
  });
  app.patch('/channels/:channel', async (request) => {
    const channel = openChannel(hub, request);
    // Threads are the bot's own here: who opened one may rename and archive it.
    if (channel.type !== 11) requirePermission(hub, hub.world.botId, channel, 'manageChannels');
    const body = parseBody(
      z.looseObject({ name: z.string().min(1).max(100).optional(), archived: z.boolean().optional() }),
      request.body,
    );
    Object.assign(
      channel,
      body.name === undefined ? {} : { name: body.name },
      body.archived === undefined ? {} : { archived: body.archived },
    );
    hub.changes.emit({ type: 'channel', channel });
    hub.gateway.emit({
      t: channel.type === 11 ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE',
      intent: 1,
      data: () => renderChannel(hub.world, channel),
    });
    return renderChannel(hub.world, channel);
  });
}
