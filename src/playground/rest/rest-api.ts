import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { DiscordError, unauthorized } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { takeFault } from '../world/interactions.ts';
import { addApplicationRoutes } from './application-routes.ts';
import { addChannelRoutes } from './channel-routes.ts';
import { addInteractionRoutes } from './interaction-routes.ts';
import { addMessageExtrasRoutes } from './message-extras-routes.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { createRateLimiter } from './rate-limits.ts';
import { pathOf, tellTraffic } from './tell-traffic.ts';
import { addWebhookRoutes } from './webhook-routes.ts';

const DELAY_MS = 1500;
/** Routes whose token stands in the path. */
const isOpen = (path: string) => /^\/(interactions|webhooks)\//.test(path) || path === '/gateway';

/** Discord's REST API, version 10, under one prefix. */
export function addRestApi(app: FastifyInstance, hub: Hub): void {
  const take = createRateLimiter(hub.clock);
  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request);
    if (takeFault(hub, 'delay', path)) await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    if (takeFault(hub, 'rest-500', path))
      return reply.code(500).send({ message: '500: Internal Server Error', code: 0 });
    if (takeFault(hub, 'rest-429', path)) return tooMany(reply, 0.5, {});
    if (!isOpen(path) && request.headers.authorization !== `Bot ${hub.token}`) throw unauthorized();
    if (!hub.rateLimits) return undefined;
    const { headers, retryAfter } = take(request.method, path);
    reply.headers(headers);
    return retryAfter === undefined ? undefined : tooMany(reply, retryAfter, headers);
  });
  tellTraffic(app, hub);

  app.get('/gateway', () => ({ url: gatewayUrl(hub) }));
  app.get('/gateway/bot', () => ({
    url: gatewayUrl(hub),
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
  }));
  addApplicationRoutes(app, hub);
  addPeopleRoutes(app, hub);
  addChannelRoutes(app, hub);
  addMessageExtrasRoutes(app, hub);
  addInteractionRoutes(app, hub);
  addWebhookRoutes(app, hub);
  // A route and not a handler: the page's files would answer first.
  app.all('/*', (_request, reply) => reply.code(404).send({ message: '404: Not Found', code: 0 }));
  app.setErrorHandler((error, _request, reply) => sendError(error as FastifyError, reply));
}

export const gatewayUrl = (hub: Hub) => `${hub.base.replace(/^http/, 'ws')}/gateway`;

function tooMany(reply: FastifyReply, retryAfter: number, headers: Record<string, string>) {
  return reply
    .code(429)
    .headers({ ...headers, 'retry-after': String(Math.ceil(retryAfter)) })
    .send({ message: 'You are being rate limited.', code: 0, retry_after: retryAfter, global: false });
}

/** Any failure as Discord would word it. */
export function sendError(error: FastifyError | DiscordError | Error, reply: FastifyReply) {
  if (error instanceof DiscordError) return reply.code(error.status).send(error.body());
  const code = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (code === 413) return reply.code(413).send({ message: 'Request entity too large', code: 40005 });
  if (code >= 400 && code < 500) {
    return reply.code(400).send({ message: 'The request body contains invalid JSON.', code: 50109 });
  }
  reply.log.error(error);
  return reply.code(500).send({ message: '500: Internal Server Error', code: 0 });
}
