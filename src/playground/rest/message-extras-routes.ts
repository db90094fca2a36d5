import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiscordError, unknownEmoji } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
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
import { renderChannel, renderMessage, timestampOf } from '../world/render.ts';
import { renderUser } from '../world/render-people.ts';
import type { Channel, Message } from '../world/world.ts';
import { openChannel } from './channel-routes.ts';
import { parseBody } from './message-form.ts';

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
}

function addPins(app: FastifyInstance, hub: Hub): void {
  const render = (message: Message) =>
    renderMessage(hub.world, message, { url: (attachment) => hub.attachmentUrl(attachment) });
  const pinned = (channel: Channel) =>
    channel.pinned
      .map((id) => hub.world.messages.get(channel.id)?.find((message) => message.id === id))
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
    if (message) message.threadId = thread.id;
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
  app.post('/channels/:channel/threads', async (request) => {
    const body = parseBody(Body, request.body);
    const thread = create(openChannel(hub, request), body.name);
    if (body.message?.content) postMessage(hub, thread, hub.world.botId, { content: body.message.content });
    return renderChannel(hub.world, thread);
  });
  app.post('/channels/:channel/messages/:message/threads', async (request) => {
    const channel = openChannel(hub, request);
    const message = requireMessage(hub, channel, Params.parse(request.params).message);
    if (message.threadId !== undefined)
      throw new DiscordError(400, 160004, 'A thread has already been created for this message');
    return renderChannel(hub.world, create(channel, parseBody(Body, request.body).name, message));
  });
  app.patch('/channels/:channel', async (request) => {
    const channel = openChannel(hub, request);
    requirePermission(
      hub,
      hub.world.botId,
      channel,
      channel.type === 11 ? 'manageThreads' : 'manageChannels',
    );
    const body = parseBody(
      z.looseObject({ name: z.string().min(1).max(100).optional(), archived: z.boolean().optional() }),
      request.body,
    );
    Object.assign(
      channel,
      body.name === undefined ? {} : { name: body.name },
      body.archived === undefined ? {} : { archived: body.archived },
    );
    return renderChannel(hub.world, channel);
  });
}
