import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import {
  actor,
  buttonsOf,
  download,
  isPainting,
  type Overpaint,
  QUICK,
  startOverpaint,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Everything that a member or a manager can ask beside paintings, and what is refused. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let mod: ReturnType<typeof actor>;
let cat: MessageSeen;

beforeAll(async () => {
  overpaint = await startOverpaint();
  [alice, bob, mod] = [actor(overpaint, 'alice'), actor(overpaint, 'bob'), actor(overpaint, 'mod')];
  await alice.command('art', 'img2img', {
    image: { sample: 'cat' },
    ...QUICK,
    prompt: 'a cat in the sun',
    seed: 77,
  });
  cat = await alice.painting('art');
});
afterAll(() => overpaint.close());

const ask = async (who: typeof alice, command: string, options: object = {}, channel = 'art') =>
  who.answer(channel, await who.command(channel, command, options));
const recipeOf = async (message: MessageSeen) => readProvenance(await download(message.attachments[0]!.url))!;

describe('/help', () => {
  it('answers each topic to who asks only, and opens an example that only lacks a picture', async () => {
    for (const topic of ['start', 'strength', 'styles', 'replies', 'guidance', 'seeds']) {
      const told = await ask(bob, 'help', { topic });
      expect(told.ephemeral).toBe(true);
      expect(told.content.length).toBeGreaterThan(100);
      expect(buttonsOf(told)).toContain('Try an example');
    }
    for (const topic of ['strength', 'guidance', 'styles', 'sketches', 'seeds', 'controlnet']) {
      const { attachments } = await ask(bob, 'help', { topic });
      expect(attachments).toMatchObject([
        { filename: `${topic}.webp`, description: expect.stringMatching(/.{60}/), width: expect.any(Number) },
      ]);
    }
    const told = await ask(bob, 'help', { topic: 'strength' });
    expect(told.content).toMatch(/0\.30–0\.50\*\* moderate.*\n\*\*0\.50–0\.70\*\* significant/);
    const sent = await bob.fill(await bob.click(told.id, { label: 'Try an example' }), {
      style: ['watercolor'],
      strength: '0.5',
      prompt: 'soft morning light',
      seed: '',
      picture: [{ sample: 'flower' }],
    });
    await bob.answered(sent);
    const painting = await bob.painting('art', [cat]);
    expect((await recipeOf(painting)).recipe).toMatchObject({
      style: { id: 'watercolor' },
      prompt: 'soft morning light',
      strength: 0.5,
    });
  });
});

describe('/styles and /models', () => {
  it('list what there is', async () => {
    const styles = await ask(bob, 'styles');
    expect(JSON.stringify(styles.embeds)).toMatch(/\*\*Oil painting\*\* `oil` · strength 0\.\d+–0\.\d+/);
    expect((await ask(bob, 'models')).content).toMatch(/overpaint-small.*\(default\)/);
  });
});

describe('a recipe', () => {
  it('is read from an attached painting, and painted again with another picture', async () => {
    const bytes = await download(cat.attachments[0]!.url);
    const told = await ask(bob, 'recipe', {
      image: { filename: 'cat.png', base64: Buffer.from(bytes).toString('base64') },
    });
    expect(told.content).toMatch(
      /Made with Overpaint\n.*style \*\*Oil painting\*\* · strength 0\.5 · seed 77/,
    );
    expect(told.content).toContain('a cat in the sun');
    const known = (await bob.messages('art')).filter(isPainting);
    const sent = await bob.fill(await bob.click(told.id, { label: 'Repaint with it' }), {
      style: ['oil'],
      strength: '0.5',
      prompt: 'a flower in the sun',
      seed: '77',
      picture: [{ sample: 'flower' }],
    });
    await bob.answered(sent);
    const painting = await bob.painting('art', known);
    expect((await recipeOf(painting)).recipe).toMatchObject({
      prompt: 'a flower in the sun',
      seed: 77,
      steps: 2,
    });
  });

  it('is told by the menu of a message, and by its absence', async () => {
    const told = await bob.answer('art', await bob.context(cat.id, 'Recipe'));
    expect(told.content).toContain('seed 77');
    const none = await ask(bob, 'recipe', { image: { sample: 'cat' } });
    expect(none.content).toMatch(/does not say how it was made/);
  });
});

describe('Repaint in the menu of a message', () => {
  it('goes on from anybody’s picture, and says so when there is none', async () => {
    const { messageId } = await bob.say('art', 'look', { files: [{ sample: 'palace' }] });
    const known = (await alice.messages('art')).filter(isPainting);
    const sent = await alice.fill(await alice.context(messageId, 'Repaint'), {
      style: ['pencil'],
      strength: '0.5',
      prompt: '',
      seed: '5',
    });
    await alice.answered(sent);
    expect((await recipeOf(await alice.painting('art', known))).recipe).toMatchObject({
      style: { id: 'pencil' },
      seed: 5,
    });
    const words = await bob.say('art', 'only words');
    const empty = await alice.fill(await alice.context(words.messageId, 'Repaint'), {
      style: ['pencil'],
      strength: '0.5',
    });
    expect((await alice.answer('art', empty)).content).toMatch(/Expected a message with a picture/);
  });
});

describe('what cannot be painted', () => {
  it.each([
    ['a text that is called a picture', Buffer.from('not a picture at all'), /picture/],
    ['half a picture', undefined, /picture|damaged/],
  ])('%s is refused in private, and nothing is owed', async (_name, given, words) => {
    const bytes = given ?? Buffer.from(await download(cat.attachments[0]!.url)).subarray(0, 3000);
    const seenByAll = async () => (await bob.messages('art')).filter(({ ephemeral }) => !ephemeral).length;
    const before = await seenByAll();
    const told = await ask(bob, 'img2img', {
      image: { filename: 'cat.png', base64: bytes.toString('base64') },
      ...QUICK,
    });
    expect(told.ephemeral).toBe(true);
    expect(told.content).toMatch(words);
    expect(told.content.length).toBeLessThan(300);
    expect(await seenByAll()).toBe(before);
    expect(await overpaint.services.queue.places()).toEqual([]);
  });

  it('names the rule and the value of a style that nobody knows', async () => {
    const told = await ask(bob, 'img2img', { image: { sample: 'cat' }, style: 'cubism 3000' });
    expect(told.content).toMatch(/style.*cubism 3000/);
    expect(told.ephemeral).toBe(true);
  });
});

describe('/settings', () => {
  it('gives a member their own style and strength', async () => {
    await ask(bob, 'settings', { my_style: 'vintage', my_strength: 0.35 });
    const known = (await bob.messages('art')).filter(isPainting);
    await bob.command('art', 'img2img', { image: { sample: 'cat' } });
    expect((await recipeOf(await bob.painting('art', known))).recipe).toMatchObject({
      style: { id: 'vintage' },
      strength: 0.35,
    });
  });

  it('of the server are for its managers', async () => {
    expect((await ask(bob, 'settings', { server_style: 'anime' })).content).toMatch(/Only who may manage/);
    expect((await ask(mod, 'settings', { server_style: 'anime' })).content).toMatch(/style anime/);
    const known = (await alice.messages('art')).filter(isPainting);
    await alice.command('art', 'img2img', { image: { sample: 'cat' }, strength: 0.4 });
    expect((await recipeOf(await alice.painting('art', known))).recipe.style).toMatchObject({ id: 'anime' });
    await ask(mod, 'settings', { server_style: 'oil' });
  });

  it('keep painting to a channel', async () => {
    await ask(mod, 'settings', { only_here: true }, 'general');
    const refused = await ask(alice, 'img2img', { image: { sample: 'cat' }, ...QUICK });
    expect(refused.content).toMatch(/Painting is kept to <#\d+>/);
    await ask(mod, 'settings', { only_here: false });
  });

  it('limit the pictures of a day', async () => {
    await ask(mod, 'settings', { daily_pictures: 1 });
    const first = await ask(alice, 'img2img', { image: { sample: 'cat' }, ...QUICK, count: 4 });
    expect(first.content).toMatch(/at most 1 pictures? a day/);
    await ask(mod, 'settings', { daily_pictures: 0 });
  });

  it('keep a member’s paintings to themselves', async () => {
    await ask(alice, 'settings', { my_privacy: true });
    const refused = await bob.answer('art', await bob.click(cat.id, { label: 'Reroll' }));
    expect(refused.content).toMatch(/keeps their pictures to themselves/);
    const { messageId } = await bob.say('art', 'warmer', { replyTo: cat.id });
    const told = await bob.see('art', ({ reference }) => reference === messageId);
    expect(told.content).toMatch(/keeps their pictures to themselves/);
    await ask(alice, 'settings', { my_privacy: false });
    const known = (await bob.messages('art')).filter(isPainting);
    await bob.click(cat.id, { label: 'Reroll' });
    await bob.painting('art', known);
  });

  it('forget a member, whose painting can still be gone on from by its file', async () => {
    await ask(alice, 'settings', { forget_me: true });
    const known = (await bob.messages('art')).filter(isPainting);
    await bob.click(cat.id, { label: 'Refine 0.3' });
    const next = await bob.painting('art', known);
    expect((await recipeOf(next)).recipe).toMatchObject({ strength: 0.3, prompt: 'a cat in the sun' });
  });
});
