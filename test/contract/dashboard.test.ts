import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClosing } from '../../src/cli/closing.ts';
import { openDashboard } from '../../src/cli/dashboard.ts';
import { addHealthRoutes, servePage } from '../../src/cli/health.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { openPaintQueue, type PaintQueue } from '../../src/queue/paint-queue.ts';
import { startRedis } from '../support/redis.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let queue: PaintQueue;
const closing = createClosing();

beforeAll(async () => {
  redis = await startRedis();
  queue = await openPaintQueue({ redisUrl: redis.url });
});
afterAll(async () => {
  await closing.now();
  await queue.close();
  await redis.stop();
});

const open = async (environment: Record<string, string>) => {
  const config = readConfig(environment);
  return (await openDashboard({ config, closing, logger: createLogger('silent') }, queue))!;
};
const pause = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/queues/paint/pause`, { method: 'PUT', headers });

describe('the dashboard', () => {
  it('is not there unless an address is named', async () => {
    expect(await open({})).toBeUndefined();
  });

  it('shows the queue on this machine only, and changes nothing', async () => {
    const url = await open({ OVERPAINT_DASHBOARD: '0' });
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const page = await fetch(url);
    expect(await page.text()).toContain('<title>Overpaint</title>');
    // Nothing of the page may come from elsewhere.
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    const { queues } = (await (await fetch(`${url}/api/queues`)).json()) as { queues: object[] };
    expect(queues).toMatchObject([{ name: 'paint', readOnlyMode: true }]);
    expect((await pause(url)).status).toBe(405);
    expect(await queue.internals.queue.isPaused()).toBe(false);
  });

  it('lets in who knows the password, whatever the user name', async () => {
    const url = await open({ OVERPAINT_DASHBOARD: '0', OVERPAINT_DASHBOARD_PASSWORD: 'pass:word' });
    const as = (login: string) =>
      fetch(`${url}/api/queues`, {
        headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
      });
    const bare = await fetch(url);
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="queues"']);
    expect((await fetch(`${url}/static/images/logo.svg`)).status).toBe(401);
    expect((await as('anyone:pass:wore')).status).toBe(401);
    expect((await as('anyone:pass:word')).status).toBe(200);
  });

  it('refuses to be open to others without a password', async () => {
    await expect(open({ OVERPAINT_DASHBOARD: '0.0.0.0:0' })).rejects.toMatchObject({
      code: 'dashboard-open',
    });
  });

  it('writes where it is allowed to, but not for other pages', async () => {
    const url = await open({ OVERPAINT_DASHBOARD: '0', OVERPAINT_DASHBOARD_WRITE: 'true' });
    expect((await pause(url, { origin: 'http://elsewhere.example' })).status).toBe(403);
    expect(await queue.internals.queue.isPaused()).toBe(false);
    expect((await pause(url, { origin: new URL(url).origin })).status).toBe(200);
    expect(await queue.internals.queue.isPaused()).toBe(true);
  });

  it('refuses an address that is none', () => {
    for (const address of ['host', '1:2:3x', 'http://x'])
      expect(() => readConfig({ OVERPAINT_DASHBOARD: address })).toThrow(/OVERPAINT_DASHBOARD/);
    expect(readConfig({ OVERPAINT_DASHBOARD: '[::1]:80' }).OVERPAINT_DASHBOARD).toEqual({
      host: '::1',
      port: 80,
    });
  });
});

describe('the health page', () => {
  it('names the part that does not work, and says that the process lives', async () => {
    let works = true;
    const page = await servePage({ host: '127.0.0.1', port: 0 }, 'OVERPAINT_PORT', (app) =>
      addHealthRoutes(app, () => Promise.resolve({ queue: works, engine: true })),
    );
    const ask = async (path: string) => {
      const answer = await fetch(`${page.url}${path}`);
      return [answer.status, await answer.json()];
    };
    expect(await ask('/readyz')).toEqual([200, { ready: true, queue: true, engine: true }]);
    works = false;
    expect(await ask('/readyz')).toEqual([503, { ready: false, queue: false, engine: true }]);
    expect(await ask('/healthz')).toEqual([200, { ok: true }]);
    const { port } = new URL(page.url);
    await expect(
      servePage({ host: '127.0.0.1', port: Number(port) }, 'OVERPAINT_PORT', () => undefined),
    ).rejects.toMatchObject({ code: 'port-taken' });
    await page.close();
  });

  it('says within seconds that a queue is away, and when it is back', async () => {
    // Below the ports that clients are given: one that looks for a server there could otherwise find itself.
    const other = await startRedis(20_000 + Math.floor(Math.random() * 10_000));
    const opened = await openPaintQueue({ redisUrl: other.url });
    expect(await opened.answers()).toBe(true);
    await other.stop();
    expect(await opened.answers()).toBe(false);
    const again = await startRedis(Number(new URL(other.url).port));
    await expect.poll(() => opened.answers(), { timeout: 20_000 }).toBe(true);
    await opened.close();
    await again.stop();
  });
});
