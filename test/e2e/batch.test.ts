import { unzipSync, type Zippable, zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { actor, buttonsOf, download, type Overpaint, startOverpaint } from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Several pictures with one recipe. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
  bob = actor(overpaint, 'bob');
});
afterAll(() => overpaint.close());

const file = (filename: string, bytes: Uint8Array) => ({
  filename,
  base64: Buffer.from(bytes).toString('base64'),
});
const colour = (background: string) =>
  sharp({ create: { width: 160, height: 120, channels: 3, background } })
    .png()
    .toBuffer();
const plain = async (name: string, background: string) => file(name, await colour(background));
const isBatch = ({ content }: MessageSeen) => content.includes('**Batch**');
const isFinished = (message: MessageSeen) => isBatch(message) && buttonsOf(message).includes('Delete all');
const SETTINGS = { style: 'oil', strength: 0.5, steps: 2 };

async function batch(options: object): Promise<MessageSeen> {
  const known = new Set((await alice.messages('art')).map(({ id }) => id));
  await alice.command('art', 'batch', { ...SETTINGS, ...options });
  return alice.see('art', (message) => isFinished(message) && !known.has(message.id), 60_000);
}

describe('/batch', () => {
  it('paints all with the same settings and one seed, and gives them back in a zip too', async () => {
    const done = await batch({
      image1: await plain('red.png', '#c02020'),
      image2: await plain('blue.png', '#2020c0'),
      image3: await plain('red.png', '#c04040'),
      seed: 5,
    });
    expect(done.content).toContain('3 of 3 painted');
    expect(done.attachments.map(({ filename }) => filename)).toEqual([
      'batch.jpg',
      'batch.zip',
      '1-overpaint-5.png',
      '2-overpaint-5.png',
      '3-overpaint-5.png',
    ]);
    const files = unzipSync(await download(done.attachments[1]!.url));
    expect(Object.keys(files)).toEqual(['red.png', 'blue.png', 'red 2.png']);
    const recipes = Object.values(files).map((bytes) => readProvenance(bytes)!);
    expect(recipes.map(({ seed, recipe }) => [seed, recipe.strength])).toEqual([
      [5, 0.5],
      [5, 0.5],
      [5, 0.5],
    ]);
    expect(new Set(recipes.map(({ recipe }) => recipe.source)).size).toBe(3);
  });

  it('counts the seed up where that is wished', async () => {
    const done = await batch({
      image1: await plain('a.png', '#208020'),
      image2: await plain('b.png', '#802080'),
      seed: 2 ** 32 - 1,
      seeds: 'counting',
    });
    expect(done.attachments.slice(2).map(({ filename }) => filename)).toEqual([
      '1-overpaint-4294967295.png',
      '2-overpaint-0.png',
    ]);
  });

  it('names one that is no picture, and delivers the rest', async () => {
    const done = await batch({
      image1: await plain('good.png', '#a0a020'),
      image2: file('broken.png', new TextEncoder().encode('no picture at all')),
      image3: await plain('fine.png', '#20a0a0'),
    });
    expect(done.content).toContain('2 of 2 painted');
    expect(done.content).toMatch(/⚠️ broken\.png: Expected a PNG, JPEG/);
  });

  it('takes a zip, its folders overlooked, beside pictures, and names what is none in it', async () => {
    const zip = zipSync({
      'trip/one.png': await colour('#d06030'),
      'trip/deep/two.png': await colour('#30d060'),
      '__MACOSX/trip/._one.png': new Uint8Array(8),
      'trip/notes.txt': new TextEncoder().encode('no picture'),
    });
    const done = await batch({ image1: await plain('single.png', '#6030d0'), zip: file('trip.zip', zip) });
    expect(done.content).toContain('3 of 3 painted');
    expect(done.content).toMatch(/⚠️ notes\.txt: Expected a PNG, JPEG/);
    expect(done.content).not.toContain('._one');
    const files = unzipSync(await download(done.attachments[1]!.url));
    expect(Object.keys(files)).toEqual(['single.png', 'one.png', 'two.png']);
  });

  it('takes the first ten of a zip, and says so', async () => {
    const many: Zippable = {};
    for (let i = 1; i <= 12; i++) many[`${i}.png`] = await colour(`#0${i % 10}${i % 10}0a0`);
    const done = await batch({ zip: file('many.zip', zipSync(many)) });
    expect(done.content).toContain('10 of 10 painted');
    expect(done.content).toMatch(/⚠️ many\.zip: Expected at most 10 pictures, but received more/);
  });

  it('refuses a zip that is none, and a command without pictures', async () => {
    const known = await alice.messages('art');
    const ask = async (options: object) =>
      (await alice.answer('art', await alice.command('art', 'batch', { ...SETTINGS, ...options }))).content;
    expect(await ask({ zip: file('no.zip', new TextEncoder().encode('no zip at all')) })).toMatch(
      /Expected a zip that can be read/,
    );
    expect(await ask({})).toMatch(/Expected pictures, or a zip of them, but received neither/);
    expect((await alice.messages('art')).filter(isBatch)).toHaveLength(known.filter(isBatch).length);
  });

  it('lets another member’s picture in between', async () => {
    const images: Record<string, object> = {};
    for (let i = 1; i <= 5; i++) images[`image${i}`] = await plain(`${i}.png`, `#${i}0${i}080`);
    const started = await alice.command('art', 'batch', { ...SETTINGS, ...images, steps: 8 });
    await alice.interaction(started.interactionId);
    const shown = await alice.see(
      'art',
      (message) => isBatch(message) && buttonsOf(message).includes('Cancel'),
    );
    await bob.command('art', 'img2img', { image: await plain('bob.png', '#404040'), ...SETTINGS, seed: 77 });
    await bob.painting('art', [], ({ content }) => content.includes('seed 77'));
    const now = (await alice.messages('art')).find(({ id }) => id === shown.id)!;
    expect(isFinished(now)).toBe(false);
    const done = await alice.see('art', (message) => message.id === shown.id && isFinished(message), 60_000);
    expect(done.content).toContain('5 of 5 painted');
  });
});
