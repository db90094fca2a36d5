import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Choices } from '../answers.ts';
import { missingPermissions, unknownCommand, unknownUser } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { holds, may, permissionsIn } from '../rules/permissions.ts';
import { type InteractionStart, startInteraction } from '../world/interactions.ts';
import { renderMessage } from '../world/render.ts';
import { renderMember, renderUser } from '../world/render-people.ts';
import type { Channel, Command, Interaction } from '../world/world.ts';
import { type Actor, type ActorOf, requireChannel, requireVisibleMessage, started } from './actor.ts';
import { fillOptions, type Option, pickSubcommand } from './command-options.ts';

const values = z.record(z.string(), z.unknown());
const CommandCall = z.strictObject({ channel: z.string(), command: z.string(), options: values.default({}) });
const AutocompleteCall = z.strictObject({
  channel: z.string(),
  command: z.string(),
  option: z.string(),
  value: z.union([z.string(), z.number()]),
  options: values.default({}),
});
const ContextCall = z.union([
  z.strictObject({ messageId: z.string(), command: z.string() }),
  z.strictObject({ channel: z.string(), member: z.string(), command: z.string() }),
]);

/** Slash commands, their autocomplete, and context menus. */
export function addCommandRoutes(app: FastifyInstance, hub: Hub, samplesDir: string, actorOf: ActorOf): void {
  app.post('/actors/:name/command', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(CommandCall, request.body);
    const channel = requireChannel(hub, actor, call.channel);
    const start = await slashCommand(hub, actor, channel, call, samplesDir);
    return reply.code(201).send(started(startInteraction(hub, { type: 2, ...start })));
  });

  app.post('/actors/:name/autocomplete', async (request): Promise<Choices> => {
    const actor = actorOf(request);
    const { option, value, ...call } = parseBody(AutocompleteCall, request.body);
    const channel = requireChannel(hub, actor, call.channel);
    const options = { ...call.options, [option]: value };
    const start = await slashCommand(hub, actor, channel, { ...call, options }, samplesDir, option);
    return { choices: await choicesOf(hub, startInteraction(hub, { type: 4, ...start })) };
  });

  app.post('/actors/:name/context', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ContextCall, request.body);
    const start = 'messageId' in call ? onMessage(hub, actor, call) : onMember(hub, actor, call);
    return reply.code(201).send(started(startInteraction(hub, { type: 2, ...start })));
  });
}

type Start = Omit<InteractionStart, 'type'>;

/** A context menu command on a message. */
function onMessage(hub: Hub, actor: Actor, call: { messageId: string; command: string }): Start {
  const { world } = hub;
  const message = requireVisibleMessage(hub, actor, call.messageId);
  const channel = world.channels.get(message.channelId)!;
  const { id, name } = findCommand(hub, actor, channel, call.command, 3);
  const rendered = renderMessage(world, message, { url: (attachment) => hub.attachmentUrl(attachment) });
  const resolved = { messages: { [message.id]: rendered } };
  const data = { id, name, type: 3, target_id: message.id, resolved };
  return { by: actor, channel, data, commandName: name, commandType: 3, targetId: message.id };
}

/** A context menu command on a member. */
function onMember(hub: Hub, actor: Actor, call: { channel: string; member: string; command: string }): Start {
  const { world } = hub;
  const channel = requireChannel(hub, actor, call.channel);
  const { id, name } = findCommand(hub, actor, channel, call.command, 2);
  const user = [...world.users.values()].find(({ id: known, username }) =>
    [known, username].includes(call.member),
  );
  if (!user) throw unknownUser();
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const member = guild?.members.find(({ userId }) => userId === user.id);
  const { user: _user, deaf: _deaf, mute: _mute, ...partial } = member ? renderMember(member, user) : {};
  const resolved = {
    users: { [user.id]: renderUser(user) },
    ...(member
      ? { members: { [user.id]: { ...partial, permissions: `${permissionsIn(world, user.id, channel)}` } } }
      : {}),
  };
  const data = { id, name, type: 2, target_id: user.id, resolved };
  return { by: actor, channel, data, commandName: name, commandType: 2 };
}

/**
 * A slash command with its options, as an interaction begins with it.
 * @param focused the option that is being typed
 */
async function slashCommand(
  hub: Hub,
  actor: Actor,
  channel: Channel,
  call: z.infer<typeof CommandCall>,
  samplesDir: string,
  focused?: string,
): Promise<Start> {
  const [name = '', ...words] = call.command.trim().split(/ +/);
  const command = findCommand(hub, actor, channel, name, 1);
  const path = pickSubcommand(command, words);
  const declared = ((path.at(-1) ?? command).options ?? []) as Option[];
  const filled = await fillOptions(hub, actor, channel, declared, call.options, samplesDir, focused);
  const options = path.reduceRight<object[]>(
    (inner, { type, name: step }) => [{ type, name: step, options: inner }],
    filled.options,
  );
  return {
    by: actor,
    channel,
    data: { id: command.id, name: command.name, type: 1, options, ...someOf(filled.resolved) },
    commandName: [command.name, ...path.map((step) => step.name)].join(' '),
    commandType: 1,
  };
}

const someOf = (resolved: Record<string, object>) => (Object.keys(resolved).length === 0 ? {} : { resolved });

/** A command by name that somebody is offered in a channel. @throws DiscordError 10063, 50013 */
function findCommand(hub: Hub, actor: Actor, channel: Channel, name: string, type: number): Command {
  if (!may(hub.world, actor.id, channel, 'useApplicationCommands')) throw missingPermissions();
  const wanted = name.replace(/^\//, '');
  const offered = hub.world.commands.filter((command) => {
    if (command.type !== type || (command.guild_id !== undefined && command.guild_id !== channel.guildId))
      return false;
    const contexts = command.contexts ?? undefined;
    const here = channel.guildId === undefined ? 1 : 0;
    if (contexts && !contexts.includes(here as never)) return false;
    if (!holds(hub.world, actor.id, channel, command.default_member_permissions)) return false;
    return !command.nsfw || channel.nsfw || channel.type === 1;
  });
  const command =
    offered.find((known) => known.name === wanted) ??
    offered.find((known) => known.name.toLowerCase() === wanted.toLowerCase());
  if (!command) throw unknownCommand();
  return command;
}

/** Waits for the bot's choices, as long as Discord's client would. */
function choicesOf(hub: Hub, interaction: Interaction): Promise<Choices['choices']> {
  return new Promise((resolve) => {
    const stop = hub.changes.on((change) => {
      if (change.type !== 'interaction' || change.interaction !== interaction) return;
      stop();
      resolve(interaction.choices ?? []);
    });
  });
}
