// Prints how much the playground takes: node bench/playground.ts. The server runs in a process of its own, the bot and
// the member in this one; they speak to it as any bot and any script do.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { WebSocket } from 'ws';
import { startPlayground } from '../src/playground/index.ts';

const AT_ONCE = 16;
const WARM_UP = 300;
const COMMANDS = 5000;
const ALONE = 1000;

if (process.argv[2] === 'server') {
  const playground = await startPlayground({ rateLimits: false });
  process.send!({ url: playground.url, api: playground.apiUrl });
  process.on('message', () => process.send!({ rss: process.memoryUsage().rss }));
} else await measure();

interface Interaction {
  id: string;
  token: string;
}

async function measure(): Promise<void> {
  if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
  const server = fork(process.argv[1]!, ['server']);
  const [{ url, api }] = (await once(server, 'message')) as [{ url: string; api: string }];
  const rss = async () => {
    server.send('rss');
    return ((await once(server, 'message')) as [{ rss: number }])[0].rss / 1e6;
  };
  const json = async (method: string, address: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bot playground' };
    const response = await fetch(address, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : ((await response.json()) as { interactionId: string });
  };

  const heard = await listen(url);
  const bot = await logIn(url);
  await json('PUT', `${api}/v10/applications/${bot.id}/commands`, [{ name: 'go', description: 'x' }]);
  const sentAt = new Map<string, number>();
  let word = 0;
  bot.answer = ({ id, token }) => {
    const content = `w${word++}`;
    sentAt.set(content, performance.now());
    void json('POST', `${api}/v10/interactions/${id}/${token}/callback`, { type: 4, data: { content } });
  };
  const command = () => json('POST', `${url}/actors/alice/command`, { channel: 'general', command: 'go' });

  /** Runs so many commands, some at once; done when the member has seen every answer. */
  const run = async (count: number, atOnce: number): Promise<number[]> => {
    const first = word;
    let begun = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (begun < count) {
          begun += 1;
          await command();
          if (atOnce === 1) await heard.count(first + begun);
        }
      }),
    );
    await heard.count(first + count);
    return Array.from({ length: count }, (_, i) => {
      const name = `w${first + i}`;
      return heard.at.get(name)! - sentAt.get(name)!;
    });
  };

  await run(WARM_UP, AT_ONCE);
  const fresh = await rss();
  const alone = await run(ALONE, 1);
  const started = performance.now();
  const busy = await run(COMMANDS, AT_ONCE);
  const seconds = (performance.now() - started) / 1000;
  const quantile = (values: number[], q: number) =>
    `${values.sort((a, b) => a - b)[Math.floor((values.length - 1) * q)]!.toFixed(1)} ms`;
  const line = (name: string, value: string) => console.log(`${name.padEnd(44)}${value}`);
  line(`interactions a second, ${AT_ONCE} at once`, (COMMANDS / seconds).toFixed(0));
  line('callback to the member’s stream, alone', `p50 ${quantile(alone, 0.5)}, p99 ${quantile(alone, 0.99)}`);
  line(
    `callback to the member’s stream, ${AT_ONCE} at once`,
    `p50 ${quantile(busy, 0.5)}, p99 ${quantile(busy, 0.99)}`,
  );
  line('RSS after the warm-up', `${fresh.toFixed(0)} MB`);
  line(`RSS after ${WARM_UP + ALONE + COMMANDS} interactions`, `${(await rss()).toFixed(0)} MB`);
  bot.close();
  heard.close();
  server.kill();
}

/** The member's live stream: when each awaited message was there. */
async function listen(url: string) {
  const stop = new AbortController();
  const response = await fetch(`${url}/actors/alice/events`, { signal: stop.signal });
  const at = new Map<string, number>();
  let wake: (() => void) | undefined;
  void (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const content = /^event: message\n[^]*"content":"(w\d+)"/.exec(event)?.[1];
        if (content === undefined) continue;
        at.set(content, performance.now());
        wake?.();
      }
    }
  })().catch(() => undefined);
  return {
    at,
    async count(least: number): Promise<void> {
      while (at.size < least) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () => stop.abort(),
  };
}

/** The bot's side of the gateway, as little of it as works. */
async function logIn(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/gateway?v=10&encoding=json`);
  const bot = {
    id: '',
    answer: (_interaction: Interaction): void => undefined,
    close: () => socket.close(),
  };
  const ready = Promise.withResolvers<void>();
  socket.on('message', (raw: Buffer) => {
    const { op, t, d } = JSON.parse(raw.toString()) as {
      op: number;
      t: string;
      d: Interaction & { user: { id: string } };
    };
    if (op === 10)
      socket.send(JSON.stringify({ op: 2, d: { token: 'playground', intents: 1, properties: {} } }));
    if (t === 'READY') {
      bot.id = d.user.id;
      ready.resolve();
    }
    if (t === 'INTERACTION_CREATE') bot.answer(d);
  });
  await ready.promise;
  return bot;
}
