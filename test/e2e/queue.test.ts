import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, buttonsOf, isPainting, type Overpaint, QUICK, startOverpaint } from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Several members and one painter: who comes when, and how one gets out again. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  [alice, bob] = [actor(overpaint, 'alice'), actor(overpaint, 'bob')];
});
afterAll(() => overpaint.close());

const SLOW = { style: 'oil', strength: 0.8, steps: 50, count: 4 };
const isWaiting = (message: MessageSeen) => buttonsOf(message).includes('Cancel');

/** Asks for a painting of the cat and waits for the message that promises it. */
async function ask(who: ReturnType<typeof actor>, options: object, channel = 'art'): Promise<MessageSeen> {
  const known = new Set((await who.messages(channel)).map(({ id }) => id));
  await who.command(channel, 'img2img', { image: { sample: 'cat' }, ...options });
  return who.see(channel, (message) => !known.has(message.id) && (isWaiting(message) || isPainting(message)));
}

const now = async (who: ReturnType<typeof actor>, { id }: MessageSeen, channel = 'art') =>
  (await who.messages(channel)).find((message) => message.id === id);

/** The one that is painted keeps the painter busy until it is cancelled. */
async function painting(slow: MessageSeen): Promise<void> {
  await expect.poll(async () => (await now(alice, slow))?.content, { timeout: 20_000 }).toContain('painting');
}

async function cancel(who: ReturnType<typeof actor>, message: MessageSeen): Promise<void> {
  await who.answered(await who.click(message.id, { label: 'Cancel' }));
  await expect
    .poll(async () => (await now(who, message))?.content, { timeout: 20_000 })
    .toMatch(/Cancelled/i);
}

describe('the queue', () => {
  it('gives each member a turn: one picture of one does not wait for all of another', async () => {
    const slow = await ask(alice, SLOW);
    await painting(slow);
    const [first, second, third] = [
      await ask(alice, QUICK),
      await ask(alice, QUICK),
      await ask(alice, QUICK),
    ];
    const other = await ask(bob, QUICK);
    expect((await now(bob, other))?.content).toMatch(/place \d in the queue · about/);
    await cancel(alice, slow);
    const done: string[] = [];
    const names = new Map([
      [first.id, 'alice 1'],
      [second.id, 'alice 2'],
      [third.id, 'alice 3'],
      [other.id, 'bob'],
    ]);
    await expect
      .poll(
        async () => {
          for (const message of (await alice.messages('art')).filter(isPainting)) {
            const name = names.get(message.id);
            if (name && !done.includes(name)) done.push(name);
          }
          return done.length;
        },
        { timeout: 40_000, interval: 40 },
      )
      .toBe(4);
    expect(done.indexOf('bob')).toBeLessThan(2);
    expect(done.filter((name) => name !== 'bob')).toEqual(['alice 1', 'alice 2', 'alice 3']);
  });

  it('shows places and times, and lets owners and moderators cancel, nobody else', async () => {
    const slow = await ask(alice, SLOW);
    await painting(slow);
    const waiting = await ask(alice, QUICK);
    const seen = await bob.answer('art', await bob.command('art', 'queue'));
    expect(seen.content).toMatch(/🖌️ painting <@\d+> · done in about \d+ s\n1\. <@\d+> · done in about \d+ s/);
    expect(buttonsOf(seen)).toEqual([]);
    const refused = await bob.answer('art', await bob.click(waiting.id, { label: 'Cancel' }));
    expect(refused.content).toMatch(/Only who asked/);
    const own = await alice.answer('art', await alice.command('art', 'queue'));
    expect(own.content).toContain('**yours**');
    expect(buttonsOf(own)).toEqual(['Cancel the running one', 'Cancel no. 1']);
    await alice.answered(await alice.click(own.id, { label: 'Cancel no. 1' }));
    await expect.poll(async () => (await now(alice, waiting))?.content).toMatch(/Cancelled/i);
    const mod = actor(overpaint, 'mod');
    await cancel(mod, slow);
    const empty = await bob.answer('art', await bob.command('art', 'queue'));
    expect(empty.content).toMatch(/Nothing is waiting/);
  });

  it('/cancel takes the newest back, or all', async () => {
    const messages = [await ask(alice, SLOW), await ask(alice, QUICK), await ask(alice, QUICK)];
    await painting(messages[0]!);
    const one = await alice.answer('art', await alice.command('art', 'cancel'));
    expect(one.content).toBe('Cancelled it.');
    await expect.poll(async () => (await now(alice, messages[2]!))?.content).toMatch(/Cancelled/i);
    expect(isWaiting((await now(alice, messages[1]!))!)).toBe(true);
    const rest = await alice.answer('art', await alice.command('art', 'cancel', { all: true }));
    expect(rest.content).toBe('Cancelled all 2.');
    await expect
      .poll(async () => (await now(alice, messages[0]!))?.content, { timeout: 20_000 })
      .toMatch(/Cancelled/i);
    const none = await alice.answer('art', await alice.command('art', 'cancel'));
    expect(none.content).toMatch(/nothing waiting/);
  });

  it('takes only so many of one member, and says so to them alone', async () => {
    const slow = await ask(alice, SLOW);
    await painting(slow);
    const mod = actor(overpaint, 'mod');
    await mod.answer('art', await mod.command('art', 'settings', { waiting_jobs: 2 }));
    await ask(alice, QUICK);
    await ask(alice, QUICK);
    const refused = await alice.answer(
      'art',
      await alice.command('art', 'img2img', { image: { sample: 'cat' }, ...QUICK }),
    );
    expect(refused.content).toMatch(/You have 2 pictures waiting/);
    expect(refused.ephemeral).toBe(true);
    await alice.answer('art', await alice.command('art', 'cancel', { all: true }));
    await expect
      .poll(async () => (await overpaint.services.queue.places()).length, { timeout: 20_000 })
      .toBe(0);
  });
});
