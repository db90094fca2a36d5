import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import {
  actor,
  buttonsOf,
  download,
  isPainting,
  type Overpaint,
  selectOf,
  startOverpaint,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Strength ladders: one sheet, every rung a painting. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
  bob = actor(overpaint, 'bob');
});
afterAll(() => overpaint.close());

const isLadder = ({ content }: MessageSeen) => content.includes('Strength ladder');
const isFinished = (message: MessageSeen) => isLadder(message) && buttonsOf(message).includes('Delete all');

async function ladder(options: object = {}): Promise<MessageSeen> {
  const known = new Set((await alice.messages('art')).map(({ id }) => id));
  await alice.command('art', 'ladder', {
    image: { sample: 'cat' },
    style: 'oil',
    steps: 5,
    seed: 7,
    ...options,
  });
  return alice.see('art', (message) => isFinished(message) && !known.has(message.id), 60_000);
}

describe('/ladder', () => {
  it('paints the guide’s five strengths with one seed, in one message, labelled by band', async () => {
    const done = await ladder();
    expect(done.content).toMatch(/Strength ladder\*\* — Oil painting for <@\d+>\n5 of 5 painted · seed 7/);
    expect(done.attachments).toHaveLength(6);
    const [sheet, ...rungs] = done.attachments;
    expect(sheet).toMatchObject({
      filename: 'ladder.jpg',
      description: expect.stringContaining('0.20 subtle refinement, 0.35 moderate, 0.50 significant'),
    });
    const recipes = [];
    for (const { url } of rungs) recipes.push(readProvenance(await download(url))!);
    expect(recipes.map(({ recipe }) => recipe.strength)).toEqual([0.2, 0.35, 0.5, 0.65, 0.8]);
    expect(new Set(recipes.map(({ seed }) => seed))).toEqual(new Set([7]));
    // The original and five rungs, three in a row.
    const { width, height } = await sharp(await download(sheet!.url)).metadata();
    expect(width).toBeGreaterThan(3 * 384);
    expect(height).toBeGreaterThan(2 * 250);
  });

  it('takes strengths of one’s own, and goes on from the one that is picked', async () => {
    const done = await ladder({ strengths: '60% 0.3' });
    expect(done.attachments).toHaveLength(3);
    await alice.select(done.id, selectOf(done), ['1']);
    const picked = await alice.see(
      'art',
      (message) => isPainting(message) && message.content.includes('0.60 ('),
      20_000,
    );
    expect(picked.attachments[0]).toMatchObject({ filename: 'overpaint-7.png' });
    await bob.click(picked.id, { label: 'Weaker' });
    const weaker = await bob.painting('art', [picked], ({ content }) => content.includes('0.50 ('));
    expect(weaker.content).toContain('seed 7');
  });

  it('says what is wrong with a strength', async () => {
    const asked = await alice.command('art', 'ladder', { image: { sample: 'cat' }, strengths: '0.2 much' });
    expect((await alice.answer('art', asked)).content).toMatch(/strengths from 0\.05 to 1.*"much"/);
  });

  it('counts by picture in the day’s quota, whole or not at all', async () => {
    const { studio } = overpaint.services;
    const guildId = overpaint.bot.client.guilds.cache.first()!.id;
    const before = await studio.quotas.usedToday(await aliceId());
    await studio.settings.setGuild(guildId, { dailyPictures: before + 4 });
    const asked = await alice.command('art', 'ladder', { image: { sample: 'cat' } });
    expect((await alice.answer('art', asked)).content).toMatch(/these 5 would be more/);
    expect(await studio.quotas.usedToday(await aliceId())).toBe(before);
    await studio.settings.setGuild(guildId, { dailyPictures: 0 });
  });

  it('is stopped by who asked, keeps what is painted and gives the rest back', async () => {
    const { studio } = overpaint.services;
    const before = await studio.quotas.usedToday(await aliceId());
    await alice.command('art', 'ladder', {
      image: { sample: 'cat' },
      strengths: '0.1 0.9 0.95 1',
      steps: 60,
      seed: 3,
    });
    const waiting = await alice.see(
      'art',
      (message) => isLadder(message) && buttonsOf(message).includes('Cancel'),
    );
    const refused = await bob.click(waiting.id, { label: 'Cancel' });
    expect((await bob.answer('art', refused)).content).toMatch(/Only who asked/);
    await alice.see('art', ({ id, content }) => id === waiting.id && content.includes('1 of 4'), 60_000);
    await alice.click(waiting.id, { label: 'Cancel' });
    const done = await alice.see(
      'art',
      (message) => message.id === waiting.id && isFinished(message),
      30_000,
    );
    expect(done.content).toMatch(/1 of 4 painted/);
    expect(done.content).toContain('3 cancelled');
    expect(await studio.quotas.usedToday(await aliceId())).toBe(before + 1);
  });
});

describe('the button Ladder', () => {
  it('climbs from the source of a painting with its seed', async () => {
    await alice.command('art', 'img2img', {
      image: { sample: 'cat' },
      style: 'oil',
      strength: 0.5,
      steps: 2,
      seed: 5,
    });
    const first = await alice.painting('art', [], ({ content }) => content.includes('seed 5 '));
    await bob.click(first.id, { label: 'Ladder' });
    const done = await bob.see(
      'art',
      (message) => isFinished(message) && message.content.includes('seed 5'),
      60_000,
    );
    const [source, rung] = [first.attachments[0]!, done.attachments[3]!];
    const [before, after] = [await download(source.url), await download(rung.url)].map(
      (bytes) => readProvenance(bytes)!,
    );
    expect(after!.recipe).toMatchObject({ source: before!.recipe.source, strength: 0.5, seed: 5 });
  });
});

async function aliceId(): Promise<string> {
  const { members } = (await (await fetch(`${overpaint.playground.url}/actors`)).json()) as {
    members: { id: string; name: string }[];
  };
  return members.find(({ name }) => name === 'alice')!.id;
}
