import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChannelType, type TextChannel } from 'discord.js';
import sharp from 'sharp';
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
  temporaryFolder,
} from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Enlarging, subjects, safety and consent, as members and managers live them. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;
let mod: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  [alice, bob, mod] = ['alice', 'bob', 'mod'].map((name) => actor(overpaint, name)) as [
    typeof alice,
    typeof alice,
    typeof alice,
  ];
});
afterAll(() => overpaint.close());

const image = { sample: 'cat' };

async function paintCat(channel = 'art', options: object = QUICK): Promise<MessageSeen> {
  const known = (await alice.messages(channel)).filter(isPainting);
  await alice.command(channel, 'img2img', { image, ...options });
  return alice.painting(channel, known);
}

/** A finished message whose words fit. */
const finished = (who: typeof alice, channel: string, words: RegExp) =>
  who.see(channel, ({ content, attachments }) => words.test(content) && attachments.length > 0, 60_000);

/** A small picture, which is quickly enlarged. */
async function small(channels: 3 | 4 = 3) {
  const background = channels === 4 ? { r: 200, g: 40, b: 40, alpha: 0.5 } : '#c82828';
  const file = await sharp({ create: { width: 48, height: 32, channels, background } })
    .png()
    .toBuffer();
  return { filename: 'small.png', base64: file.toString('base64') };
}

const pictureIn = async (message: MessageSeen, index = 0) =>
  sharp(await download(message.attachments[index]!.url));

describe('enlarging', () => {
  it('gives a picture of four times the sides, with its transparency', async () => {
    await alice.command('art', 'upscale', { image: await small(4) });
    const done = await finished(alice, 'art', /Enlarge 4×.*\n192×128 · as a (photo|painting)/);
    const { width, height, hasAlpha } = await (await pictureIn(done)).metadata();
    expect({ width, height, hasAlpha }).toEqual({ width: 192, height: 128, hasAlpha: true });
    expect(buttonsOf(done)).toEqual(['Report', 'Delete']);
  });

  it('is a button and a reaction under a painting, and goes on as its painting', async () => {
    const first = await paintCat();
    await bob.click(first.id, { label: 'Upscale' });
    const large = await bob.painting('art', [first], ({ content }) => content.includes('Enlarge 2×'));
    expect(large.attachments[0]).toMatchObject({ width: 768, height: 512 });
    expect(large.content).toContain('as a painting');
    expect(large.content).toContain(`/${first.id})`);
    const [before, after] = await Promise.all([first, large].map((one) => download(one.attachments[0]!.url)));
    expect(readProvenance(after!)).toEqual(readProvenance(before!));
    // Both carry content credentials, signed by the playground's own certificate.
    for (const file of [before!, after!]) expect(Buffer.from(file).includes('c2pa.created')).toBe(true);
  });

  it('is a reaction too, tells its tiles, and is cancelled between two of them', async () => {
    const first = await paintCat();
    await bob.react(first.id, '⬆️');
    const newer = ({ id }: MessageSeen) => BigInt(id) > BigInt(first.id);
    const busy = await bob.see('art', (message) => newer(message) && /tile \d of \d/.test(message.content));
    await bob.click(busy.id, { label: 'Cancel' });
    await bob.see('art', ({ id, content }) => id === busy.id && content.includes('cancelled'));
  });

  it('of what would become too large is refused before it waits', async () => {
    const file = await sharp({ create: { width: 5000, height: 16, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const asked = await alice.command('art', 'upscale', {
      image: { filename: 'long.png', base64: file.toString('base64') },
    });
    expect((await alice.answer('art', asked)).content).toMatch(/at most 16383 pixels.*Twice its size/s);
  });

  it('deletes what it made for who asked, and for nobody else', async () => {
    const known = (await alice.messages('art')).map(({ id }) => id);
    await alice.command('art', 'upscale', { image: await small(), scale: 2, kind: 'photo' });
    const done = await alice.see(
      'art',
      ({ id, content, attachments }) =>
        !known.includes(id) && content.includes('as a photo') && attachments.length > 0,
    );
    const refused = await bob.click(done.id, { label: 'Delete' });
    expect((await bob.answer('art', refused)).content).toMatch(/Only who asked/);
    await alice.click(done.id, { label: 'Delete' });
    await expect.poll(async () => (await alice.messages('art')).some(({ id }) => id === done.id)).toBe(false);
  });

  it('is the middle of a restoration', async () => {
    await alice.command('art', 'restore', { image: await small(), scale: 2 });
    const done = await alice.painting('art', [], ({ content }) => content.includes(' · 0.20 ('));
    const { width, height } = done.attachments[0]!;
    expect(Math.max(width!, height!)).toBeGreaterThan(600);
    expect(readProvenance(await download(done.attachments[0]!.url))!.recipe.strength).toBe(0.2);
  });
});

describe('subjects', () => {
  it('are cut out onto a transparent ground, with the mask where it is wanted', async () => {
    await alice.command('art', 'background', { image, mode: 'cut-out', show_mask: true });
    const done = await finished(alice, 'art', /Cut out\*\* the subject/);
    expect(done.attachments.map(({ filename }) => filename)).toEqual(['overpaint-cut-out.png', 'mask.png']);
    const { hasAlpha } = await (await pictureIn(done)).metadata();
    expect(hasAlpha).toBe(true);
    const { isOpaque } = await (await pictureIn(done)).stats();
    expect(isOpaque).toBe(false);
  });

  it('stay as they are when their background is repainted, and Reroll keeps the mask', async () => {
    await alice.command('art', 'background', {
      image,
      prompt: 'a beach',

      show_mask: true,
      seed: 3,
    });
    const done = await alice.painting('art', [], ({ content }) => content.includes('a beach'));
    const { recipe } = readProvenance(await download(done.attachments[0]!.url))!;
    expect(recipe).toMatchObject({ task: 'inpaint', mask: expect.stringMatching(/^[0-9a-f]{64}$/), seed: 3 });
    expect(done.attachments[1]).toMatchObject({ filename: 'mask.png' });
    await alice.click(done.id, { label: 'Reroll' });
    const next = await alice.painting('art', [done], ({ content }) => content.includes('a beach'));
    const again = readProvenance(await download(next.attachments[0]!.url))!.recipe;
    expect(again.mask).toBe(recipe.mask);
  });
});

describe('safety', () => {
  it('shows everybody what is in force, and lets only managers change it', async () => {
    const shown = await alice.answer('art', await alice.command('art', 'safety'));
    expect(shown.content).toMatch(/General channels \(here\)\*\*: explicit blur above 0\.3/);
    const refused = await alice.answer('art', await alice.command('art', 'safety', { pictures: false }));
    expect(refused.content).toMatch(/Only who may manage the server/);
  });

  it("refuses words of the server's own in private, counts nothing, and tells the audit channel by ids", async () => {
    await mod.answer('general', await mod.command('general', 'safety', { audit_here: true }));
    await mod.answer('art', await mod.command('art', 'safety', { add_word: 'broccoli*' }));
    const asked = await alice.command('art', 'img2img', { image, prompt: 'br0ccolis on a plate', ...QUICK });
    const told = await alice.answer('art', asked);
    expect(told.content).toMatch(/against a rule here: words that this server does not want/);
    const audit = await mod.see('general', ({ content }) => content.includes('rule `server-words`'));
    expect(audit.content).not.toContain('ccoli');
    expect(audit.attachments).toEqual([]);
    const bad = await mod.command('art', 'safety', { remove_word: 'broccoli*', add_word: '/(/' });
    expect((await mod.answer('art', bad)).content).toMatch(/Expected a regular expression/);
    await mod.answer('art', await mod.command('art', 'safety', { remove_word: 'broccoli*' }));
  });

  it('hides a result as a spoiler and blurs the way to it', async () => {
    await mod.answer('art', await mod.command('art', 'safety', { explicit_spoiler: 0, explicit_blur: 0 }));
    const done = await paintCat('art', { ...QUICK, count: 2 });
    expect(done.attachments.map(({ filename }) => filename.startsWith('SPOILER_'))).toEqual([
      true,
      true,
      true,
    ]);
    expect(done.content).toContain('hidden as a spoiler');
    // The grid is put together by the bot, and signed by it.
    const grid = Buffer.from(await download(done.attachments[0]!.url));
    expect(done.attachments[0]!.filename).toMatch(/jpg$/);
    expect(grid.includes('c2pa.created')).toBe(true);
    await mod.see('general', ({ content }) => content.includes('**hidden** · rule `explicit-picture`'));
    const compared = await alice.answer('art', await alice.click(done.id, { label: 'Compare' }));
    expect(compared.attachments[0]!.filename).toBe('SPOILER_before-after.jpg');
  });

  it('refuses a picture, names the rule, and lets age-restricted channels be', async () => {
    await mod.answer('art', await mod.command('art', 'safety', { explicit_refuse: 0 }));
    await alice.command('art', 'img2img', { image, ...QUICK });
    const refused = await alice.see('art', ({ content }) => content.includes('⚠️ This picture goes'));
    expect(refused.content).toContain('against a rule here: no explicit pictures');
    expect(refused.attachments).toEqual([]);
    await alice.command('art', 'upscale', { image: await small(), scale: 2 });
    await alice.see('art', ({ content }) => /Enlarge 2×.*\n⚠️ This picture goes/.test(content));
    await mod.see('general', ({ content }) =>
      content.includes('**refused** · rule `explicit-picture` · source'),
    );
    const aliceId = /for <@(\d+)>/.exec(refused.content)![1]!;
    const used = () => overpaint.services.studio.quotas.usedToday(aliceId);
    const before = await used();
    const free = await paintCat('show-off');
    // A picture counts, a refused one does not.
    expect(await used()).toBe(before + 1);
    await alice.command('art', 'img2img', { image, ...QUICK });
    await expect.poll(used).toBe(before + 2);
    await expect.poll(used).toBe(before + 1);
    expect(free.attachments[0]!.filename).not.toContain('SPOILER_');
    const { channels } = overpaint.bot.client;
    const parent = channels.cache.find(
      (one) => one.type === ChannelType.GuildText && one.nsfw,
    ) as TextChannel;
    const thread = await parent.threads.create({ name: 'more of it' });
    await paintCat(thread.id);
    await mod.answer('art', await mod.command('art', 'safety', { reset: true }));
  });

  it('holds series to the same rules, and audits each of their pictures', async () => {
    const audits = async (words: string) =>
      (await mod.messages('general')).filter(({ content }) => content.includes(words)).length;
    const ask = { image, style: 'oil', steps: 4, strengths: '0.4 0.6' };
    const known = (await alice.messages('art')).map(({ id }) => id);
    const sheet = (message: MessageSeen) =>
      !known.includes(message.id) &&
      message.content.includes('Strength ladder') &&
      message.attachments.length > 0;
    const hidden = await audits('**hidden** · rule `explicit-picture`');
    await mod.answer('art', await mod.command('art', 'safety', { explicit_spoiler: 0 }));
    await alice.command('art', 'ladder', ask);
    const { attachments } = await alice.see('art', sheet, 60_000);
    expect(attachments.every(({ filename }) => filename.startsWith('SPOILER_'))).toBe(true);
    await expect
      .poll(() => audits('**hidden** · rule `explicit-picture`'), { timeout: 30_000 })
      .toBe(hidden + 2);

    const refused = await audits('**refused** · rule `explicit-picture` · source');
    await mod.answer('art', await mod.command('art', 'safety', { explicit_refuse: 0 }));
    await alice.command('art', 'ladder', ask);
    await alice.see(
      'art',
      ({ content }) => content.includes('against a rule here: no explicit pictures'),
      60_000,
    );
    await expect
      .poll(() => audits('**refused** · rule `explicit-picture` · source'), { timeout: 30_000 })
      .toBe(refused + 2);
    await mod.answer('art', await mod.command('art', 'safety', { reset: true }));
  });

  it('asks a second judge where the operator has one', async () => {
    const module = join(temporaryFolder(), 'judge.mjs');
    writeFileSync(
      module,
      "export default { name: 'strict', explicit: async (file) => (file.length > 0 ? 0.9 : 0) };",
    );
    const strict = await startOverpaint({ environment: { OVERPAINT_SECOND_OPINION: module } });
    const carol = actor(strict, 'carol');
    await carol.command('art', 'img2img', { image, ...QUICK });
    const told = await carol.see('art', ({ content }) => content.includes('⚠️'), 60_000);
    expect(told.content).toContain('against a rule here: no explicit pictures');
    await strict.close();
  });

  it('takes reports to the moderators, who can delete', async () => {
    const first = await paintCat();
    const unheard = await bob.answer('art', await bob.click(first.id, { label: 'Report' }));
    expect(unheard.content).toMatch(/no channel for reports/);
    await mod.answer('general', await mod.command('general', 'safety', { reports_here: true }));
    const heard = await bob.answer('art', await bob.click(first.id, { label: 'Report' }));
    expect(heard.content).toMatch(/moderators have been told/);
    const report = await mod.see('general', ({ content }) => content.startsWith('🚩'));
    expect(report.content).toContain(`/${first.id})`);
    await mod.click(report.id, { label: 'Delete it' });
    await expect
      .poll(async () => (await alice.messages('art')).some(({ id }) => id === first.id))
      .toBe(false);
  });
});

describe('consent', () => {
  const post = async (who: typeof alice) =>
    (await who.say('general', 'look at this', { files: [await small()] })).messageId;
  const quickForm = { Style: ['oil'], Strength: '0.3' };

  it('a picture of somebody else is credited', async () => {
    const messageId = await post(alice);
    await bob.fill(await bob.context(messageId, 'Repaint'), quickForm);
    const done = await bob.painting('general');
    expect(done.content).toMatch(new RegExp(`from \\[a picture\\]\\(\\S+/${messageId}\\) by <@\\d+>`));
  });

  it('the recipe in a picture of somebody else is credited too when it is used', async () => {
    const painting = await paintCat('art');
    const file = Buffer.from(await download(painting.attachments[0]!.url)).toString('base64');
    const { messageId } = await alice.say('general', 'mine', {
      files: [{ filename: 'mine.png', base64: file }],
    });
    const told = await bob.answer('general', await bob.context(messageId, 'Recipe'));
    const known = (await bob.messages('general')).filter(isPainting);
    await bob.fill(await bob.click(told.id, { label: 'Repaint with it' }), quickForm);
    const done = await bob.painting('general', known);
    expect(done.content).toMatch(/from a picture by <@\d+>/);
  });

  it('who keeps theirs private is not repainted, nor gone on from, by others', async () => {
    const messageId = await post(alice);
    const opened = await bob.context(messageId, 'Repaint');
    await bob.until(opened, ({ state }) => state === 'modal');
    const before = await paintCat('general');
    await bob.click(before.id, { label: 'Refine 0.3' });
    const chained = await bob.painting('general', [before], ({ content }) =>
      content.includes(`/${before.id})`),
    );
    const chosen = await alice.answer('general', await alice.context(messageId, 'Keep mine private'));
    expect(chosen.content).toMatch(/Nobody else can repaint/);

    const answers = [
      await bob.answer('general', await bob.fill(opened, quickForm)),
      await bob.answer('general', await bob.context(messageId, 'Repaint')),
      await bob.answer('general', await bob.click(before.id, { label: 'Upscale' })),
    ];
    for (const { content } of answers) expect(content).toMatch(/keeps their pictures to themselves/);
    const { messageId: reply } = await mod.say('general', 'warmer', { replyTo: before.id });
    const told = await mod.see('general', ({ reference }) => reference === reply);
    expect(told.content).toMatch(/keeps their pictures/);
    // What bob made of it before is bob's, but it came of a picture of hers.
    const carol = actor(overpaint, 'carol');
    const third = await carol.answer('general', await carol.click(chained.id, { label: 'Reroll' }));
    expect(third.content).toMatch(/keeps their pictures/);
    await alice.answer('general', await alice.command('general', 'settings', { my_privacy: false }));
  });
});
