import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiscordError, unknownCommand, unknownEmoji, unknownGuild } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { checkCommand, checkCommands } from '../rules/command-rules.ts';
import { CommandBody } from '../rules/command-shapes.ts';
import { parseBody } from '../rules/form-errors.ts';
import { LIMITS } from '../rules/limits.ts';
import { localeOf, localisedCommand } from '../world/locales.ts';
import { renderUser } from '../world/render-people.ts';
import type { Command } from '../world/world.ts';
import { withoutNulls } from './without-nulls.ts';

const renderEmoji = (emoji: { id: string; name: string }) => ({
  ...emoji,
  roles: [],
  require_colons: true,
  managed: false,
  animated: false,
  available: true,
});

const Params = z.object({
  application: z.string(),
  guild: z.string().optional(),
  command: z.string().optional(),
});

/** The application, its commands and its emojis. */
export function addApplicationRoutes(app: FastifyInstance, hub: Hub): void {
  const { world } = hub;
  const application = () => ({
    id: world.botId,
    name: world.users.get(world.botId)!.globalName,
    icon: null,
    description: '',
    type: null,
    bot: renderUser(world.users.get(world.botId)!),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: 1 << 19,
    flags_new: String(1 << 19),
    explicit_content_filter: 0,
    eligible_oauth2_scopes: ['applications.commands', 'bot'],
    owner: renderUser([...world.users.values()].find((user) => !user.bot)!),
    team: null,
    integration_types_config: { '0': {}, '1': {} },
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
  });
  app.get('/applications/@me', application);
  app.get('/oauth2/applications/@me', application);

  for (const scope of [
    '/applications/:application/commands',
    '/applications/:application/guilds/:guild/commands',
  ]) {
    addCommandRoutes(app, hub, scope);
  }
  const emojis = '/applications/:application/emojis';
  app.get(emojis, () => ({
    items: world.emojis.map(renderEmoji),
  }));
  app.post(emojis, async (request, reply) => {
    const { name } = parseBody(
      z.looseObject({ name: z.string().min(2).max(32), image: z.string() }),
      request.body,
    );
    const emoji = { id: hub.id(), name };
    world.emojis.push(emoji);
    return reply.code(201).send(renderEmoji(emoji));
  });
  app.delete(`${emojis}/:emoji`, async (request, reply) => {
    const { emoji } = z.looseObject({ emoji: z.string() }).parse(request.params);
    const at = world.emojis.findIndex(({ id }) => id === emoji);
    if (at < 0) throw unknownEmoji();
    world.emojis.splice(at, 1);
    return reply.code(204).send();
  });
}

/** The commands of one scope: everywhere, or one server. */
function createCommandStore(hub: Hub) {
  const { world } = hub;
  const inScope = (guild: string | undefined) =>
    world.commands.filter((command) => command.guild_id === guild);
  return {
    inScope,
    /** @throws DiscordError 10002 or 10004 */
    guildOf(params: unknown): string | undefined {
      const { application, guild } = Params.parse(params);
      if (application !== world.botId) throw new DiscordError(404, 10002, 'Unknown Application');
      if (guild !== undefined && !world.guilds.has(guild)) throw unknownGuild();
      return guild;
    },
    make(body: CommandBody, guild: string | undefined, known?: Command): Command {
      const fixed = { id: known?.id ?? hub.id(), application_id: world.botId, version: hub.id() };
      return {
        ...COMMAND_DEFAULTS,
        ...withoutNulls(body),
        ...permissionsOf(body),
        ...fixed,
        ...(guild === undefined ? {} : { guild_id: guild }),
      } as Command;
    },
    replace(guild: string | undefined, commands: readonly Command[]): void {
      world.commands = [...world.commands.filter((command) => command.guild_id !== guild), ...commands];
      hub.changes.emit({ type: 'bot' });
    },
  };
}

const COMMAND_DEFAULTS = {
  description: '',
  dm_permission: true,
  contexts: null,
  integration_types: [0, 1],
  default_member_permissions: null,
  nsfw: false,
  options: [],
};

/** Permissions are answered as text, also where a client wrote a number. */
const permissionsOf = ({ default_member_permissions: bits }: CommandBody) =>
  typeof bits === 'number' ? { default_member_permissions: String(bits) } : {};

const sameCommand = (a: { name: string; type: number }, b: { name: string; type: number }) =>
  a.name === b.name && a.type === b.type;

function addCommandRoutes(app: FastifyInstance, hub: Hub, scope: string): void {
  const store = createCommandStore(hub);
  const find = (params: unknown): Command => {
    const command = store
      .inScope(store.guildOf(params))
      .find(({ id }) => id === Params.parse(params).command);
    if (!command) throw unknownCommand();
    return command;
  };
  app.get(scope, (request) => {
    const commands = store.inScope(store.guildOf(request.params));
    const { with_localizations: all } = z
      .looseObject({ with_localizations: z.string().optional() })
      .parse(request.query);
    if (all?.toLowerCase() === 'true') return commands;
    const locale = localeOf(z.string().optional().parse(request.headers['x-discord-locale']));
    return commands.map((command) => localisedCommand(command, locale));
  });
  app.put(scope, (request) => {
    const guild = store.guildOf(request.params);
    const bodies = parseBody(z.array(CommandBody), request.body);
    checkCommands(bodies);
    const count = (type: number) => bodies.filter((body) => body.type === type).length;
    if (
      count(1) > LIMITS.chatCommands ||
      count(2) > LIMITS.contextCommands ||
      count(3) > LIMITS.contextCommands
    ) {
      throw new DiscordError(400, 30032, 'Maximum number of application commands reached (100)');
    }
    const before = store.inScope(guild);
    const commands = bodies.map((body) =>
      store.make(
        body,
        guild,
        before.find((known) => sameCommand(known, body)),
      ),
    );
    store.replace(guild, commands);
    return commands;
  });
  app.post(scope, async (request, reply) => {
    const guild = store.guildOf(request.params);
    const body = parseBody(CommandBody, request.body);
    checkCommand(body);
    const known = store.inScope(guild).find((command) => sameCommand(command, body));
    const command = store.make(body, guild, known);
    store.replace(guild, [...store.inScope(guild).filter((other) => other !== known), command]);
    return reply.code(known ? 200 : 201).send(command);
  });
  app.get(`${scope}/:command`, (request) => find(request.params));
  app.patch(`${scope}/:command`, (request) => {
    const known = find(request.params);
    const body = parseBody(CommandBody, { ...known, ...z.looseObject({}).parse(request.body) });
    checkCommand(body);
    const command = store.make(body, known.guild_id, known);
    store.replace(
      known.guild_id,
      store.inScope(known.guild_id).map((other) => (other === known ? command : other)),
    );
    return command;
  });
  app.delete(`${scope}/:command`, async (request, reply) => {
    const known = find(request.params);
    store.replace(
      known.guild_id,
      store.inScope(known.guild_id).filter((other) => other !== known),
    );
    return reply.code(204).send();
  });
}
