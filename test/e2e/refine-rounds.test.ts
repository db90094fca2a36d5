import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/queue/image-store.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import {
  actor,
  buttonsOf,
  download,
  isPainting,
  type Overpaint,
  QUICK,
  selectOf,
  startOverpaint,
  temporaryFolder,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Progressive refinement: each round starts from the one before. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
const data = temporaryFolder();

const start = async () => {
  overpaint = await startOverpaint({ data });
  alice = actor(overpaint, 'alice');
};
beforeAll(start);
afterAll(() => overpaint.close());

const isRounds = ({ content }: MessageSeen) => content.includes('Refinement in rounds');
const isFinished = (message: MessageSeen) => isRounds(message) && buttonsOf(message).includes('Delete all');
const provenances = async ({ attachments }: MessageSeen) =>
  Promise.all(attachments.slice(1).map(async ({ url }) => readProvenance(await download(url))!));

async function rounds(options: object): Promise<MessageSeen> {
  const known = new Set((await alice.messages('art')).map(({ id }) => id));
  await alice.command('art', 'refine', { image: { sample: 'cat' }, style: 'oil', steps: 4, ...options });
  return alice.see('art', (message) => isRounds(message) && !known.has(message.id));
}
const finished = ({ id }: MessageSeen) =>
  alice.see('art', (message) => message.id === id && isFinished(message), 60_000);

describe('/refine', () => {
  it('feeds each round into the next, and shows the film', async () => {
    const done = await finished(await rounds({ rounds: 4, seed: 11 }));
    expect(done.content).toContain('4 of 4 painted');
    const made = await provenances(done);
    expect(made.map(({ recipe }) => recipe.strength)).toEqual([0.3, 0.3, 0.3, 0.3]);
    expect(made.map(({ seed }) => seed)).toEqual([11, 12, 13, 14]);
    for (const [i, { recipe, parent }] of made.entries()) {
      if (i === 0) continue;
      expect(recipe.source).toBe(sha256(await download(done.attachments[i]!.url)));
      expect(parent).toBeDefined();
    }
    const { width, height } = await sharp(await download(done.attachments[0]!.url)).metadata();
    expect(width / height).toBeGreaterThan(3);
  });

  it('goes on from any round, by the select or by a reply that names it', async () => {
    const done = await finished(await rounds({ rounds: 3, seed: 21 }));
    await alice.select(done.id, selectOf(done), ['1']);
    const picked = await alice.see(
      'art',
      (message) => isPainting(message) && message.content.includes('seed 22'),
    );
    expect(picked.content).toContain('step 2');
    await alice.say('art', '#3 warmer light', { replyTo: done.id });
    const next = await alice.painting('art', [done], ({ content }) => content.includes('warmer light'));
    expect(readProvenance(await download(next.attachments[0]!.url))!.recipe.source).toBe(
      sha256(await download(done.attachments[3]!.url)),
    );
  });

  it('stops early and keeps what is painted', async () => {
    const { studio } = overpaint.services;
    const shown = await rounds({ rounds: 5, seed: 31, steps: 20 });
    await alice.see('art', ({ id, content }) => id === shown.id && content.includes('1 of 5'), 30_000);
    await alice.click(shown.id, { label: 'Stop here' });
    const done = await finished(shown);
    const kept = done.attachments.length - 1;
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept).toBeLessThan(5);
    expect(done.content).toContain(`${5 - kept} cancelled`);
    const series = (await studio.series.byMessage(done.id))!;
    expect(series.items.filter(({ state }) => state === 'painted')).toHaveLength(kept);
  });

  it('goes on from the best, once one is named: stopped early, by reply and by reaction', async () => {
    const shown = await rounds({ rounds: 5, seed: 61, steps: 20 });
    await alice.see('art', ({ id, content }) => id === shown.id && content.includes('2 of 5'), 30_000);
    await alice.click(shown.id, { label: 'Stop here' });
    const done = await finished(shown);
    const best = `v1:series-best:${(await overpaint.services.studio.series.byMessage(done.id))!.id}`;
    const film = await download(done.attachments[0]!.url);
    const bob = actor(overpaint, 'bob');
    const refused = await bob.select(done.id, best, ['0']);
    expect((await bob.answer('art', refused)).content).toMatch(/Only who asked for paintings/);

    await alice.select(done.id, best, ['0']);
    const marked = await alice.see(
      'art',
      ({ id, content }) => id === done.id && content.includes('Best: round 1'),
    );
    // The film strip is drawn anew, with a frame.
    expect(sha256(await download(marked.attachments[0]!.url))).not.toBe(sha256(film));
    const first = sha256(await download(marked.attachments[1]!.url));
    const sourceOf = async ({ attachments }: MessageSeen) =>
      readProvenance(await download(attachments[0]!.url))!.recipe.source;

    await alice.say('art', 'warmer light', { replyTo: done.id });
    const next = await alice.painting('art', [done], ({ content }) => content.includes('warmer light'));
    expect(await sourceOf(next)).toBe(first);
    await alice.react(done.id, '✨');
    const refined = await alice.painting('art', [next]);
    expect(await sourceOf(refined)).toBe(first);

    // Another one can be named later.
    await alice.select(done.id, best, ['1']);
    await alice.see('art', ({ id, content }) => id === done.id && content.includes('Best: round 2'));
  });

  it('goes on in the same message after a restart', async () => {
    const shown = await rounds({ rounds: 3, seed: 41, steps: 20 });
    await alice.see('art', ({ id, content }) => id === shown.id && content.includes('1 of 3'), 30_000);
    await overpaint.close();
    await start();
    const done = await finished(shown);
    expect((await provenances(done)).map(({ seed }) => seed)).toEqual([41, 42, 43]);
    const messages = (await alice.messages('art')).filter(
      (message) => isFinished(message) && message.content === done.content,
    );
    expect(messages.filter(({ id }) => id === done.id)).toHaveLength(1);
  });
});

describe('the button Refine ×3', () => {
  it('begins with the painting', async () => {
    await alice.command('art', 'img2img', { image: { sample: 'cat' }, ...QUICK, seed: 51 });
    const first = await alice.painting('art', [], ({ content }) => content.includes('seed 51'));
    await alice.click(first.id, { label: 'Refine ×3' });
    const done = await alice.see(
      'art',
      (message) => isFinished(message) && BigInt(message.id) > BigInt(first.id),
      60_000,
    );
    const [one] = await provenances(done);
    expect(one!.recipe.source).toBe(sha256(await download(first.attachments[0]!.url)));
    const hash = sha256(await download(done.attachments[1]!.url));
    expect(await overpaint.services.images.get(hash)).toBeDefined();
    await alice.click(done.id, { label: 'Delete all' });
    await expect.poll(async () => (await alice.messages('art')).some(({ id }) => id === done.id)).toBe(false);
    // The files go too.
    expect(await overpaint.services.images.get(hash)).toBeUndefined();
  });
});
