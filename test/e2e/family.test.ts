import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/queue/image-store.ts';
import {
  actor,
  buttonsOf,
  download,
  type Overpaint,
  QUICK,
  selectOf,
  startOverpaint,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** A painting's family as a picture, and the gallery of one's own. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let first: MessageSeen;
let second: MessageSeen;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
  bob = actor(overpaint, 'bob');
  await alice.command('art', 'img2img', { image: { sample: 'cat' }, ...QUICK, seed: 1 });
  first = await alice.painting('art');
  await bob.click(first.id, { label: 'Reroll' });
  await bob.painting('art', [first]);
  await alice.click(first.id, { label: 'Refine 0.3' });
  second = await alice.painting('art', [first], ({ content }) => content.includes(`/${first.id})`));
});
afterAll(() => overpaint.close());

const optionsOf = (message: MessageSeen) =>
  (message.components as { components: { options?: { label: string; value: string }[] }[] }[])
    .flatMap(({ components }) => components)
    .flatMap(({ options = [] }) => options);

describe('the family tree', () => {
  it('shows the source, siblings and children in one picture, and branches from any of them', async () => {
    const shown = await alice.answer('art', await alice.click(second.id, { label: 'Tree' }));
    expect(shown.content).toContain('3 paintings');
    expect(shown.attachments).toMatchObject([
      { filename: 'tree.jpg', description: expect.stringContaining('what came of it, 3 paintings') },
    ]);
    // Three generations beside each other, two siblings below each other.
    const { width, height } = shown.attachments[0]!;
    expect(width).toBeGreaterThan(3 * 160);
    expect(height).toBeGreaterThan(2 * 120);
    expect(optionsOf(shown).map(({ label }) => label)).toEqual([
      'step 1: 0.50 Oil painting',
      'step 1: 0.50 Oil painting',
      'step 2: 0.30 Oil painting',
    ]);
    await alice.select(shown.id, selectOf(shown), [optionsOf(shown)[0]!.value]);
    const again = await alice.painting('art', [second], ({ content }) => content.includes('seed 1 '));
    expect(buttonsOf(again)).toContain('Reroll');
    expect(sha256(await download(again.attachments[0]!.url))).toBe(
      sha256(await download(first.attachments[0]!.url)),
    );
  });

  it('steps back to what a painting was made from', async () => {
    const shown = await alice.answer('art', await alice.click(second.id, { label: 'Tree' }));
    const known = await alice.messages('art');
    await alice.click(shown.id, { label: 'Step back' });
    const parent = await alice.painting(
      'art',
      known.filter(({ ephemeral }) => !ephemeral),
    );
    expect(sha256(await download(parent.attachments[0]!.url))).toBe(
      sha256(await download(first.attachments[0]!.url)),
    );
    // The first of its family has nothing before it.
    const oldest = await alice.answer('art', await alice.click(parent.id, { label: 'Tree' }));
    await expect(alice.click(oldest.id, { label: 'Step back' })).rejects.toThrow();
  });

  it('leaves out what others keep to themselves', async () => {
    await bob.answer('art', await bob.command('art', 'settings', { my_privacy: true }));
    const shown = await alice.answer('art', await alice.command('art', 'tree', {}));
    expect(shown.content).toContain('2 paintings');
    await bob.answer('art', await bob.command('art', 'settings', { my_privacy: false }));
  });

  it('says when a link leads to no painting', async () => {
    const asked = await alice.command('art', 'tree', { message: 'https://discord.com/channels/1/2/3' });
    expect((await alice.answer('art', asked)).content).toMatch(
      /Expected a link to a message with a painting/,
    );
  });
});

describe('/gallery', () => {
  it('shows one’s own paintings by pages, the newest first', async () => {
    await alice.command('art', 'ladder', { image: { sample: 'flower' }, style: 'oil', steps: 5, seed: 9 });
    await alice.see('art', (message) => buttonsOf(message).includes('Delete all'), 60_000);
    const shown = await alice.answer('art', await alice.command('art', 'gallery', {}));
    expect(shown.content).toMatch(/Your paintings 1–6 of 7/);
    expect(buttonsOf(shown)).toEqual(['Newer', 'Older']);
    await alice.click(shown.id, { label: 'Older' });
    const older = await alice.see(
      'art',
      ({ id, content }) => id === shown.id && content.includes('7–7 of 7'),
    );
    expect(optionsOf(older).map(({ label }) => label)).toEqual(['7. 0.50 Oil painting']);
  });

  it('deletes a painting with its files', async () => {
    const shown = await alice.answer('art', await alice.command('art', 'gallery', {}));
    const value = optionsOf(shown).at(-1)!.value;
    const painting = (await overpaint.services.studio.paintings.get(value))!;
    const { hash } = painting.pictures[0]!;
    expect(await overpaint.services.images.get(hash)).toBeDefined();
    const known = await alice.messages('art');
    await alice.select(shown.id, selectOf(shown), [value]);
    const own = await alice.painting('art', known);
    await alice.click(own.id, { label: 'Delete' });
    await expect.poll(() => overpaint.services.images.get(hash), { timeout: 5000 }).toBeUndefined();
    const after = await alice.answer('art', await alice.command('art', 'gallery', {}));
    expect(after.content).toMatch(/of 6/);
  });

  it('shows nothing of others', async () => {
    const mod = actor(overpaint, 'mod');
    const shown = await mod.answer('art', await mod.command('art', 'gallery', {}));
    expect(shown.content).toMatch(/no paintings yet/);
  });
});
