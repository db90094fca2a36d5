import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, isPainting, type Overpaint, QUICK, temporaryFolder } from '../support/overpaint.ts';
import { startPlayground } from '../support/playground-bot.ts';
import { childrenOf, type OverpaintProcess, startProcess } from '../support/processes.ts';
import { paintingSmall } from '../support/small-model.ts';

/** The whole program as one process that is killed over and over; the playground, which stands for Discord, lives on. */
const STAGES = ['taken', 'load', 'text', 'encode', 'denoise', 'decode', 'finished', 'filed', 'shown'];
/** Every stage twice, and two more at the moment that somebody asks. */
const BLOWS = ['asked', ...STAGES, 'asked', ...STAGES];
const folder = temporaryFolder();
let playground: Awaited<ReturnType<typeof startPlayground>>;
let alice: ReturnType<typeof actor>;
let program: OverpaintProcess | undefined;

const start = async () => {
  program = startProcess(['up'], {
    OVERPAINT_DISCORD_API: playground.apiUrl,
    OVERPAINT_DATA: folder,
    OVERPAINT_PORT: '0',
    OVERPAINT_LOG: 'debug',
    ...paintingSmall(),
  });
  await program.said(/has joined Discord/);
  return program;
};
beforeAll(async () => {
  playground = await startPlayground({ rateLimits: false });
  alice = actor({ playground } as unknown as Overpaint, 'alice');
});
afterAll(async () => {
  await program?.stop('SIGKILL');
  await playground.close();
  rmSync(folder, { recursive: true, force: true });
});

const own = async () =>
  (await alice.messages('art')).filter(({ author, ephemeral }) => author.bot && !ephemeral);

describe('SIGKILL', () => {
  it('of the whole program, over and over, loses nothing that was promised and does nothing twice', async () => {
    const promised = new Set<string>();
    for (const [i, blow] of BLOWS.entries()) {
      const running = await start();
      const { interactionId: id } = await alice.command('art', 'img2img', {
        image: { sample: 'cat' },
        ...QUICK,
        prompt: `number ${i}`,
        seed: i,
      });
      // What the blow before has left behind is painted first.
      if (blow !== 'asked')
        await running.said(new RegExp(`"jobId":"${id}-img2img","stage":"${blow}"`), 60_000);
      // What counts is a message: by then there is a promise.
      for (const { id } of await own()) promised.add(id);
      await running.stop('SIGKILL');
    }
    expect(promised.size).toBeGreaterThanOrEqual(STAGES.length * 2);

    await start();
    await expect
      .poll(
        async () => (await own()).filter((message) => !isPainting(message)).map(({ content }) => content),
        {
          timeout: 60_000,
          interval: 300,
        },
      )
      .toEqual([]);
    const messages = await own();
    expect(messages.map(({ id }) => id)).toEqual(expect.arrayContaining([...promised]));
    const seeds = messages.map(({ content }) => /seed (\d+)/.exec(content)![1]);
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const { attachments } of messages) expect(attachments).toHaveLength(1);
  });

  it('of the engine alone leads to the same painting', async () => {
    const older = await own();
    const [engine] = childrenOf(program!.pid);
    await alice.command('art', 'img2img', {
      image: { sample: 'cat' },
      style: 'oil',
      strength: 0.6,
      steps: 25,
      seed: 7,
    });
    await alice.see('art', ({ content }) => /[▰▱]/.test(content), 30_000);
    process.kill(engine!, 'SIGKILL');
    const done = await alice.painting('art', older);
    expect(done.attachments).toHaveLength(1);
    expect(childrenOf(program!.pid)).not.toContain(engine);
    expect((await own()).length).toBe(older.length + 1);
  });
});

describe('SIGTERM', () => {
  it('finishes the running painting, keeps the waiting ones, and ends with 0 within 20 s', async () => {
    const older = await own();
    for (let i = 0; i < 3; i++)
      await alice.answered(
        await alice.command('art', 'img2img', {
          image: { sample: 'cat' },
          style: 'oil',
          strength: 0.6,
          steps: 14,
          seed: 8,
        }),
      );
    const begun = Date.now();
    expect(await program!.stop('SIGTERM')).toBe(0);
    expect(Date.now() - begun).toBeLessThan(20_000);
    const left = (await own()).filter(({ id }) => older.every((known) => known.id !== id));
    expect(left.filter((message) => !isPainting(message)).length).toBeGreaterThan(0);
    await start();
    await expect
      .poll(async () => (await own()).filter(isPainting).length, { timeout: 60_000 })
      .toBe(older.length + 3);
  });

  it('gives a painting that would take too long back to the queue', async () => {
    const older = await own();
    await alice.command('art', 'img2img', {
      image: { sample: 'cat' },
      style: 'oil',
      strength: 1,
      steps: 150,
      count: 4,
    });
    await alice.see('art', ({ content }) => /[▰▱]/.test(content), 30_000);
    const begun = Date.now();
    expect(await program!.stop('SIGTERM')).toBe(0);
    expect(Date.now() - begun).toBeLessThan(20_000);
    const again = await start();
    const resumed = await alice.see(
      'art',
      (message) => older.every(({ id }) => id !== message.id) && /[▰▱] 0 %|[▰▱] \d %/.test(message.content),
      30_000,
    );
    expect(isPainting(resumed)).toBe(false);
    expect(again.output()).not.toMatch(/"level":(50|60)/);
  });
});
