// What a member waits for: from command to acknowledgement, queued message, first progress and painting; and what the
// bot's process has to spare meanwhile. The program runs in a process of its own against a playground in this one.
// Usage: npx node bench/bot.ts [rounds]
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startEverything } from '../src/cli/up.ts';
import { readConfig } from '../src/config.ts';
import { type Playground, startPlayground } from '../src/playground/index.ts';
import { actor } from '../test/support/playground-bot.ts';
import { line, quantile, spread } from './spread.ts';

const ROUNDS = Number(process.argv[2] ?? 20);
const COMMANDS = 500;
const WITHIN_MS = 10_000;

if (process.argv[2] === 'program') await runProgram();
else await measure();

/** The program, and a word about itself whenever it is asked. */
async function runProgram(): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  await startEverything(readConfig());
  delays.enable();
  process.send!({ ready: true });
  process.on('message', () => {
    process.send!({ delayMs: delays.percentile(99) / 1e6 - 5, rss: process.memoryUsage().rss / 1e6 });
    delays.reset();
  });
}

interface Figures {
  delayMs: number;
  rss: number;
}

async function start(playground: Playground, data: string): Promise<{ child: ChildProcess; ms: number }> {
  const begun = performance.now();
  const child = fork(process.argv[1]!, ['program'], {
    env: {
      PATH: process.env.PATH,
      OVERPAINT_DISCORD_API: playground.apiUrl,
      OVERPAINT_DATA: data,
      OVERPAINT_PORT: '0',
      OVERPAINT_LOG: 'error',
    },
  });
  await once(child, 'message');
  return { child, ms: performance.now() - begun };
}

async function measure(): Promise<void> {
  if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
  const data = mkdtempSync(join(tmpdir(), 'overpaint-bench-'));
  const seen = { acknowledged: new Map<string, number>(), queued: 0, progress: 0, painted: 0, edits: 0 };
  const playground = await startPlayground({
    rateLimits: false,
    onTraffic({ direction, what, body }) {
      if (direction !== 'request') return;
      const now = performance.now();
      const interaction = /^POST \/interactions\/(\d+)\//.exec(what)?.[1];
      if (interaction !== undefined) seen.acknowledged.set(interaction, now);
      const text = JSON.stringify(body ?? '');
      if (/^POST \/channels\/\d+\/messages$/.test(what)) seen.queued = now;
      if (!what.startsWith('PATCH /channels')) return;
      seen.edits += 1;
      if (/[▰▱]/.test(text)) seen.progress ||= now;
      if (text.includes('Reroll')) seen.painted = now;
    },
  });
  const first = await start(playground, data);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const { child, ms } = await start(playground, data);
  line('start to ready, first and second run', `${first.ms.toFixed(0)} ms, ${ms.toFixed(0)} ms`);

  const figures = async () => {
    child.send('figures');
    return ((await once(child, 'message')) as [Figures])[0];
  };
  const alice = actor(playground, 'alice');
  const paint = (options: object) =>
    alice.command('art', 'img2img', { image: { sample: 'cat' }, style: 'oil', strength: 0.6, ...options });
  const waits = { acknowledged: [], queued: [], progress: [], painted: [], edits: [] } as Record<
    string,
    number[]
  >;
  for (let round = 0; round <= ROUNDS; round++) {
    Object.assign(seen, { queued: 0, progress: 0, painted: 0, edits: 0 });
    const begun = performance.now();
    const { interactionId } = await paint({ seed: round });
    while (seen.painted === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    // The first one loads the model.
    if (round === 0) {
      line('first painting after a start', `${(seen.painted - begun).toFixed(0)} ms`);
      await figures();
      continue;
    }
    waits.acknowledged!.push(seen.acknowledged.get(interactionId)! - begun);
    waits.queued!.push(seen.queued - begun);
    if (seen.progress > 0) waits.progress!.push(seen.progress - begun);
    waits.painted!.push(seen.painted - begun);
    waits.edits!.push(seen.edits);
  }
  line('command to acknowledgement', spread(waits.acknowledged!));
  line('command to queued message', spread(waits.queued!));
  line('command to first progress', spread(waits.progress!));
  line('command to painting (6 of 10 steps)', spread(waits.painted!));
  line('edits a painting, p50', quantile(waits.edits!, 0.5).toFixed(0));
  line('event loop delay while painting, p99', `${(await figures()).delayMs.toFixed(1)} ms`);

  await paint({ steps: 150, strength: 1, count: 16 });
  const begun = new Map<string, number>();
  const from = performance.now();
  await Promise.all(
    Array.from({ length: COMMANDS }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, (i / COMMANDS) * WITHIN_MS));
      const at = performance.now();
      begun.set((await alice.command('general', 'help')).interactionId, at);
    }),
  );
  while ([...begun.keys()].some((id) => !seen.acknowledged.has(id)) && performance.now() - from < 30_000)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const acks = [...begun].map(([id, at]) => (seen.acknowledged.get(id) ?? Infinity) - at);
  line(`acknowledgement with ${COMMANDS} commands in ${WITHIN_MS / 1000} s, painting`, spread(acks));
  const { delayMs, rss } = await figures();
  line('event loop delay meanwhile, p99', `${delayMs.toFixed(1)} ms`);
  line('RSS of the bot’s process', `${rss.toFixed(0)} MB`);
  child.kill('SIGKILL');
  await playground.close();
  rmSync(data, { recursive: true });
}
