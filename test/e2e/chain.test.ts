import { readFileSync } from 'node:fs';
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
  selectOf,
  startOverpaint,
  temporaryFolder,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Chains: stages that each start from the one before, kept by name. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let mod: ReturnType<typeof actor>;
const data = temporaryFolder();

const start = async () => {
  overpaint = await startOverpaint({ data });
  [alice, bob, mod] = [actor(overpaint, 'alice'), actor(overpaint, 'bob'), actor(overpaint, 'mod')];
};
beforeAll(start);
afterAll(() => overpaint.close());

type Actor = ReturnType<typeof actor>;

/** All that a message says. */
const wordsOf = ({ content, embeds }: MessageSeen) =>
  [content, ...(embeds as { description?: string }[]).map(({ description }) => description)].join('\n');

const isChain = ({ content }: MessageSeen) => content.startsWith('**Chain**');
const isFinished = (message: MessageSeen) => isChain(message) && !buttonsOf(message).includes('Stop here');
const finished = ({ id }: MessageSeen) =>
  alice.see('art', (message) => message.id === id && isFinished(message), 90_000);
const shown = ({ id }: MessageSeen, words: string) =>
  alice.see('art', (message) => message.id === id && message.content.includes(words), 60_000);
/** What each file after the sheet says of itself. */
const provenances = async ({ attachments }: MessageSeen) =>
  Promise.all(attachments.slice(1).map(async ({ url }) => readProvenance(await download(url))!));
const sizeOf = async ({ url }: { url: string }) => {
  const { width, height } = await sharp(await download(url)).metadata();
  return { width, height };
};

const ask = async (who: Actor, words: string, options: object = {}) =>
  who.answer('art', await who.command('art', `chain ${words}`, options));
const save = async (who: Actor, fields: object, options: object = {}) =>
  who.answer('art', await who.fill(await who.command('art', 'chain save', options), fields));
async function run(who: Actor, name: string, options: object = {}): Promise<MessageSeen> {
  const known = new Set((await who.messages('art')).map(({ id }) => id));
  await who.command('art', 'chain run', { name, image: { sample: 'cat' }, ...options });
  return who.see('art', (message) => isChain(message) && !known.has(message.id), 30_000);
}

const flat = async (width: number, height: number) => {
  const png = await sharp({ create: { width, height, channels: 3, background: '#a63' } })
    .png()
    .toBuffer();
  return { filename: 'flat.png', base64: png.toString('base64') };
};

describe('/chain', () => {
  it('paints, enlarges and refines, each stage over the one before, and shows the film', async () => {
    const saved = await save(alice, {
      name: 'My print',
      emoji: '🧪',
      stages: 'oil 0.5 steps:2, warm light\nupscale 2 painting\n3. refine 0.25 steps:4 -people',
    });
    expect(wordsOf(saved)).toContain('🧪 **My print** `my-print` · 3 stages');
    expect(wordsOf(saved)).toContain(
      'oil 0.5, warm light steps:2\nupscale 2 painting\nrefine 0.25, -people steps:4',
    );
    const image = {
      filename: 'cat.jpg',
      base64: readFileSync('src/playground/web/samples/cat.jpg', 'base64'),
      description: 'A tabby cat from close by',
    };
    const done = await finished(await run(alice, 'my print', { prompt: 'a cat', seed: 11, image }));
    expect(done.content).toContain('3 of 3 painted');
    expect(done.content).toContain('✅ 2. upscale 2x');
    expect(done.attachments).toHaveLength(4);
    const [first, enlarged, last] = await provenances(done);
    expect(first!.recipe).toMatchObject({ prompt: 'a cat, warm light', strength: 0.5, steps: 2, seed: 11 });
    expect(last!.recipe).toMatchObject({
      prompt: 'a cat, warm light',
      negativePrompt: 'people',
      strength: 0.25,
      size: 'keep',
      seed: 13,
      style: { id: 'oil' },
    });
    expect(last!.recipe.source).toBe(sha256(await download(done.attachments[2]!.url)));
    expect(enlarged!.recipe.style!.id).toBe('oil');
    expect(done.attachments[3]!.description).toMatch(
      /^refine 0\.25\. A tabby cat from close by, repainted as oil painting\..*Step 3 of 3; before it: first as oil painting, then enlarged\./,
    );
    expect(done.attachments[0]!.description).toContain('The original: A tabby cat');
    const [small, large] = [await sizeOf(done.attachments[1]!), await sizeOf(done.attachments[3]!)];
    expect(large).toEqual({ width: 2 * small.width, height: 2 * small.height });
    const sheet = await sizeOf(done.attachments[0]!);
    expect(sheet.width / sheet.height).toBeGreaterThan(2.5);
    await alice.select(done.id, selectOf(done), ['1']);
    const picked = await alice.see(
      'art',
      (message) => isPainting(message) && BigInt(message.id) > BigInt(done.id),
    );
    expect(picked.content).toContain('step 2');
  });

  it('may begin with enlarging, which is no painting yet', async () => {
    await save(alice, { name: 'Larger first', stages: 'upscale 2 photo\noil 0.4 steps:3' });
    const done = await finished(await run(alice, 'larger-first', { image: await flat(160, 128), seed: 3 }));
    expect(done.content).toContain('2 of 2 painted');
    expect(await sizeOf(done.attachments[1]!)).toEqual({ width: 320, height: 256 });
    expect(await sizeOf(done.attachments[2]!)).toEqual({ width: 320, height: 256 });
    const [, painted] = await provenances(done);
    expect(painted!.recipe.source).toBe(sha256(await download(done.attachments[1]!.url)));
    // Only what is a painting can be gone on from.
    expect(JSON.stringify(done.components)).not.toContain('"upscale 2x"');
    await alice.click(done.id, { label: 'Delete all' });
    await expect.poll(async () => (await alice.messages('art')).some(({ id }) => id === done.id)).toBe(false);
  });

  it('stops where it is told to, and goes on from there in the same message', async () => {
    await save(alice, { name: 'Long', stages: 'oil 0.5 steps:16\nrefine 0.3 steps:40\nink 0.4 steps:20' });
    const { quotas } = overpaint.services.studio;
    const message = await run(alice, 'long', { seed: 21 });
    const memberId = /<@(\d+)>/.exec(message.content)![1]!;
    const booked = await quotas.usedToday(memberId);
    await shown(message, '✅ 1.');
    await alice.click(message.id, { label: 'Stop here' });
    const stopped = await finished(message);
    const kept = stopped.attachments.length - 1;
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept).toBeLessThan(3);
    // What was not painted is given back, and counts again when it is.
    await expect.poll(() => quotas.usedToday(memberId)).toBe(booked - (3 - kept));
    await bob.click(message.id, { label: `Go on from stage ${kept + 1}` });
    await bob.see('art', ({ content, ephemeral }) => ephemeral && content.includes('Only who asked'));
    await alice.click(message.id, { label: `Go on from stage ${kept + 1}` });
    await alice.see('art', (seen) => seen.id === message.id && buttonsOf(seen).includes('Stop here'));
    const done = await finished(message);
    expect(done.content).toContain('3 of 3 painted');
    expect((await provenances(done)).map(({ seed }) => seed)).toEqual([21, 22, 23]);
    expect(await quotas.usedToday(memberId)).toBe(booked);
    // What was painted before was not painted again.
    expect(done.attachments[1]!.size).toBe(stopped.attachments[1]!.size);
    expect(buttonsOf(done)).toEqual(['Delete all']);
  });

  it('goes on in the same message after a restart', async () => {
    await save(alice, { name: 'Over night', stages: 'oil 0.5 steps:16\nrefine 0.3 steps:40' });
    const message = await run(alice, 'over night', { seed: 31 });
    await shown(message, '✅ 1.');
    await overpaint.close();
    await start();
    const done = await finished(message);
    expect((await provenances(done)).map(({ seed }) => seed)).toEqual([31, 32]);
  });

  it('names the stage that fails, and offers to try it again', async () => {
    await save(alice, { name: 'Too large', stages: 'upscale 2\nupscale 4\nrefine' });
    const done = await finished(await run(alice, 'too large', { image: await flat(2100, 24), seed: 41 }));
    expect(done.content).toContain('✅ 1. upscale 2x\n⚠️ 2. upscale 4x\n✖️ 3. refine 0.25');
    expect(done.content).toContain('16383 pixels');
    expect(done.attachments).toHaveLength(2);
    expect(buttonsOf(done)).toEqual(['Go on from stage 2', 'Delete all']);
  });
});

describe('the chains that are kept', () => {
  it('are listed, shown, changed and deleted by whose they are', async () => {
    await save(alice, { name: 'Mine', stages: 'ink 0.5', about: 'for tests' });
    const list = JSON.stringify((await ask(alice, 'list')).embeds);
    for (const words of ['Yours', 'for tests', 'Photo to clean print', "Everybody's"])
      expect(list).toContain(words);
    expect(JSON.stringify((await ask(bob, 'list')).embeds)).not.toContain('for tests');
    await save(alice, { name: 'mine', stages: 'ink 0.6\nrefine' }, { name: 'mine' });
    expect(wordsOf(await ask(alice, 'show', { name: 'MINE' }))).toContain('```\nink 0.6\nrefine\n```');
    const { choices } = await alice.autocomplete('art', 'chain delete', 'name', 'mi');
    expect(choices.map(({ value }) => value)).toEqual(['mine']);
    expect((await ask(alice, 'delete', { name: 'mine' })).content).toContain('Deleted mine');
    expect((await ask(alice, 'show', { name: 'mine' })).content).toContain('Expected a known chain');
    expect((await ask(alice, 'delete', { name: 'poster' })).content).toContain('Everybody has this chain');
  });

  it("are a server's where its managers say so, with styles that all have", async () => {
    const kept = await save(mod, { name: 'House', stages: 'oil 0.5 steps:2', scope: 'server' });
    expect(kept.content).toContain('Kept.');
    const done = await finished(await run(bob, 'house', { seed: 51 }));
    expect(done.content).toContain('1 of 1 painted');
    expect((await ask(bob, 'delete', { name: 'house' })).content).toContain('Only who may manage the server');
    const { styles } = overpaint.services.studio;
    const memberId = (await mod.messages('art')).find(({ author }) => author.name === 'mod')?.author.id;
    const own = memberId ?? /<@(\d+)>/.exec((await finished(await run(mod, 'house'))).content)![1]!;
    const [one] = overpaint.services.styles();
    await styles.add({ member: own }, { ...one!, id: 'secret', name: 'Secret' }, 25);
    expect((await save(mod, { name: 'With mine', stages: 'secret 0.5 steps:2' })).content).toContain('Kept.');
    expect(
      (await save(mod, { name: 'With theirs', stages: 'style secret, 0.5', scope: 'server' })).content,
    ).toContain('Expected a style that is known here in line 1');
  });

  it.each([
    [{ name: 'X', stages: 'dance\nupscale 3' }, 'line 2'],
    [{ name: 'X', stages: 'model:none 0.5' }, 'Expected a known model'],
    [{ name: 'Poster', stages: 'oil' }, 'there is "Poster" already'],
    [{ name: 'X', stages: 'a nude child 0.5' }, 'against a rule here'],
  ])('are not, when it is %j', async (fields, words) => {
    expect((await save(alice, fields)).content).toContain(words);
  });

  it('count by the picture', async () => {
    await mod.answer('art', await mod.command('art', 'settings', { daily_pictures: 2 }));
    await save(alice, { name: 'Three', stages: 'oil 0.4\nrefine\nrefine' });
    const refused = await ask(alice, 'run', { name: 'three', image: { sample: 'cat' } });
    expect(refused.content).toContain('2 pictures a day');
  });
});
