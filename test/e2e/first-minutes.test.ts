import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { type Overpaint, startOverpaint } from '../support/overpaint.ts';

/** A newcomer's first minutes: `npm start`, a browser, and nothing else. */
let overpaint: Overpaint;
let browser: Browser;

beforeAll(async () => {
  overpaint = await startOverpaint({ fullSize: true });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await overpaint.close();
});

/** The pictures of a message have arrived and hold something. */
async function seesPictures(page: Page, of: string | RegExp, count: number): Promise<void> {
  const pictures = page.getByRole('article').filter({ hasText: of }).last().locator('.gallery img');
  await expect.poll(() => pictures.count(), { timeout: 60_000 }).toBe(count);
  const widths = () =>
    pictures.evaluateAll((all) =>
      all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth),
    );
  await expect.poll(async () => Math.min(...(await widths())), { timeout: 20_000 }).toBeGreaterThan(63);
}

const done = (page: Page, of: RegExp) => page.getByRole('article').filter({ hasText: of }).last();

describe('a newcomer', () => {
  it('presses one button, sees a painting grow, refines it, answers it and shakes the dice', async () => {
    const { page, problems } = await openPage(browser, overpaint.playground.url, { isFirstVisit: true });
    await page.getByRole('button', { name: 'Try /img2img' }).click();
    await page
      .getByText(/painting ▰|looking at the picture|place \d/)
      .first()
      .waitFor();
    const first = /seed \d+ · guidance [\d.]+ · \d+ of \d+ steps/;
    await done(page, first).waitFor({ timeout: 60_000 });
    await seesPictures(page, first, 1);

    await done(page, first).getByRole('button', { name: 'Refine 0.3' }).click();
    const refined = /0\.30 \(moderate\).*step 2/s;
    await done(page, refined).waitFor({ timeout: 60_000 });
    await seesPictures(page, refined, 1);

    await done(page, refined).focus();
    await page.keyboard.press('r');
    await page.keyboard.type('warmer, 0.3');
    await page.keyboard.press('Enter');
    const warmer = /warmer.*step 3/s;
    await done(page, warmer).waitFor({ timeout: 60_000 });
    await seesPictures(page, warmer, 1);

    await done(page, warmer)
      .getByRole('button', { name: /^🎲, 1/ })
      .click();
    await expect
      .poll(() => page.locator('article .gallery img').count(), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(8);

    await done(page, first).getByRole('button', { name: 'Compare' }).click();
    await page
      .getByText(/Only you can see this/)
      .first()
      .waitFor({ timeout: 20_000 });
    await done(page, first).locator('.gallery img').first().click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.context().close();
    expect(problems).toEqual([]);
  });
});
