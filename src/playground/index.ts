import { fileURLToPath } from 'node:url';
import multipart from '@fastify/multipart';
import { type FastifyInstance, fastify } from 'fastify';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import { addActorRoutes } from './actors/actor-routes.ts';
import { addStreams } from './actors/streams.ts';
import type { Traffic } from './answers.ts';
import { addCdnRoutes } from './cdn/cdn-routes.ts';
import { type Clock, createClock, createSnowflakes } from './clock.ts';
import { DiscordError } from './discord-error.ts';
import { startGateway } from './gateway/gateway.ts';
import { PRIVILEGED } from './gateway/intents.ts';
import { createUrlSigner, type GatewayEvent, type Hub, Signal } from './hub.ts';
import { addPageRoutes } from './page-routes.ts';
import { addRestApi, sendError } from './rest/rest-api.ts';
import { parseBody } from './rules/form-errors.ts';
import { LIMITS } from './rules/limits.ts';
import { keepWorld, loadWorld } from './world/keep-world.ts';
import { newWorld } from './world/new-world.ts';

export interface PlaygroundOptions {
  host?: string;
  /** 0 (the default) takes a free one. */
  port?: number;
  /** The token that the bot logs in with. */
  token?: string;
  /** What the bot is called; "Bot" when left out. */
  botName?: string;
  /** Folder in which the world is kept from one start to the next. */
  data?: string;
  /** Opens `POST /faults` and `POST /clock`. */
  faults?: boolean;
  /** Discord's rate limits; off in fast tests. */
  rateLimits?: boolean;
  /** Privileged intents that are switched on for the bot; all of them, unless set. Others close its connection with 4014. */
  privilegedIntents?: number;
  /** Everything that passes between bot and playground. */
  onTraffic?(line: Traffic): void;
  /** Further routes on the same address, such as a health page. */
  extend?(app: FastifyInstance): void | Promise<void>;
}

export interface Playground {
  /** Address of the page and of the actors' API. */
  url: string;
  /** What `rest.api` of a discord.js client is set to. */
  apiUrl: string;
  token: string;
  clock: Clock;
  close(): Promise<void>;
}

const SAMPLES = fileURLToPath(new URL('web/samples', import.meta.url));
const CSP =
  "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** Starts a local Discord: REST, gateway, files, the actors' API and the page, all on one port. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const clock = createClock();
  const id = createSnowflakes(clock);
  let base = '';
  const signer = createUrlSigner(clock, () => base);
  const now = new Date(clock.now()).toISOString().replace('Z', '000+00:00');
  const hub: Hub = {
    world: (options.data === undefined ? undefined : loadWorld(options.data)) ?? newWorld(id, now),
    clock,
    token: options.token ?? 'playground',
    base: '',
    id,
    gateway: new Signal<GatewayEvent>(),
    changes: new Signal(),
    traffic: new Signal<Traffic>(),
    faults: { counts: { 'rest-429': 0, 'rest-500': 0, 'token-expiry': 0, delay: 0 } },
    rateLimits: options.rateLimits ?? true,
    privilegedIntents: options.privilegedIntents ?? PRIVILEGED,
    botOnline: false,
    attachmentUrl: (attachment) => signer.url(attachment),
  };
  if (options.botName !== undefined) hub.world.users.get(hub.world.botId)!.globalName = options.botName;
  if (options.onTraffic) hub.traffic.on((line) => options.onTraffic?.(line));

  const app = fastify({
    bodyLimit: LIMITS.requestBytes,
    logger: false,
    forceCloseConnections: true,
    // Names of files are longer than the router expects of a part of a path.
    routerOptions: { maxParamLength: 2000 },
  });
  await app.register(multipart, {
    // One file more than allowed is read, to be refused by name.
    limits: { fileSize: LIMITS.requestBytes, files: LIMITS.attachments + 1 },
  });
  for (const prefix of ['/api', '/api/v10', '/api/v9'])
    await app.register((scope) => addRestApi(scope, hub), { prefix });
  addPeopleSide(app, hub, options, () => gateway);
  addCdnRoutes(app, hub, (path, query) => signer.isValid(path, query));
  await addPageRoutes(app);
  await options.extend?.(app);

  const gateway = startGateway(app.server, hub);
  const stopKeeping = options.data === undefined ? undefined : keepWorld(hub, options.data);
  base = await listen(app, options.host ?? '127.0.0.1', options.port ?? 0);
  hub.base = base;
  return {
    url: base,
    apiUrl: `${base}/api`,
    token: hub.token,
    clock,
    async close() {
      stopKeeping?.();
      gateway.close();
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new OperatorError(
      'port-taken',
      `Port ${port} is taken: stop what uses it, or set OVERPAINT_PORT to another one`,
      { cause: error },
    );
  }
}

const Faults = z.strictObject({
  kind: z.enum([
    'rest-429',
    'rest-500',
    'gateway-drop',
    'gateway-reconnect',
    'gateway-invalid',
    'token-expiry',
    'delay',
  ]),
  count: z.int().min(0).max(10_000).default(1),
  route: z.string().optional(),
});

/** The side that people and scripts use: only JSON, only from this very page or from no page at all. */
function addPeopleSide(
  app: FastifyInstance,
  hub: Hub,
  options: PlaygroundOptions,
  gateway: () => ReturnType<typeof startGateway>,
): void {
  void app.register((scope, _options, done) => {
    scope.addHook('onRequest', async (request) => {
      const { origin } = request.headers;
      const writes = request.method !== 'GET' && request.method !== 'HEAD';
      if (writes && origin !== undefined && origin !== `http://${request.headers.host}`)
        throw new DiscordError(403, 0, 'This address only answers its own page');
      const type = request.headers['content-type'];
      if (writes && type !== undefined && !type.startsWith('application/json'))
        throw new DiscordError(415, 0, 'Expected JSON');
    });
    scope.setErrorHandler((error, _request, reply) => sendError(error as Error, reply));
    addActorRoutes(scope, hub, SAMPLES);
    addStreams(scope, hub);
    if (options.faults) {
      scope.post('/faults', async (request, reply) => {
        const { kind, count, route } = parseBody(Faults, request.body);
        if (kind === 'gateway-drop') gateway().drop();
        else if (kind === 'gateway-reconnect') gateway().reconnect();
        else if (kind === 'gateway-invalid') gateway().invalidate();
        else {
          hub.faults.counts[kind] = count;
          if (route === undefined) delete hub.faults.route;
          else hub.faults.route = route;
        }
        return reply.code(204).send();
      });
      scope.post('/clock', async (request) => {
        hub.clock.advance(
          parseBody(z.strictObject({ advanceMs: z.number().nonnegative() }), request.body).advanceMs,
        );
        return { now: hub.clock.now() };
      });
    }
    done();
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.url.startsWith('/api') && !reply.hasHeader('content-security-policy')) {
      reply.headers({
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
    return payload;
  });
}
