import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { fullPrompt } from '../../src/recipe/recipe.ts';
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

/** Looks that a member, or a server, keeps by name. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let mod: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  [alice, bob, mod] = [actor(overpaint, 'alice'), actor(overpaint, 'bob'), actor(overpaint, 'mod')];
});
afterAll(() => overpaint.close());

type Actor = ReturnType<typeof actor>;

async function paint(who: Actor, options: object): Promise<MessageSeen> {
  const known = await who.messages('art');
  await who.command('art', 'img2img', { image: { sample: 'cat' }, steps: 2, ...options });
  return who.painting('art', known.slice(-1));
}
const recipeIn = async ({ attachments }: MessageSeen) =>
  readProvenance(await download(attachments[0]!.url))!.recipe;
const save = async (who: Actor, painting: MessageSeen, fields: object) =>
  who.answer('art', await who.fill(await who.click(painting.id, { label: 'Save style' }), fields));
const ask = async (who: Actor, options: object = {}) =>
  who.answer('art', await who.command('art', 'styles', options));
const listed = ({ embeds }: MessageSeen, title: string) =>
  (embeds as { title: string; description: string }[]).find((embed) => embed.title === title)?.description;

describe('a look that is kept', () => {
  it('is saved from a painting, offered first, and paints the same words for its member only', async () => {
    const painting = await paint(alice, { ...QUICK, prompt: 'blue shadows', strength: 0.6, seed: 5 });
    const answer = await save(alice, painting, { name: 'My blue oil', emoji: '🌀' });
    expect(answer.content).toContain('🌀 **My blue oil** `my-blue-oil` · strength 0.55–0.7');
    const { choices } = await alice.autocomplete('art', 'img2img', 'style', '');
    expect(choices[0]).toMatchObject({ value: 'my-blue-oil' });
    const again = await paint(alice, { style: 'My blue oil', seed: 6 });
    const [first, second] = [await recipeIn(painting), await recipeIn(again)];
    expect(fullPrompt(second)).toBe(fullPrompt(first));
    expect(second).toMatchObject({ strength: 0.6, guidanceScale: first.guidanceScale });
    // A model that was taken away is named; another one paints.
    const { styles } = overpaint.services.studio;
    const memberId = /<@(\d+)>/.exec(again.content)![1]!;
    const [kept] = await styles.of({ member: memberId });
    await styles.add({ member: memberId }, { ...kept!, id: 'gone', name: 'Gone', model: 'taken-away' }, 25);
    expect((await paint(alice, { style: 'gone', seed: 4 })).content).toContain(
      'the model of this style, taken-away',
    );
    await styles.remove({ member: memberId }, 'gone');
    const refused = await bob.answer(
      'art',
      await bob.command('art', 'img2img', { image: { sample: 'cat' }, style: 'my-blue-oil' }),
    );
    expect(refused.content).toContain('Expected a known style');
  });

  it('mixes, answers to replies and to defaults, and stands in forms', async () => {
    const mixed = await paint(alice, { style: 'ink + My blue oil', seed: 7 });
    expect(mixed.content).toContain('Ink drawing + My blue oil');
    expect((await recipeIn(mixed)).style!.prompt).toContain('blue shadows');
    await alice.say('art', 'style my blue oil, 0.5', { replyTo: mixed.id });
    const replied = await alice.painting('art', [mixed]);
    expect((await recipeIn(replied)).style!.id).toBe('my-blue-oil');
    await alice.answer('art', await alice.command('art', 'settings', { my_style: 'my-blue-oil' }));
    const plain = await paint(alice, { seed: 8 });
    expect((await recipeIn(plain)).style!.id).toBe('my-blue-oil');
    const form = await alice.click(plain.id, { label: 'Edit' });
    const { modal } = await alice.until(form, ({ state }) => state === 'modal');
    expect(JSON.stringify(modal)).toContain('"my-blue-oil"');
    await alice.modal(form.interactionId, { style: 'my-blue-oil', prompt: '', strength: '0.5', seed: '9' });
    const edited = await alice.painting('art', [plain], ({ content }) => content.includes('seed 9'));
    expect((await recipeIn(edited)).style!.id).toBe('my-blue-oil');
  });

  it('is saved from the context menu where the buttons have no room', async () => {
    const many = await paint(bob, { ...QUICK, count: 5, seed: 50 });
    expect(buttonsOf(many)).not.toContain('Save style');
    const started = await bob.context(many.id, 'Save style');
    expect((await bob.answer('art', await bob.fill(started, { name: 'From the menu' }))).content).toContain(
      '`from-the-menu`',
    );
  });

  it('is renamed and deleted, and old paintings keep it', async () => {
    const old = await paint(alice, { style: 'my-blue-oil', seed: 10 });
    const list = await ask(alice);
    expect(listed(list, 'Yours')).toContain('My blue oil');
    const shown = await alice.answer('art', await alice.select(list.id, selectOf(list), ['my-blue-oil']));
    expect(shown.content).toContain('blue shadows');
    const renamed = await alice.fill(await alice.click(shown.id, { label: 'Rename' }), { name: 'Azure' });
    expect((await alice.answer('art', renamed)).content).toContain('**Azure** `my-blue-oil`');
    const byName = await ask(alice, { style: 'azure' });
    await alice.click(byName.id, { label: 'Delete' });
    await alice.see('art', ({ id, content }) => id === byName.id && content.startsWith('Deleted Azure'));
    expect(listed(await ask(alice), 'Yours')).not.toContain('Azure');
    await alice.click(old.id, { label: 'Reroll' });
    const reroll = await alice.painting('art', [old]);
    expect((await recipeIn(reroll)).style).toEqual((await recipeIn(old)).style);
    // What the form began with is still offered, and still painted.
    const started = await alice.click(old.id, { label: 'Edit' });
    await alice.until(started, ({ state }) => state === 'modal');
    await alice.modal(started.interactionId, { style: '=', prompt: '', strength: '0.5', seed: '12' });
    const edited = await alice.painting('art', [reroll], ({ content }) => content.includes('seed 12'));
    expect((await recipeIn(edited)).style).toEqual((await recipeIn(old)).style);
  });
});

describe("a server's look", () => {
  it('is saved by who may manage the server, for everybody in it', async () => {
    const painting = await paint(mod, { ...QUICK, prompt: 'house colors', seed: 20 });
    const answer = await save(mod, painting, { name: 'House style', scope: 'server' });
    expect(answer.content).toContain('Kept for this server');
    const theirs = await paint(bob, { style: 'house style', seed: 21 });
    expect((await recipeIn(theirs)).style!.name).toBe('House style');
    expect(listed(await ask(bob), "This server's")).toContain('House style');
    const shown = await ask(bob, { style: 'House style' });
    expect(buttonsOf(shown)).toEqual([]);
    expect(buttonsOf(await ask(mod, { style: 'House style' }))).toEqual(['Rename', 'Delete']);
    const form = await bob.click(theirs.id, { label: 'Save style' });
    const { modal } = await bob.until(form, ({ state }) => state === 'modal');
    expect(JSON.stringify(modal)).not.toContain('"scope"');
    const direct = await bob.answer('dm', await bob.command('dm', 'styles', {}));
    expect(JSON.stringify(direct.embeds)).not.toContain('House style');
  });
});

describe('what is refused', () => {
  it.each([
    [{ name: 'Oil painting' }, 'there is "Oil painting" already'],
    [{ name: 'a + b' }, 'Expected a name'],
    [{ name: 'Fine', emoji: 'x' }, 'Expected one emoji'],
    [{ name: 'Fine', words: 'a nude child' }, 'against a rule here'],
  ])('%j', async (fields, words) => {
    const painting = await paint(alice, { ...QUICK, seed: 30 });
    expect((await save(alice, painting, fields)).content).toContain(words);
    expect(listed(await ask(alice), 'Yours')).not.toContain('Fine');
  });

  it('more than 25, and the same twice', async () => {
    const painting = await paint(alice, { ...QUICK, seed: 31 });
    const { styles } = overpaint.services.studio;
    const memberId = /<@(\d+)>/.exec(painting.content)![1]!;
    await save(alice, painting, { name: 'One' });
    expect((await save(alice, painting, { name: 'one' })).content).toContain('there is "one" already');
    const [one] = await styles.of({ member: memberId });
    for (let i = 2; i <= 25; i += 1)
      await styles.add({ member: memberId }, { ...one!, id: `n${i}`, name: `N${i}` }, 25);
    expect((await save(alice, painting, { name: 'One more' })).content).toContain('at most 25 styles');
    // All of them are forgotten with their member.
    await alice.answer('art', await alice.command('art', 'settings', { forget_me: true }));
    expect(await styles.of({ member: memberId })).toEqual([]);
  });
});
