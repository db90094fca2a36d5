import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/queue/image-store.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { accessibilityProblems, launchBrowser, openPage, type Watched } from '../support/browser.ts';
import { actor, download, isPainting, type Overpaint, QUICK, startOverpaint } from '../support/overpaint.ts';
import { testPng } from '../support/photo.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Masks that are painted in the page, over a picture that somebody has chosen. */
const SIZE = { width: 384, height: 256 };
let overpaint: Overpaint;
let browser: Browser;
let watched: Watched;
let page: Page;
let picture: Uint8Array;
let alice: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
  browser = await launchBrowser();
  picture = await testPng(SIZE.width, SIZE.height);
});
afterAll(async () => {
  await browser.close();
  await overpaint.close();
});
beforeEach(async () => {
  watched = await openPage(browser, overpaint.playground.url);
  page = watched.page;
});
afterEach(async () => {
  await page.context().close();
  expect(watched.problems).toEqual([]);
});

const dialog = () => page.getByRole('dialog', { name: 'Draw a mask' });
const press = (name: string | RegExp) => dialog().getByRole('button', { name }).click();
const painted = () => dialog().getByRole('status').textContent();

/** A file dropped onto an element. */
async function drop(target: Locator, name: string, bytes: Uint8Array): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64');
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], '${name}', { type: 'image/png' }));
    return transfer;
  })()`);
  await target.dispatchEvent('drop', { dataTransfer });
}

/** A stroke of the mouse between two places, in shares of the picture. */
async function stroke(from: [number, number], to: [number, number]): Promise<void> {
  const { x, y, width, height } = (await dialog().getByRole('application').boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 6 });
  await page.mouse.up();
}

/** `/inpaint` with the picture in it, and the dialog over it. */
async function begin(): Promise<void> {
  await page.getByRole('textbox', { name: /^Message #/ }).fill('/inpaint');
  await page.getByRole('option', { name: /\/inpaint/ }).click();
  expect(await page.getByRole('button', { name: 'Draw a mask' }).count()).toBe(0);
  await drop(page.getByRole('form', { name: 'Command inpaint' }), 'hill.png', picture);
  await page.getByRole('button', { name: 'Draw a mask' }).click();
  await dialog().waitFor();
}

/** Sends the command, and waits for its painting. */
async function send(prompt: string): Promise<MessageSeen> {
  const known = (await alice.messages('art')).filter(isPainting);
  await page.locator('[data-option="prompt"]').fill(prompt);
  for (const [name, value] of [
    ['strength', '1'],
    ['seed', '5'],
    ['steps', '4'],
  ] as const) {
    await page.getByRole('button', { name: `＋ ${name}` }).click();
    await page.locator(`[data-option="${name}"]`).fill(value);
  }
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  return alice.painting('art', known);
}

/** The mask that the painting was made with. */
async function maskOf({ attachments }: MessageSeen) {
  const { recipe } = readProvenance(await download(attachments[0]!.url))!;
  return sharp((await overpaint.services.images.get(recipe.mask!))!);
}

/** How far the painting is from the picture in a part of it: the mean over the channels, 0 to 255. */
async function changeIn(message: MessageSeen, left: number, right: number): Promise<number> {
  const pixels = async (bytes: Uint8Array) =>
    sharp(bytes).removeAlpha().resize(SIZE.width, SIZE.height, { fit: 'fill' }).raw().toBuffer();
  const [before, after] = [await pixels(picture), await pixels(await download(message.attachments[0]!.url))];
  let [sum, count] = [0, 0];
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = Math.round(left * SIZE.width); x < right * SIZE.width; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (y * SIZE.width + x) * 3 + c;
        sum += Math.abs(before[at]! - after[at]!);
        count += 1;
      }
    }
  }
  return sum / count;
}

describe('a mask drawn beside a command', () => {
  it('is a black and white picture of the same size, and only what was painted changes', async () => {
    await begin();
    // The largest brush, down the right edge.
    await dialog().getByRole('slider', { name: 'Size' }).fill('154');
    await stroke([0.85, 0.1], [0.85, 0.9]);
    expect(await painted()).toMatch(/^(3\d|4\d) % painted/);
    await press('Use this mask');
    await page.getByText('hill-mask.png').waitFor();
    const done = await send('a red brick wall');

    const mask = await maskOf(done);
    expect(await mask.metadata()).toMatchObject({ format: 'png', ...SIZE });
    const pixels = await mask.removeAlpha().greyscale().raw().toBuffer();
    expect(pixels[128 * SIZE.width + 40]).toBe(0);
    expect(pixels[128 * SIZE.width + 326]).toBe(255);

    const [kept, changed] = [await changeIn(done, 0, 0.5), await changeIn(done, 0.75, 1)];
    expect(changed).toBeGreaterThan(20);
    expect(kept).toBeLessThan(changed / 3);
  });

  it('can be erased, taken back, turned over and cleared', async () => {
    await begin();
    await stroke([0.2, 0.5], [0.8, 0.5]);
    const once = await painted();
    await press('Eraser');
    await stroke([0.5, 0.5], [0.8, 0.5]);
    const share = (words: string | null) => Number(/^\d+/.exec(words ?? '')?.[0] ?? 0);
    expect(share(await painted())).toBeLessThan(share(once));
    await press('Undo');
    expect(await painted()).toBe(once);
    await press('Invert');
    expect(share(await painted())).toBe(100 - share(once));
    await press('Clear');
    expect(await painted()).toBe('Nothing is painted');
    await press('Use this mask');
    await dialog().getByRole('alert').filter({ hasText: 'Nothing is painted yet' }).waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect(await painted()).toBe(once);
    await page.keyboard.press('Control+Shift+z');
    expect(share(await painted())).toBe(100 - share(once));
  });

  it('is painted by keyboard alone, and the focus stays in the dialog until Escape', async () => {
    await begin();
    const size = () => dialog().getByRole('slider', { name: 'Size' }).inputValue();
    const before = Number(await size());
    await page.keyboard.press(']');
    expect(Number(await size())).toBeGreaterThan(before);
    await page.keyboard.press('[');
    await page.keyboard.press('[');
    expect(Number(await size())).toBeLessThan(before);
    await page.keyboard.press('Space');
    expect(await painted()).toMatch(/brush is down$/);
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Space');
    expect(await painted()).toMatch(/^\d+ % painted$/);
    const now = await painted();
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab');
      const where = await page.evaluate(
        `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
      );
      expect(where).toBe(true);
    }
    await dialog().getByRole('application').focus();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Draw a mask');
    // What was painted is not lost.
    await page.keyboard.press('Enter');
    expect(await painted()).toBe(now);
  });

  it('is painted by a finger, and goes away with its picture', async () => {
    await page.context().close();
    watched = await openPage(browser, overpaint.playground.url, {
      hasTouch: true,
      viewport: { width: 390, height: 800 },
    });
    page = watched.page;
    await begin();
    const { x, y, width, height } = (await dialog().getByRole('application').boundingBox())!;
    await page.touchscreen.tap(x + width / 2, y + height / 2);
    expect(await painted()).toMatch(/^\d % painted$/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await press('Use this mask');
    await page.getByText('hill-mask.png').waitFor();
    await page.getByRole('button', { name: 'Remove hill.png' }).click();
    await page.getByText('hill-mask.png').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: /(Draw|Change) .* mask/ }).count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has no barriers that axe-core knows, %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    await begin();
    await stroke([0.3, 0.5], [0.6, 0.5]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await press('Use this mask');
    await page.getByRole('button', { name: 'Change the mask' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describe('a mask drawn in a form', () => {
  it('is for the picture in the message that the form was opened from', async () => {
    const bob = actor(overpaint, 'bob');
    const base64 = Buffer.from(picture).toString('base64');
    await bob.say('art', 'my hill', { files: [{ filename: 'hill.png', base64 }] });
    const message = page.getByRole('article').filter({ hasText: 'my hill' });
    await message.hover();
    await message.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Repaint a part' }).click();
    const form = page.getByRole('dialog', { name: 'Repaint a part' });
    await form.getByRole('button', { name: 'Draw a mask' }).click();
    await dialog().getByRole('slider', { name: 'Size' }).fill('154');
    await stroke([0.15, 0.1], [0.15, 0.9]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await press('Use this mask');
    await form.getByText('hill-mask.png').waitFor();
    await form.getByLabel('Prompt').fill('a stone tower');
    await form.getByLabel('Seed').fill('8');
    const known = (await alice.messages('art')).filter(isPainting);
    await form.getByRole('button', { name: 'Submit' }).click();
    const done = await alice.painting('art', known);

    const { recipe } = readProvenance(await download(done.attachments[0]!.url))!;
    expect(recipe).toMatchObject({ task: 'inpaint', prompt: 'a stone tower', strength: 0.75, seed: 8 });
    const pixels = await (await maskOf(done)).removeAlpha().greyscale().raw().toBuffer();
    expect(pixels[128 * SIZE.width + 58]).toBe(255);
    expect(pixels[128 * SIZE.width + 340]).toBe(0);
    expect(await changeIn(done, 0.5, 1)).toBeLessThan((await changeIn(done, 0, 0.25)) / 2);
  });

  it('is drawn over any of the pictures of a message', async () => {
    const base64 = Buffer.from(await testPng(64, 96)).toString('base64');
    const second = { filename: 'tower.png', base64 };
    await alice.say('art', 'two of them', { files: [{ sample: 'palace' }, second] });
    const message = page.getByRole('article').filter({ hasText: 'two of them' });
    await message.hover();
    await message.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Repaint a part' }).click();
    await page.getByRole('button', { name: 'Draw a mask' }).click();
    await stroke([0.4, 0.5], [0.6, 0.5]);
    const onFirst = await painted();
    await dialog().getByRole('button', { name: 'Picture 2' }).click();
    await expect.poll(painted).toBe('Nothing is painted');
    expect(await accessibilityProblems(page)).toEqual([]);
    const box = (await dialog().getByRole('application').boundingBox())!;
    expect(box.height).toBeGreaterThan(box.width);
    await stroke([0.4, 0.5], [0.6, 0.5]);
    await dialog().getByRole('button', { name: 'Picture 1' }).click();
    await expect.poll(painted).toBe(onFirst);
    await dialog().getByRole('button', { name: 'Picture 2' }).click();
    await press('Use this mask');
    await page.getByText('tower-mask.png').waitFor();
    const known = (await alice.messages('art')).filter(isPainting);
    await page.getByRole('button', { name: 'Submit' }).click();
    const { recipe } = readProvenance(
      await download((await alice.painting('art', known)).attachments[0]!.url),
    )!;
    expect(recipe.source).toBe(sha256(Buffer.from(base64, 'base64')));
  });

  it('goes to the picture that it is named after, of a painting with several too', async () => {
    await alice.command('art', 'img2img', { image: { sample: 'cat' }, ...QUICK, seed: 300, count: 2 });
    const two = await alice.painting('art', [], ({ content }) => content.includes('seed 300'));
    const second = two.attachments.find(({ filename }) => filename === 'overpaint-301.png')!;
    const white = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const mask = { filename: 'overpaint-301-mask.png', base64: white.toString('base64') };
    const form = { prompt: 'a dog', mask: [{ ...mask, filename: 'grid-mask.png' }] };
    const refused = await alice.fill(await alice.context(two.id, 'Repaint a part'), form);
    expect((await alice.answer('art', refused)).content).toMatch(/Expected a mask of one picture/);
    await alice.fill(await alice.context(two.id, 'Repaint a part'), { ...form, mask: [mask] });
    const done = await alice.painting('art', [two]);
    const { recipe } = readProvenance(await download(done.attachments[0]!.url))!;
    expect(recipe.source).toBe(sha256(await download(second.url)));
  });

  it('is asked for by the bot: a form without one is refused', async () => {
    const { messageId } = await alice.say('art', 'another hill', { files: [{ sample: 'palace' }] });
    const opened = await alice.context(messageId, 'Repaint a part');
    await alice.until(opened, ({ state }) => state === 'modal');
    await expect(alice.modal(opened.interactionId, { prompt: 'a tower' })).rejects.toThrow(/required/i);
    const { messageId: empty } = await alice.say('art', 'no picture here');
    const refused = await alice.context(empty, 'Repaint a part');
    expect((await alice.answer('art', refused)).content).toMatch(/Expected a message with a picture/);
  });
});
