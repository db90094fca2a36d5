// Prints how the playground's page holds up in a real Chromium: node bench/playground-page.ts. A channel gets 1,000
// messages with pictures; a visitor opens it, scrolls through all of it, and watches a bot's messages arrive.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { chromium, type Page } from 'playwright-core';
import { startPlayground } from '../src/playground/index.ts';

const MESSAGES = 1000;
const SAMPLES = ['cat', 'coffee', 'flower', 'palace', 'portrait', 'rocket'];
const ARRIVALS = 200;
const OPENINGS = 5;

if (process.argv[2] === 'server') {
  const playground = await startPlayground({ rateLimits: false });
  process.send!({ url: playground.url, api: playground.apiUrl });
  process.on('disconnect', () => process.exit());
} else await measure();

async function measure(): Promise<void> {
  if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
  const server = fork(process.argv[1]!, ['server']);
  const [{ url, api }] = (await once(server, 'message')) as [{ url: string; api: string }];
  const post = async (address: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bot playground' };
    const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { messageId: string };
  };
  for (let i = 0; i < MESSAGES; i++) {
    const files = [{ sample: SAMPLES[i % SAMPLES.length] }];
    await post(`${url}/actors/alice/message`, { channel: 'art', content: `**picture** ${i}`, files });
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--enable-precise-memory-info'],
  });
  const line = (name: string, value: string) => console.log(`${name.padEnd(50)}${value}`);
  const openings: { paint: number; whole: number }[] = [];
  for (let i = 0; i < OPENINGS; i++) {
    const { page, ...times } = await open(browser, url);
    openings.push(times);
    await page.context().close();
  }
  line('first paint, best and median of five', bestAndMedian(openings.map(({ paint }) => paint)));
  line('newest message there, best and median', bestAndMedian(openings.map(({ whole }) => whole)));

  const { page } = await open(browser, url);
  const frames = await scrollThrough(page);
  line('messages in the page after scrolling', String(await page.locator('article').count()));
  line('frame while scrolling, p50 and p99', `${quantile(frames, 0.5)} ${quantile(frames, 0.99)}`);
  const heap = await page.evaluate<number>('performance.memory.usedJSHeapSize');
  line('heap of the page', `${(heap / 1e6).toFixed(1)} MB`);

  await page.getByRole('button', { name: /general/ }).click();
  const channel = await channelOf(url);
  const delays = await watchArrivals(page, async (content) => {
    await post(`${api}/v10/channels/${channel}/messages`, { content });
  });
  line(
    'bot’s call to message on the page, p50 and p99',
    `${quantile(delays, 0.5)} ${quantile(delays, 0.99)}`,
  );
  await browser.close();
  server.kill();
}

function quantile(values: number[], q: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[Math.floor((values.length - 1) * q)]!.toFixed(1)} ms`;
}

function bestAndMedian(values: number[]): string {
  return `${quantile(values, 0)} ${quantile(values, 0.5)}`;
}

async function open(browser: Awaited<ReturnType<typeof chromium.launch>>, url: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(`localStorage.setItem('hint', 'done'); localStorage.setItem('channel', 'art')`);
  const page = await context.newPage();
  const started = performance.now();
  await page.goto(url);
  await page.getByRole('textbox', { name: /^Message #/ }).waitFor();
  if ((await page.getByRole('heading', { level: 1 }).textContent()) !== '#art')
    await page.getByRole('button', { name: /^# ?art/ }).click();
  await page.getByText(`picture ${MESSAGES - 1}`).waitFor();
  const whole = performance.now() - started;
  const paint = await page.evaluate<number>(
    `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  );
  return { page, paint, whole };
}

/** Wheels to the oldest message, in steps of 600 px a frame; how long each frame took. */
function scrollThrough(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`new Promise((resolve) => {
    const list = document.querySelector('.messages');
    const frames = [];
    let last = performance.now();
    let still = 0;
    const step = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      still = list.scrollTop < 1 ? still + 1 : 0;
      if (still > 60) return resolve(frames.slice(1));
      list.scrollTop -= 600;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
}

async function channelOf(url: string): Promise<string> {
  const world = (await (await fetch(`${url}/actors`)).json()) as { channels: { id: string; name: string }[] };
  return world.channels.find(({ name }) => name === 'general')!.id;
}

/** Milliseconds from before a bot's call to the message standing in the page. */
async function watchArrivals(page: Page, send: (content: string) => Promise<void>): Promise<number[]> {
  await page.evaluate(`(() => {
    window.arrivals = {};
    new MutationObserver(() => {
      for (const [name] of document.body.textContent.matchAll(/arrival-\\d+-/g)) window.arrivals[name] ??= Date.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  })()`);
  const sent: number[] = [];
  for (let i = 0; i < ARRIVALS; i++) {
    sent.push(Date.now());
    await send(`arrival-${i}-`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await page.getByText(`arrival-${ARRIVALS - 1}-`).waitFor();
  const seen = await page.evaluate<Record<string, number>>('window.arrivals');
  return sent.map((at, i) => seen[`arrival-${i}-`]! - at);
}
