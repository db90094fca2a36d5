import { type FastifyInstance, fastify } from 'fastify';
import { OperatorError } from '../errors.ts';

/** Each part that must work, and whether it does. */
export type Readiness = () => Promise<Readonly<Record<string, boolean>>>;

/** `/healthz`: the process lives. `/readyz`: 200 when every part works, 503 with their names otherwise. */
export function addHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const parts = await readiness();
    const ready = Object.values(parts).every(Boolean);
    return reply.code(ready ? 200 : 503).send({ ready, ...parts });
  });
}

export interface ServedPage {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves routes on an address of their own.
 * @param variable what the operator sets to choose another port
 * @throws OperatorError `port-taken`
 */
export async function servePage(
  { host, port }: { host: string; port: number },
  variable: string,
  addRoutes: (app: FastifyInstance) => void | Promise<void>,
): Promise<ServedPage> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  await addRoutes(app);
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new OperatorError(
      'port-taken',
      `Port ${port} is taken: stop what uses it, or name another one by ${variable}`,
      { cause: error },
    );
  }
}
