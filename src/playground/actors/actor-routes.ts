import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { storeFile } from '../cdn/store-file.ts';
import {
  DiscordError,
  formError,
  missingPermissions,
  unknownCommand,
  unknownInteraction,
} from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import { may } from '../rules/permissions.ts';
import { startInteraction } from '../world/interactions.ts';
import {
  addReaction,
  announceTyping,
  deleteMessage,
  editMessage,
  parseEmoji,
  postMessage,
  removeReaction,
} from '../world/messages.ts';
import { renderMessage } from '../world/render.ts';
import { renderUser } from '../world/render-people.ts';
import { canSee } from '../world/visibility.ts';
import type { Channel, Command, Interaction, Message, User } from '../world/world.ts';
import {
  GivenFile,
  listSamples,
  readGivenFile,
  requireActor,
  requireChannel,
  requireVisibleMessage,
} from './actor.ts';
import { fillOptions } from './command-options.ts';
import { fillModal, Modal } from './modal-fields.ts';
import { press, select } from './press.ts';
import { viewChannel, viewInteraction, viewMessage } from './views.ts';

const Named = z.object({ name: z.string() });
const values = z.record(z.string(), z.unknown());
const CommandCall = z.strictObject({ channel: z.string(), command: z.string(), options: values.default({}) });
const AutocompleteCall = z.strictObject({
  channel: z.string(),
  command: z.string(),
  option: z.string(),
  value: z.union([z.string(), z.number()]),
  options: values.default({}),
});
const ContextCall = z.strictObject({ messageId: z.string(), command: z.string() });
const ClickCall = z.strictObject({
  messageId: z.string(),
  label: z.string().optional(),
  emoji: z.string().optional(),
  customId: z.string().optional(),
});
const SelectCall = z.strictObject({
  messageId: z.string(),
  customId: z.string(),
  values: z.array(z.string()),
});
const ModalCall = z.strictObject({ interactionId: z.string(), fields: values.default({}) });
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

/** Routes by which scripts, tests and the page act as members. */
export function addActorRoutes(app: FastifyInstance, hub: Hub, samplesDir: string): void {
  const actorOf = (request: FastifyRequest) => requireActor(hub, Named.parse(request.params).name);

  app.get('/actors', () => describe(hub));
  app.get('/samples', () => listSamples(samplesDir));
  app.get('/actors/:name/interactions/:id', (request) => {
    const { id } = z.looseObject({ id: z.string() }).parse(request.params);
    return viewInteraction(requireInteraction(hub, actorOf(request), id));
  });
  addCommandRoutes(app, hub, samplesDir, actorOf);
  addComponentRoutes(app, hub, samplesDir, actorOf);
  addMessageRoutes(app, hub, samplesDir, actorOf);
  addOwnMessageRoutes(app, hub, actorOf);
}

type ActorOf = (request: FastifyRequest) => User;
const started = (interaction: Interaction) => ({ interactionId: interaction.id });

/** Slash commands, their autocomplete, and context menus. */
function addCommandRoutes(app: FastifyInstance, hub: Hub, samplesDir: string, actorOf: ActorOf): void {
  const { world } = hub;

  app.post('/actors/:name/command', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(CommandCall, request.body);
    const channel = requireChannel(hub, actor, call.channel);
    const command = findCommand(hub, channel, call.command, 1);
    if (!may(world, actor.id, channel, 'useApplicationCommands')) throw missingPermissions();
    const { options, resolved } = await fillOptions(hub, actor, channel, command, call.options, samplesDir);
    const data = { id: command.id, name: command.name, type: 1, options, ...someOf(resolved) };
    return reply.code(201).send(
      started(
        startInteraction(hub, {
          type: 2,
          userId: actor.id,
          channel,
          data,
          commandName: command.name,
          commandType: 1,
        }),
      ),
    );
  });

  app.post('/actors/:name/autocomplete', async (request) => {
    const actor = actorOf(request);
    const call = parseBody(AutocompleteCall, request.body);
    const channel = requireChannel(hub, actor, call.channel);
    const command = findCommand(hub, channel, call.command, 1);
    const { options, resolved } = await fillOptions(
      hub,
      actor,
      channel,
      command,
      { ...call.options, [call.option]: call.value },
      samplesDir,
      call.option,
    );
    const data = { id: command.id, name: command.name, type: 1, options, ...someOf(resolved) };
    const interaction = startInteraction(hub, {
      type: 4,
      userId: actor.id,
      channel,
      data,
      commandName: command.name,
      commandType: 1,
    });
    return { choices: await choicesOf(hub, interaction) };
  });

  app.post('/actors/:name/context', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ContextCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    const channel = world.channels.get(message.channelId)!;
    const command = findCommand(hub, channel, call.command, 3);
    const rendered = renderMessage(world, message, { url: (attachment) => hub.attachmentUrl(attachment) });
    const data = {
      id: command.id,
      name: command.name,
      type: 3,
      target_id: message.id,
      resolved: { messages: { [message.id]: rendered } },
    };
    return reply.code(201).send(
      started(
        startInteraction(hub, {
          type: 2,
          userId: actor.id,
          channel,
          data,
          commandName: command.name,
          commandType: 3,
          targetId: message.id,
        }),
      ),
    );
  });
}

/** Buttons, selects and forms. */
function addComponentRoutes(app: FastifyInstance, hub: Hub, samplesDir: string, actorOf: ActorOf): void {
  const { world } = hub;
  app.post('/actors/:name/click', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ClickCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    return reply.code(201).send(started(press(hub, actor, message, call)));
  });
  app.post('/actors/:name/select', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(SelectCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    return reply.code(201).send(started(select(hub, actor, message, call.customId, call.values)));
  });

  app.post('/actors/:name/modal', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ModalCall, request.body);
    const origin = requireInteraction(hub, actor, call.interactionId);
    const modal = Modal.safeParse(origin.modal);
    if (!modal.success) throw formError(['interactionId'], 'NO_MODAL', 'This interaction opened no form');
    const channel = world.channels.get(origin.channelId)!;
    const { components, resolved } = await fillModal(hub, channel, modal.data, call.fields, samplesDir);
    const message =
      origin.messageId === undefined ? undefined : findMessage(world, channel.id, origin.messageId);
    const data = { custom_id: modal.data.custom_id, components, ...someOf(resolved) };
    return reply.code(201).send(
      started(
        startInteraction(hub, {
          type: 5,
          userId: actor.id,
          channel,
          data,
          originId: origin.id,
          ...(message ? { message } : {}),
        }),
      ),
    );
  });
}

function addMessageRoutes(
  app: FastifyInstance,
  hub: Hub,
  samplesDir: string,
  actorOf: (request: FastifyRequest) => User,
): void {
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
    return page.map((message) => viewMessage(hub, message, actor.id));
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

const someOf = (resolved: Record<string, object>) => (Object.keys(resolved).length === 0 ? {} : { resolved });

function describe(hub: Hub): object {
  const { world } = hub;
  const bot = world.users.get(world.botId)!;
  return {
    members: [...world.users.values()]
      .filter((user) => !user.bot)
      .map((user) => ({ id: user.id, name: user.username, displayName: user.globalName })),
    guilds: [...world.guilds.values()].map(({ id, name, roles }) => ({
      id,
      name,
      roles: roles.map((role) => ({ id: role.id, name: role.name })),
    })),
    channels: [...world.channels.values()].map((channel) => ({
      ...viewChannel(hub, channel),
      ...(channel.type === 1
        ? { member: world.users.get(channel.recipientIds!.find((id) => id !== world.botId)!)?.username }
        : {}),
    })),
    bot: { ...renderUser(bot), name: bot.globalName, online: hub.botOnline, commands: world.commands },
  };
}

/** A command by name that is offered in a channel. @throws DiscordError 10063 */
function findCommand(hub: Hub, channel: Channel, name: string, type: number): Command {
  const wanted = name.replace(/^\//, '');
  const offered = hub.world.commands.filter((command) => {
    if (command.type !== type || (command.guild_id !== undefined && command.guild_id !== channel.guildId))
      return false;
    const contexts = command.contexts ?? undefined;
    const here = channel.guildId === undefined ? 1 : 0;
    if (contexts && !contexts.includes(here as never)) return false;
    return !command.nsfw || channel.nsfw || channel.type === 1;
  });
  const command =
    offered.find((known) => known.name === wanted) ??
    offered.find((known) => known.name.toLowerCase() === wanted.toLowerCase());
  if (!command) throw unknownCommand();
  return command;
}

function requireInteraction(hub: Hub, actor: User, id: string): Interaction {
  const interaction = hub.world.interactions.get(id);
  if (!interaction || interaction.userId !== actor.id) throw unknownInteraction();
  return interaction;
}

/** Waits for the bot's choices, as long as Discord's client would. */
function choicesOf(hub: Hub, interaction: Interaction): Promise<unknown[]> {
  return new Promise((resolve) => {
    const stop = hub.changes.on((change) => {
      if (change.type !== 'interaction' || change.interaction !== interaction) return;
      stop();
      resolve(interaction.choices ?? []);
    });
  });
}
