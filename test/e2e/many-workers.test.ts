import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actor,
  buttonsOf,
  isPainting,
  type Overpaint,
  QUICK,
  temporaryFolder,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';
import { startPlayground } from '../support/playground-bot.ts';
import { type OverpaintProcess, startProcess } from '../support/processes.ts';
import { startRedis } from '../support/redis.ts';
import { paintingSmall } from '../support/small-model.ts';

/** One bot and two workers, each a process of its own, on a real Redis; the playground stands for Discord. */
let redis: Awaited<ReturnType<typeof startRedis>>;
let playground: Awaited<ReturnType<typeof startPlayground>>;
let bot: OverpaintProcess;
const workers: OverpaintProcess[] = [];
const folder = temporaryFolder();
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let environment: Record<string, string>;

const healthOf = async (running: OverpaintProcess) => {
  const [, url] = await running.said(/health: (\S+)\/readyz/);
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, body: (await answer.json()) as object };
};

const startWorker = async () => {
  const worker = startProcess(['worker', '--port', '0', '--device', 'cpu'], {
    ...environment,
    OVERPAINT_DATA: `${folder}/worker-${workers.length}`,
  });
  workers.push(worker);
  await worker.said(/This worker paints/);
  return worker;
};

beforeAll(async () => {
  redis = await startRedis();
  playground = await startPlayground({ rateLimits: false });
  environment = {
    OVERPAINT_REDIS_URL: redis.url,
    OVERPAINT_DISCORD_API: playground.apiUrl,
    ...paintingSmall(),
  };
  bot = startProcess(['bot', '--port', '0'], { ...environment, OVERPAINT_DATA: `${folder}/bot` });
  await bot.said(/has joined Discord/);
  [alice, bob] = ['alice', 'bob'].map((name) => actor({ playground } as unknown as Overpaint, name)) as [
    typeof alice,
    typeof bob,
  ];
});
afterAll(async () => {
  for (const running of [bot, ...workers]) if (running) await running.stop('SIGKILL');
  await playground.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const paint = (who: typeof alice, channel: string, options: object = {}) =>
  who.command(channel, 'img2img', { image: { sample: 'cat' }, ...QUICK, ...options });
const paintings = async (channel: string) => (await alice.messages(channel)).filter(isPainting);
/** What a message shows while it is painted. */
const BAR = /[▰▱]/;
const finishedAt = (message: MessageSeen) => Date.parse(message.editedTimestamp!);

describe('one bot and two workers on Redis', () => {
  it('keep what is asked for while there is no worker, fair to both members, and paint all of it', async () => {
    for (let i = 0; i < 10; i++) await alice.answered(await paint(alice, 'art', { seed: i }));
    await bob.answered(await paint(bob, 'art', { seed: 100 }));
    await alice.see('art', ({ content }) => content.includes('place 2 in the queue'));
    expect(await paintings('art')).toEqual([]);
    expect(await healthOf(bot)).toEqual({ status: 200, body: { ready: true, discord: true, queue: true } });

    await startWorker();
    await startWorker();
    for (const worker of workers)
      expect(await healthOf(worker)).toEqual({
        status: 200,
        body: { ready: true, queue: true, engine: true },
      });
    await expect.poll(async () => (await paintings('art')).length, { timeout: 90_000 }).toBe(11);
    const inOrder = (await paintings('art')).sort((a, b) => finishedAt(a) - finishedAt(b));
    // Two begin at once, and edits of different messages may overtake each other by one.
    expect(inOrder.findIndex(({ content }) => content.includes('seed 100 '))).toBeLessThanOrEqual(3);
  });

  it('paint two at once, and a cancel reaches jobs that another process paints', async () => {
    for (let i = 0; i < 2; i++) await paint(alice, 'general', { steps: 150, strength: 1 });
    const running = async () =>
      (await alice.messages('general')).filter(
        (message) => buttonsOf(message).includes('Cancel') && BAR.test(message.content),
      );
    await expect.poll(async () => (await running()).length, { timeout: 30_000 }).toBe(2);
    for (const message of await running()) await alice.click(message.id, { label: 'Cancel' });
    await expect
      .poll(
        async () =>
          (await alice.messages('general')).filter(({ content }) => content.includes('cancelled')).length,
        { timeout: 10_000 },
      )
      .toBe(2);
  });

  it('show previews that crossed from worker to bot', async () => {
    await paint(alice, 'general', { steps: 60, strength: 1 });
    const seen = await alice.see(
      'general',
      (message) => buttonsOf(message).includes('Cancel') && message.attachments.length > 0,
      30_000,
    );
    await alice.click(seen.id, { label: 'Cancel' });
    await alice.see('general', ({ id, content }) => id === seen.id && content.includes('cancelled'));
  });

  it('lose nothing when a worker is told to stop in the middle of a painting', async () => {
    const older = await alice.messages('art');
    await paint(alice, 'art', { steps: 20, strength: 0.6, seed: 7 });
    await alice.see('art', ({ content }) => BAR.test(content), 30_000);
    const begun = Date.now();
    const stopped = workers.splice(0);
    const codes = await Promise.all(stopped.map((worker) => worker.stop()));
    const outputs = stopped.map((worker) => worker.output());
    expect(codes).toEqual([0, 0]);
    for (const output of outputs) expect(output).not.toMatch(/"level":(50|60)/);
    expect(Date.now() - begun).toBeLessThan(20_000);
    await startWorker();
    const done = await alice.painting('art', older);
    expect(done.content).toContain('12 of 20 steps');
  });

  it('go on from a painting whose pictures have left Redis', async () => {
    const first = (await paintings('art')).find(({ content }) => content.includes('seed 100 '))!;
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url);
    const keys = await client.keys('overpaint:image:*');
    expect(keys.length).toBeGreaterThan(0);
    await client.del(keys);
    client.disconnect();
    await bob.click(first.id, { label: 'Refine 0.3' });
    await bob.painting('art', [first], ({ content }) => content.includes(`/${first.id})`));
  });

  it('end within the time, and with exit code 0', async () => {
    expect(await bot.stop()).toBe(0);
    expect(bot.output()).not.toMatch(/"level":(50|60)/);
  });
});
