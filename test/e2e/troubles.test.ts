import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actor,
  buttonsOf,
  download,
  isPainting,
  type Overpaint,
  QUICK,
  startOverpaint,
  temporaryFolder,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Places where the bot may do little, a Discord that stumbles, and processes that end. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
});
afterAll(() => overpaint.close());

const cat = { image: { sample: 'cat' }, ...QUICK };
const isWaiting = (message: MessageSeen) => buttonsOf(message).includes('Cancel');

async function fault(kind: string, more: object = {}): Promise<void> {
  const answer = await fetch(`${overpaint.playground.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, ...more }),
  });
  expect(answer.status).toBe(204);
}
const paintings = async (channel = 'art') => (await alice.messages(channel)).filter(isPainting);

describe('a private conversation', () => {
  it('paints, and goes on by buttons and replies', async () => {
    await alice.command('dm', 'img2img', cat);
    const first = await alice.painting('dm');
    await alice.click(first.id, { label: 'Refine 0.3' });
    const second = await alice.painting('dm', [first]);
    expect(second.content).toContain('0.30');
    await alice.say('dm', '0.4 warmer', { replyTo: second.id });
    const third = await alice.painting('dm', [second], ({ content }) => content.includes('warmer'));
    expect(third.content).toContain('step 3');
    const told = await alice.answer('dm', await alice.command('dm', 'settings', { server_style: 'oil' }));
    expect(told.content).toMatch(/Expected a server/);
  });
});

describe('a channel that the bot cannot write to', () => {
  it('gets the painting as the answer to the command', async () => {
    const started = await alice.command('announcements', 'img2img', cat);
    const done = await alice.painting('announcements');
    expect((await alice.interaction(started.interactionId)).messageIds).toContain(done.id);
    expect(done.attachments).toHaveLength(1);
    await alice.click(done.id, { label: 'Reroll' });
    await alice.painting('announcements', [done]);
  });
});

describe('a Discord that stumbles', () => {
  it.each([
    ['fails for a while', 'rest-500', 9],
    ['is asked too often', 'rest-429', 4],
  ])('%s: the painting arrives once', async (_name, kind, count) => {
    const known = await paintings();
    await alice.command('art', 'img2img', { ...cat, steps: 10, strength: 0.8 });
    await alice.see('art', isWaiting);
    await fault(kind, { count });
    const done = await alice.painting('art', known);
    expect(done.attachments).toHaveLength(1);
    await fault(kind, { count: 0 });
    expect((await paintings()).length).toBe(known.length + 1);
    expect((await alice.messages('art')).filter(isWaiting)).toEqual([]);
  });

  it('fails at the very start: who asked is told, and nothing is owed', async () => {
    await fault('rest-500', { count: 4, route: '/channels' });
    const started = await alice.command('art', 'img2img', cat);
    const told = await alice.answer('art', started);
    expect(told.content).toMatch(/Discord had trouble just now. Try again/);
    expect(await overpaint.services.studio.deliveries.pending()).toEqual([]);
    await fault('rest-500', { count: 0 });
  });

  it('drops the connection: what was asked before and after is painted', async () => {
    const known = await paintings();
    await alice.command('art', 'img2img', cat);
    await fault('gateway-drop');
    const first = await alice.painting('art', known);
    await expect.poll(() => overpaint.bot.isReady(), { timeout: 20_000 }).toBe(true);
    await alice.command('art', 'img2img', cat);
    await alice.painting('art', [first]);
  });

  it('forgets the interaction’s token: the painting still stands in its message', async () => {
    const known = await paintings();
    await fault('token-expiry', { count: 1, route: '/webhooks' });
    await alice.command('art', 'img2img', cat);
    await alice.painting('art', known);
    await fault('token-expiry', { count: 0 });
  });

  it('has lost the message of the painting: it is posted again', async () => {
    const known = await paintings();
    await alice.command('art', 'img2img', { ...cat, steps: 20, strength: 0.8 });
    const waiting = await alice.see('art', isWaiting);
    const mod = actor(overpaint, 'mod');
    await mod.call('DELETE', `/actors/mod/messages/${waiting.id}`);
    const done = await alice.painting('art', known);
    expect(done.id).not.toBe(waiting.id);
    expect(done.content).toContain('seed');
  });
});

describe('a restart', () => {
  it('goes on with what was promised, under the same messages, and with old buttons', async () => {
    const data = temporaryFolder();
    let run = await startOverpaint({ data });
    let who = actor(run, 'alice');
    await who.command('art', 'img2img', cat);
    const old = await who.painting('art');
    await who.command('art', 'img2img', { image: { sample: 'cat' }, style: 'oil', strength: 0.8, steps: 40 });
    for (let i = 0; i < 2; i++) await who.command('art', 'img2img', cat);
    await expect
      .poll(async () => (await who.messages('art')).filter(isWaiting).length, { timeout: 20_000 })
      .toBe(3);
    const promised = (await who.messages('art')).filter(isWaiting).map(({ id }) => id);
    await run.close();
    run = await startOverpaint({ data });
    who = actor(run, 'alice');
    for (const id of promised) await who.painting('art', [], (message) => message.id === id);
    expect((await who.messages('art')).filter(isPainting)).toHaveLength(4);
    await who.click(old.id, { label: 'Refine 0.3' });
    const next = await who.painting('art', [], ({ content }) => content.includes(`/${old.id})`));
    expect((await download(next.attachments[0]!.url)).length).toBeGreaterThan(10_000);
    await run.close();
    rmSync(data, { recursive: true, force: true });
  });
});
