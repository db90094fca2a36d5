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
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** The product's main job, as two members live it: one file of one story. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
  bob = actor(overpaint, 'bob');
});
afterAll(() => overpaint.close());

const recipeOf = async (message: MessageSeen, index = 0) =>
  readProvenance(await download(message.attachments[index]!.url))!;

/** A painting of the cat, as the start of a story in a channel of its own. */
async function paintCat(channel = 'art', options: object = QUICK): Promise<MessageSeen> {
  const known = (await alice.messages(channel)).filter(isPainting);
  await alice.command(channel, 'img2img', { image: { sample: 'cat' }, ...options });
  return alice.painting(channel, known);
}

describe('a command', () => {
  it('leads from progress with a cancel button to a painting in the same message', async () => {
    const started = await alice.command('art', 'img2img', {
      image: { sample: 'cat' },
      style: 'oil',
      strength: 0.6,
      seed: 1234,
    });
    const waiting = await alice.see('art', (message) => buttonsOf(message).includes('Cancel'));
    expect(waiting.content).toMatch(/Oil painting.*for <@\d+>/);
    const done = await alice.painting('art');
    expect(done.id).toBe(waiting.id);
    expect(done.content).toMatch(
      /oil painting · 0\.60 \(significant\) · seed 1234 · guidance \d · 6 of 10 steps · \d+\.\d s/,
    );
    expect(buttonsOf(done)).toEqual([
      'Reroll',
      'Variations',
      'Refine 0.3',
      'Stronger',
      'Weaker',
      'Edit',
      'Upscale',
      'Compare',
      'Report',
      'Delete',
      'Ladder',
      'Refine ×3',
      'Tree',
      'Save style',
    ]);
    expect(done.attachments).toMatchObject([
      {
        filename: 'overpaint-1234.png',
        width: 384,
        height: 256,
        description: expect.stringMatching(/repainted as oil painting/),
      },
    ]);
    expect((await alice.interaction(started.interactionId)).state).toBe('acknowledged');
    // The private "thinking…" has gone.
    expect((await alice.messages('art')).filter(({ ephemeral }) => ephemeral)).toEqual([]);
  });

  it('gives another picture than the one that came in, of the same scene', async () => {
    const done = await paintCat('art', { style: 'oil', strength: 0.6, seed: 7 });
    const small = (bytes: Uint8Array) =>
      sharp(bytes).resize(32, 20, { fit: 'fill' }).greyscale().raw().toBuffer();
    const samples = (await (await fetch(`${overpaint.playground.url}/samples`)).json()) as {
      name: string;
      file: string;
    }[];
    const file = samples.find(({ name }) => name === 'cat')!.file;
    const [before, after] = await Promise.all([
      small(await download(`${overpaint.playground.url}/samples/${file}`)),
      small(await download(done.attachments[0]!.url)),
    ]);
    expect(before.equals(after)).toBe(false);
    expect(correlation(before, after)).toBeGreaterThan(0.7);
  });

  it('keeps as much of the source as is asked for, or else as its model does at that strength', async () => {
    const pixels = async (message: MessageSeen) =>
      sharp(await download(message.attachments[0]!.url))
        .raw()
        .toBuffer();
    const halfway = { style: 'oil', strength: 0.5, seed: 98 };
    const left = await paintCat('art', halfway);
    // What the bundled model's line says at 0.5.
    const same = await paintCat('art', { ...halfway, fidelity: 0.75 });
    const none = await paintCat('art', { ...halfway, fidelity: 0 });
    expect(same.content).toContain('fidelity 0.75');
    expect(left.content).not.toContain('fidelity');
    expect((await recipeOf(same)).recipe.fidelity).toBe(0.75);
    expect((await recipeOf(left)).recipe).not.toHaveProperty('fidelity');
    const [one, two, three] = await Promise.all([left, same, none].map(pixels));
    const furthest = (other: Buffer) =>
      other.reduce((most, value, i) => Math.max(most, Math.abs(value - one![i]!)), 0);
    expect(furthest(two!)).toBeLessThanOrEqual(1);
    expect(furthest(three!)).toBeGreaterThan(10);
  });

  it('gives the same picture again for the same seed', async () => {
    const first = await paintCat('art', { ...QUICK, seed: 99 });
    const second = await paintCat('art', { ...QUICK, seed: 99 });
    const pixels = async (message: MessageSeen) =>
      sharp(await download(message.attachments[0]!.url))
        .raw()
        .toBuffer();
    expect((await pixels(first)).equals(await pixels(second))).toBe(true);
  });

  it('needs nothing but a picture, and says what it chose', async () => {
    const done = await paintCat('art', { steps: 2 });
    expect(done.content).toContain('No style or prompt was named, so this is oil');
  });

  it('puts reactions to press under the result', async () => {
    const done = await paintCat();
    const seeded = await alice.see('art', ({ id, reactions }) => id === done.id && reactions.length === 2);
    expect(seeded.reactions.map(({ emoji, count }) => [emoji.name, count])).toEqual([
      ['🎲', 1],
      ['✨', 1],
    ]);
  });

  it('suggests styles, schedulers and models while somebody types', async () => {
    const names = async (option: string, value: string) =>
      (await alice.autocomplete('art', 'img2img', option, value)).choices.map(({ value: id }) => id);
    expect(await names('style', 'water')).toEqual(['watercolor']);
    expect((await names('style', '')).length).toBeLessThanOrEqual(25);
    expect(await names('scheduler', 'ddim')).toEqual(['DDIM']);
    expect(await names('model', '')).toContain('overpaint-small');
  });
});

describe('buttons', () => {
  it('Reroll paints the same recipe with another seed', async () => {
    const first = await paintCat();
    await bob.click(first.id, { label: 'Reroll' });
    const second = await bob.painting('art', [first]);
    const [before, after] = await Promise.all([recipeOf(first), recipeOf(second)]);
    expect(after.recipe).toMatchObject({ source: before.recipe.source, strength: before.recipe.strength });
    expect(after.seed).not.toBe(before.seed);
    expect(second.content).toContain(`for <@${await bobId()}>`);
  });

  it('Refine 0.3 starts from the result and tells the lineage', async () => {
    const first = await paintCat();
    await bob.click(first.id, { label: 'Refine 0.3' });
    const second = await bob.painting('art', [first], ({ content }) => content.includes('step 2'));
    const { recipe, parent } = await recipeOf(second);
    expect(recipe.strength).toBe(0.3);
    expect(recipe.source).not.toBe((await recipeOf(first)).recipe.source);
    expect(parent).toBeDefined();
    expect(second.content).toContain(`/${first.id})`);
  });

  it('Stronger and Weaker keep the seed and move the strength by a tenth', async () => {
    const first = await paintCat();
    const { seed } = await recipeOf(first);
    for (const [label, strength] of [
      ['Stronger', 0.6],
      ['Weaker', 0.4],
    ] as const) {
      await alice.click(first.id, { label });
      const moved = await alice.painting('art', [first], ({ content }) =>
        content.includes(`${strength.toFixed(2)} (`),
      );
      expect(await recipeOf(moved)).toMatchObject({ seed, recipe: { strength } });
    }
  });

  it('Variations gives a grid, four files, and a favourite that the next step starts from', async () => {
    const first = await paintCat();
    await alice.click(first.id, { label: 'Variations' });
    const four = await alice.painting('art', [first], ({ attachments }) => attachments.length === 5);
    expect(four.attachments[0]).toMatchObject({ filename: 'grid.jpg' });
    const seeds = four.attachments.slice(1).map(({ filename }) => Number(/\d+/.exec(filename)![0]));
    expect(seeds).toEqual([0, 1, 2, 3].map((i) => (seeds[0]! + i) % 2 ** 32));

    const refused = await bob.select(four.id, selectOf(four), ['1']);
    expect((await bob.answer('art', refused)).content).toMatch(/Only who asked for a painting/);
    const chosen = await alice.select(four.id, selectOf(four), ['1']);
    expect((await alice.answer('art', chosen)).content).toMatch(/Picture 2 is the favourite/);
    await alice.click(four.id, { label: 'Refine 0.3' });
    const next = await alice.painting('art', [four], ({ content }) => content.includes(`/${four.id})`));
    const hash = (await recipeOf(next)).recipe.source;
    expect(hash).toBe(sha256(await download(four.attachments[2]!.url)));
  });

  it('Edit opens the recipe in a form', async () => {
    const first = await paintCat();
    const opened = await bob.click(first.id, { label: 'Edit' });
    await bob.fill(opened, { Style: ['watercolor'], Prompt: 'a foggy harbour', Strength: '45%', Seed: '5' });
    const second = await bob.painting('art', [first], ({ content }) => content.includes('a foggy harbour'));
    expect((await recipeOf(second)).recipe).toMatchObject({
      prompt: 'a foggy harbour',
      strength: 0.45,
      seed: 5,
      style: { id: 'watercolor' },
    });
  });

  it('a form with a wrong value says so to its sender only', async () => {
    const first = await paintCat();
    const sent = await bob.fill(await bob.click(first.id, { label: 'Edit' }), { Strength: 'much' });
    expect((await bob.answer('art', sent)).content).toMatch(/strength.*"much"/i);
    const seenByAlice = await alice.messages('art');
    expect(seenByAlice.some(({ content }) => content.includes('"much"'))).toBe(false);
  });

  it('Compare shows before and after to who asks', async () => {
    const first = await paintCat();
    const { attachments } = await bob.answer('art', await bob.click(first.id, { label: 'Compare' }));
    expect(attachments).toMatchObject([{ filename: 'before-after.jpg', description: expect.any(String) }]);
    expect(attachments[0]!.width! / attachments[0]!.height!).toBeGreaterThan(2);
  });

  it('Delete is for who asked and for moderators', async () => {
    const first = await paintCat();
    const refused = await bob.click(first.id, { label: 'Delete' });
    expect((await bob.answer('art', refused)).content).toMatch(/Only who asked/);
    const mod = actor(overpaint, 'mod');
    await mod.answered(await mod.click(first.id, { label: 'Delete' }));
    await expect
      .poll(async () => (await alice.messages('art')).some(({ id }) => id === first.id))
      .toBe(false);
  });
});

describe('replies', () => {
  it('go on from the picture at 0.3 with the words added', async () => {
    const first = await paintCat();
    await bob.say('art', 'warmer light', { replyTo: first.id });
    const second = await bob.painting('art', [first], ({ content }) => content.includes('warmer light'));
    expect((await recipeOf(second)).recipe).toMatchObject({ strength: 0.3, prompt: 'warmer light' });
    await alice.say('art', '0.4, -people, style watercolor', { replyTo: second.id });
    const third = await alice.painting('art', [second], ({ content }) => content.includes('step 3'));
    expect((await recipeOf(third)).recipe).toMatchObject({
      strength: 0.4,
      negativePrompt: expect.stringContaining('people'),
      style: { id: 'watercolor' },
    });
  });

  it('say which of several pictures they mean', async () => {
    const four = await paintCat('art', { ...QUICK, count: 3 });
    await alice.say('art', '#3 colder', { replyTo: four.id });
    const next = await alice.painting('art', [four], ({ content }) => content.includes('colder'));
    const hash = (await recipeOf(next)).recipe.source;
    expect(hash).toBe(sha256(await download(four.attachments[3]!.url)));
  });

  it('without a ping have no words for us, and are told so', async () => {
    const first = await paintCat();
    const { messageId } = await bob.say('art', 'darker', { replyTo: first.id, mention: false });
    const told = await bob.see('art', ({ reference }) => reference === messageId);
    expect(told.content).toMatch(/only when it pings me/);
  });

  it('under a painting that is not done yet are told to wait', async () => {
    await alice.command('art', 'img2img', { image: { sample: 'cat' }, count: 4 });
    const waiting = await alice.see('art', (message) => buttonsOf(message).includes('Cancel'));
    const { messageId } = await bob.say('art', 'darker', { replyTo: waiting.id });
    const told = await bob.see('art', ({ reference }) => reference === messageId);
    expect(told.content).toMatch(/still being painted/);
    await alice.painting('art', [], ({ id }) => id === waiting.id);
  });

  it('undo brings back the step before', async () => {
    const first = await paintCat();
    await alice.say('art', '0.3', { replyTo: first.id });
    const second = await alice.painting('art', [first], ({ content }) => content.includes(`/${first.id})`));
    await alice.say('art', 'undo', { replyTo: second.id });
    const third = await alice.painting('art', [first, second], ({ content }) =>
      content.includes('back to the step before'),
    );
    expect(await recipeOf(third)).toMatchObject({ seed: (await recipeOf(first)).seed });
  });
});

describe('reactions', () => {
  it('of others do the buttons’ jobs, and our own do nothing', async () => {
    const first = await paintCat();
    await alice.see('art', ({ id, reactions }) => id === first.id && reactions.length === 2);
    await bob.react(first.id, '✨');
    const second = await bob.painting('art', [first], ({ content }) => content.includes(`/${first.id})`));
    expect((await recipeOf(second)).recipe.strength).toBe(0.3);
    const made = (await alice.messages('art')).filter(({ content }) => content.includes(`/${first.id})`));
    expect(made).toHaveLength(1);
  });

  it('❌ deletes, for its owner', async () => {
    const first = await paintCat();
    await alice.react(first.id, '❌');
    await expect
      .poll(async () => (await alice.messages('art')).some(({ id }) => id === first.id))
      .toBe(false);
  });
});

async function bobId(): Promise<string> {
  const { members } = (await (await fetch(`${overpaint.playground.url}/actors`)).json()) as {
    members: { id: string; name: string }[];
  };
  return members.find(({ name }) => name === 'bob')!.id;
}

/** Pearson's correlation of two pictures' brightness. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
