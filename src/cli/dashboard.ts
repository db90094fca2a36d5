import { timingSafeEqual } from 'node:crypto';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { OperatorError } from '../errors.ts';
import type { PaintQueue } from '../queue/paint-queue.ts';
import { servePage } from './health.ts';
import type { Setting } from './parts.ts';

const PATH = '/queues';
/** The board's page carries its own styles; fonts and pictures from elsewhere stay away. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** The queue's dashboard under `/queues`: to look at, unless OVERPAINT_DASHBOARD_WRITE allows more. */
export async function addDashboard(app: FastifyInstance, config: Config, queue: PaintQueue): Promise<void> {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(PATH);
  const readOnlyMode = !config.OVERPAINT_DASHBOARD_WRITE;
  const subject: unknown = queue.internals.queue;
  createBullBoard({
    // The adapter is typed for queues on Redis; it reads ours through the same methods.
    queues: [
      new BullMQAdapter(subject as ConstructorParameters<typeof BullMQAdapter>[0], {
        readOnlyMode,
        allowRetries: !readOnlyMode,
      }),
    ],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Overpaint' } },
  });
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('content-security-policy', CSP);
        return guard(request, reply, config.OVERPAINT_DASHBOARD_PASSWORD);
      });
      await scope.register(adapter.registerPlugin());
    },
    { prefix: PATH },
  );
}

function guard(request: FastifyRequest, reply: FastifyReply, password: string | undefined) {
  const { origin, host, authorization = '' } = request.headers;
  if (request.method !== 'GET' && origin !== undefined && new URL(origin).host !== host)
    return reply.code(403).send({ error: 'This address only answers its own page' });
  if (password === undefined || isPassword(authorization, password)) return undefined;
  return reply.code(401).header('www-authenticate', 'Basic realm="queues"').send({ error: 'Password?' });
}

function isPassword(authorization: string, password: string): boolean {
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme !== 'Basic') return false;
  const given = Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  const [a, b] = [Buffer.from(given), Buffer.from(password)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Serves the dashboard on the address that OVERPAINT_DASHBOARD names.
 * @returns its address; undefined where none is named
 * @throws OperatorError `dashboard-open` for an address that others reach without a password, `port-taken`
 */
export async function openDashboard(
  { config, closing }: Setting,
  queue: PaintQueue,
): Promise<string | undefined> {
  const address = config.OVERPAINT_DASHBOARD;
  if (address === undefined) return undefined;
  if (!LOOPBACK.includes(address.host) && config.OVERPAINT_DASHBOARD_PASSWORD === undefined) {
    throw new OperatorError(
      'dashboard-open',
      `Expected OVERPAINT_DASHBOARD_PASSWORD, since the dashboard at ${address.host} can be reached by others`,
    );
  }
  const page = await servePage(address, 'OVERPAINT_DASHBOARD', (app) => addDashboard(app, config, queue));
  closing.later(() => page.close());
  return `${page.url}${PATH}`;
}
