import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WorldView } from '../answers.ts';
import type { Hub } from '../hub.ts';
import { localeOf, localisedCommand } from '../world/locales.ts';
import { renderUser } from '../world/render-people.ts';
import { listSamples, requireActor, requireInteraction } from './actor.ts';
import { addCommandRoutes } from './command-routes.ts';
import { addComponentRoutes } from './component-routes.ts';
import { addMessageRoutes } from './message-routes.ts';
import { viewChannel, viewInteraction } from './views.ts';

const Named = z.object({ name: z.string() });

/** Routes by which scripts, tests and the page act as members. */
export function addActorRoutes(app: FastifyInstance, hub: Hub, samplesDir: string): void {
  const actorOf = (request: FastifyRequest) =>
    requireActor(hub, Named.parse(request.params).name, request.headers['accept-language']);

  app.get('/actors', (request) => describe(hub, localeOf(request.headers['accept-language'])));
  app.get('/samples', () => listSamples(samplesDir));
  app.get('/actors/:name/interactions/:id', (request) => {
    const { id } = z.looseObject({ id: z.string() }).parse(request.params);
    return viewInteraction(requireInteraction(hub, actorOf(request), id));
  });
  addCommandRoutes(app, hub, samplesDir, actorOf);
  addComponentRoutes(app, hub, samplesDir, actorOf);
  addMessageRoutes(app, hub, samplesDir, actorOf);
}

function describe(hub: Hub, locale: string): WorldView {
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
        ? { member: world.users.get(channel.recipientIds!.find((id) => id !== world.botId)!)!.username }
        : {}),
    })),
    bot: {
      ...renderUser(bot),
      name: bot.globalName,
      online: hub.botOnline,
      commands: world.commands.map((command) => localisedCommand(command, locale)),
    },
  };
}
