import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Hub } from '../hub.ts';
import { readForm } from './read-form.ts';

/** A request's path below the API's root, decoded: clients write `@original` as `%40original`. */
export function pathOf(request: FastifyRequest): string {
  const path = (request.url.split('?')[0] ?? '').replace(/^\/api(\/v\d+)?/, '');
  try {
    return decodeURIComponent(path);
  } catch (error) {
    // A stray percent sign is a path that nothing has, not a fault of ours.
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** Tokens in paths stay out of what people see. */
const redact = (path: string) => path.replace(/^(\/(?:interactions|webhooks)\/\d+\/)[^/]+/, '$1…');

/** Tells of every request as soon as its body is read, and of every answer. */
export function tellTraffic(app: FastifyInstance, hub: Hub): void {
  const told = new WeakSet<FastifyRequest>();
  const what = (request: FastifyRequest) => `${request.method} ${redact(pathOf(request))}`;
  const tellRequest = (request: FastifyRequest, body: unknown) => {
    told.add(request);
    const query = request.query as Record<string, unknown>;
    hub.traffic.emit({
      at: Date.now(),
      id: request.id,
      direction: 'request',
      what: what(request),
      ...(Object.keys(query).length === 0 ? {} : { query }),
      ...(body === undefined || body === null ? {} : { body }),
    });
  };
  app.addHook('preHandler', async (request) => {
    tellRequest(request, request.isMultipart() ? (await readForm(request)).json : request.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    // Refused before its body was read.
    if (!told.has(request)) tellRequest(request, undefined);
    hub.traffic.emit({
      at: Date.now(),
      id: request.id,
      direction: 'answer',
      what: what(request),
      status: reply.statusCode,
      ...(typeof payload === 'string' ? { body: parseQuietly(payload) } : {}),
    });
    return payload;
  });
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
