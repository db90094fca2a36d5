import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { MemberEvents, MessageView, Traffic } from '../answers.ts';
import type { Change, Hub } from '../hub.ts';
import { may } from '../rules/permissions.ts';
import { canSee } from '../world/visibility.ts';
import type { Interaction, User } from '../world/world.ts';
import { requireActor } from './actor.ts';
import { viewWithTrees } from './markdown-trees.ts';
import { viewChannel, viewInteraction, viewMessage } from './views.ts';

const ALIVE_MS = 20_000;

/** An event by its name, with what it tells. */
type MemberEvent = { [Name in keyof MemberEvents]: [Name, MemberEvents[Name]] }[keyof MemberEvents];

/** Opens a stream of server-sent events. @returns a function that sends one */
function openStream(
  request: FastifyRequest,
  reply: FastifyReply,
  onClose: () => void,
): (event: string, data: unknown) => void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  raw.write(': hello\n\n');
  const alive = setInterval(() => raw.write(': alive\n\n'), ALIVE_MS);
  request.raw.on('close', () => {
    clearInterval(alive);
    onClose();
  });
  return (event, data) => raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** How an interaction goes is told to who began it. */
function interactionFor(actor: User, interaction: Interaction): MemberEvent | undefined {
  return interaction.userId === actor.id ? ['interaction', viewInteraction(interaction)] : undefined;
}

/** What a change looks like to one member; undefined when it is none of their business. */
function changeFor(
  hub: Hub,
  actor: User,
  change: Change,
  show: (view: MessageView) => MessageView,
): MemberEvent | undefined {
  const { world } = hub;
  const sees = (channelId: string) => {
    const channel = world.channels.get(channelId);
    return channel !== undefined && may(world, actor.id, channel, 'viewChannel');
  };
  switch (change.type) {
    case 'message':
    case 'messageUpdate':
      return canSee(world, actor.id, change.message)
        ? [change.type, show(viewMessage(hub, change.message, actor.id))]
        : undefined;
    case 'messageDelete': {
      const { messageId: id, channelId, onlyFor = actor.id } = change;
      return onlyFor === actor.id && sees(channelId) ? [change.type, { id, channelId }] : undefined;
    }
    case 'typing': {
      const { channelId, userId } = change;
      if (userId === actor.id || !sees(channelId)) return undefined;
      return ['typing', { channelId, name: world.users.get(userId)!.globalName }];
    }
    case 'interaction':
      return interactionFor(actor, change.interaction);
    case 'channel':
      return ['channel', viewChannel(hub, change.channel)];
    case 'bot':
      return ['bot', { online: hub.botOnline }];
  }
}

/** How a stream or a list shows messages: with `?trees=1` their markdown comes parsed. */
export function viewFor(request: FastifyRequest): (view: MessageView) => MessageView {
  const { trees } = z.looseObject({ trees: z.string().optional() }).parse(request.query);
  return trees === undefined ? (view) => view : viewWithTrees;
}

const LONGEST_BODY = 100_000;

/** A line of traffic without a body that would choke the page. */
function shortened(line: Traffic): Traffic {
  if (line.body === undefined || JSON.stringify(line.body).length <= LONGEST_BODY) return line;
  const { body: _body, ...rest } = line;
  return rest;
}

/** Live streams: what a member sees, and the bot's own traffic. */
export function addStreams(app: FastifyInstance, hub: Hub): void {
  app.get('/actors/:name/events', (request, reply) => {
    const actor = requireActor(hub, z.object({ name: z.string() }).parse(request.params).name);
    const show = viewFor(request);
    const stop = hub.changes.on((change) => {
      const event = changeFor(hub, actor, change, show);
      if (event) send(event[0], event[1]);
    });
    const send = openStream(request, reply, stop);
  });
  app.get('/traffic', (request, reply) => {
    const stop = hub.traffic.on((line) => send('traffic', shortened(line)));
    const send = openStream(request, reply, stop);
  });
}
