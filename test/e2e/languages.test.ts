import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import {
  actor,
  buttonIdsOf,
  buttonsOf,
  isPainting,
  type Overpaint,
  QUICK,
  startOverpaint,
} from '../support/overpaint.ts';
import { rest } from '../support/playground-bot.ts';

let overpaint: Overpaint;
const quick = (seed: number) => ({ image: { sample: 'cat' }, ...QUICK, seed });
const german = () => actor(overpaint, 'alice', 'de-AT,de;q=0.9');
const japanese = () => actor(overpaint, 'bob', 'ja');
const english = () => actor(overpaint, 'carol');
/** Only what is in the language of another could have been said by mistake. */
const ENGLISH = /\b(for|step|steps|seed|about|the|made|with)\b/i;

beforeAll(async () => {
  overpaint = await startOverpaint();
});
afterAll(() => overpaint.close());

describe('commands', () => {
  it('are registered with their descriptions, choices and menus in every language', async () => {
    const app = (await rest(overpaint.playground).get('/applications/@me')).body as { id: string };
    const { body } = await rest(overpaint.playground).get(
      `/applications/${app.id}/commands?with_localizations=true`,
    );
    const commands = body as {
      name: string;
      description_localizations?: object;
      name_localizations?: object;
    }[];
    const named = (name: string) => commands.find((command) => command.name === name);
    expect(named('img2img')?.description_localizations).toMatchObject({
      de: 'Ein Bild neu malen',
      'es-419': 'Repintar una imagen',
      ja: '画像を描き直します',
    });
    expect(named('Repaint')?.name_localizations).toMatchObject({ fr: 'Repeindre', 'pt-BR': 'Repintar' });
  });

  it('stand on the page in the language of the browser', async () => {
    const browser = await launchBrowser();
    const { page, problems } = await openPage(browser, overpaint.playground.url, { locale: 'de-AT' });
    await page.getByRole('textbox', { name: /^Message #/ }).fill('/relig');
    await page.getByRole('option', { name: /Dasselbe Bild in anderem Licht/ }).click();
    await page.locator('[data-option="light"]').fill('kerz');
    await page.getByRole('option', { name: 'Kerzenlicht' }).click();
    expect(await page.locator('[data-option="light"]').inputValue()).toBe('Kerzenlicht');
    expect(problems).toEqual([]);
    await browser.close();
  });

  it('suggest styles by their names in the language of whoever types', async () => {
    const { choices } = await german().autocomplete('art', 'img2img', 'style', 'aqua');
    expect(choices[0]).toMatchObject({
      name: expect.stringMatching(/Aquarell · 0\.\d\d \(/),
      value: 'watercolor',
    });
    const { choices: inJapanese } = await japanese().autocomplete('art', 'img2img', 'style', '水彩');
    expect(inJapanese[0]).toMatchObject({ value: 'watercolor' });
  });
});

describe('a member who speaks German', () => {
  it('sees progress, result, buttons and alt text in German, and goes on with a press', async () => {
    const alice = german();
    await alice.command('art', 'img2img', quick(1));
    const working = await alice.see('art', (message) => buttonsOf(message).includes('Abbrechen'));
    expect(working.content).toMatch(/^\*\*Ölgemälde\*\* für <@\d+>\n/);
    const done = await alice.painting('art');
    expect(done.content).toMatch(
      /^\*\*Ölgemälde\*\* für <@\d+>\nÖlgemälde · 0\.50 \(deutlich\) · Seed 1 · Guidance \d.* · 1 von 2 Schritten · [\d.]+ s/,
    );
    expect(buttonsOf(done)).toEqual(
      expect.arrayContaining(['Neu würfeln', 'Stärker', 'Vergleichen', 'Löschen']),
    );
    expect(done.attachments[0]!.description).toMatch(/Ölgemälde/);
    await alice.click(done.id, { label: 'Stärker' });
    const stronger = await alice.painting('art', [done]);
    expect(stronger.content).toContain('0.60 (deutlich) · Seed 1');
    const compared = await alice.answer('art', await alice.click(done.id, { label: 'Vergleichen' }));
    expect(compared.content).toBe('Vorher und nachher');
  });

  it('hears of mistakes in German, as a sentence and a hint', async () => {
    const alice = german();
    const unknown = await alice.answer(
      'art',
      await alice.command('art', 'img2img', { ...quick(2), style: 'nope' }),
    );
    expect(unknown.content).toMatch(
      /^Erwartet wurde ein bekannter Stil, bekommen habe ich "nope"\.\n-# Probier eins davon: oil, /,
    );
    const opened = await alice.click((await alice.painting('art')).id, { label: 'Bearbeiten' });
    const { modal } = await alice.until(opened, ({ state }) => state === 'modal');
    expect(modal?.title).toBe('Noch einmal malen');
    const wrong = await alice.answer('art', await alice.fill(opened, { Stärke: '7' }));
    expect(wrong.content).toBe('Erwartet wurde eine Stärke von 0.05 bis 1, bekommen habe ich „7“.');
  });

  it('climbs a ladder whose message and labels are German', async () => {
    const alice = german();
    await alice.command('art', 'ladder', { ...quick(3), strength: undefined, strengths: '0.3 0.6' });
    const done = await alice.see('art', (message) => buttonsOf(message).includes('Alles löschen'), 60_000);
    expect(done.content).toMatch(/^\*\*Stärkeleiter\*\* — Ölgemälde für <@\d+>\n2 von 2 gemalt · Seed 3/);
    const [row] = done.components as { components: { options: { label: string }[] }[] }[];
    expect(row!.components[0]!.options.map(({ label }) => label)).toEqual(['0.30 mäßig', '0.60 deutlich']);
  });
});

describe('a member who speaks Japanese', () => {
  it('is answered in Japanese, in public and alone', async () => {
    const bob = japanese();
    await bob.command('general', 'img2img', quick(4));
    const done = await bob.painting('general');
    expect(done.content).toMatch(/^\*\*油彩\*\* — <@\d+> さんへ\n油彩 · 0\.50 \(はっきり\) · シード 4/);
    expect(done.content).not.toMatch(ENGLISH);
    expect(buttonsOf(done).filter((label) => /^[ -~]*$/.test(label))).toEqual([]);
    const help = await bob.answer('general', await bob.command('general', 'help'));
    expect(help.content).toContain('**画像を描き直す**');
    const nothing = await bob.answer('general', await bob.command('general', 'cancel'));
    expect(nothing.content).toBe('待っている絵も描いている絵もありません。');
    const refused = await bob.answer(
      'art',
      await bob.click((await german().painting('art')).id, { customId: await deleteIdIn('art') }),
    );
    expect(refused.content).toMatch(/^削除できるのは、頼んだ本人かモデレーターだけです。$/);
  });

  it('finds the picture of somebody who keeps theirs private by the message in whatever language', async () => {
    const alice = german();
    await alice.command('general', 'settings', { my_privacy: true });
    const painting = await alice.painting('art');
    const refused = await japanese().context(painting.id, 'Repaint');
    const answer = await japanese().answer('art', refused);
    expect(answer.content).toMatch(/^<@\d+> さんは画像を公開していません。/);
    await alice.command('general', 'settings', { my_privacy: false });
  });
});

/** The custom id of the button that deletes the newest painting. */
async function deleteIdIn(channel: string): Promise<string> {
  const newest = await english().see(channel, isPainting);
  return buttonIdsOf(newest).find((id) => id.startsWith('v1:delete:'))!;
}

describe('replies and reactions, which tell no language', () => {
  it('go on in that of the painting', async () => {
    const painting = await japanese().painting('general');
    const carol = english();
    await carol.say('general', 'warmer', { replyTo: painting.id });
    const next = await carol.painting('general', [painting]);
    expect(next.content).toMatch(/^\*\*油彩\*\* — warmer — <@\d+> さんへ/);
    const told = await carol.say('general', '#9', { replyTo: next.id });
    const answer = await carol.see('general', ({ reference }) => reference === told.messageId);
    expect(answer.content).toBe('画像は 1〜1 です（9 はありません）。');
  });
});

describe('a server that has chosen a language', () => {
  it('sees it in what everybody sees, and its members theirs in private', async () => {
    const mod = actor(overpaint, 'mod', 'de');
    const set = await mod.answer('general', await mod.command('general', 'settings', { language: 'fr' }));
    expect(set.content).toContain('Sprache dessen, was alle sehen: Français');
    const bob = japanese();
    const before = await bob.painting('general');
    await bob.command('general', 'img2img', quick(5));
    const done = await bob.painting('general', [before]);
    expect(done.content).toMatch(/^\*\*Peinture à l’huile\*\* pour <@\d+>\n/);
    expect(buttonsOf(done)).toContain('Relancer');
    const compared = await bob.answer('general', await bob.click(done.id, { label: 'Comparer' }));
    expect(compared.content).toBe('ビフォー・アフター');
    await mod.command('general', 'settings', { language: 'asker' });
    await bob.command('general', 'img2img', quick(6));
    expect((await bob.painting('general', [before, done])).content).toMatch(/さんへ/);
  });
});
