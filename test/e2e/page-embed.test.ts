import type { TextChannel } from 'discord.js';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { testPng } from '../support/photo.ts';
import { connect, startPlayground } from '../support/playground-bot.ts';

it('an embed shows its picture, which does not stand below it again', async () => {
  const playground = await startPlayground({ rateLimits: false });
  onTestFinished(() => playground.close());
  const bot = await connect(playground);
  onTestFinished(() => bot.destroy());
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { page, problems } = await openPage(browser, playground.url);
  const picture = Buffer.from(await testPng());
  const channel = bot.channels.cache.find((one) => one.isSendable() && 'name' in one && one.name === 'art');
  await (channel as TextChannel).send({
    embeds: [{ title: 'Framed', image: { url: 'attachment://framed.png' } }],
    files: [
      { attachment: picture, name: 'framed.png' },
      { attachment: picture, name: 'loose.png' },
    ],
  });
  const message = page.getByRole('article').filter({ hasText: 'Framed' });
  await message.waitFor();
  const id = await message.getAttribute('data-id');
  const shown = `[...document.querySelectorAll('[data-id="${id}"] img')].filter((image) => image.naturalWidth > 0).length`;
  await expect.poll(() => page.evaluate(shown)).toBe(2);
  expect(await message.locator('img').count()).toBe(2);
  expect(problems).toEqual([]);
});
