import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems, launchBrowser, openPage, type Watched } from '../support/browser.ts';
import { startEchoBot } from '../support/echo-bot.ts';
import { testPng } from '../support/photo.ts';
import { actor, startPlayground } from '../support/playground-bot.ts';

/** The page in a real browser, with a bot on a real discord.js. */
let playground: Awaited<ReturnType<typeof startPlayground>>;
let bot: Awaited<ReturnType<typeof startEchoBot>>;
let browser: Browser;
let watched: Watched;
let page: Page;
let picture: Buffer;

beforeAll(async () => {
  playground = await startPlayground({ rateLimits: false });
  bot = await startEchoBot(playground);
  browser = await launchBrowser();
  picture = Buffer.from(await testPng());
});
afterAll(async () => {
  await browser.close();
  await bot.destroy();
  await playground.close();
});
beforeEach(async () => {
  watched = await openPage(browser, playground.url);
  page = watched.page;
});
afterEach(async () => {
  await page.context().close();
  expect(watched.problems).toEqual([]);
});

const composer = (where: Page | Locator = page) => where.getByRole('textbox', { name: /^Message #/ });
const messages = (where: Page | Locator = page) => where.getByRole('article');
const lastMessage = (where: Page | Locator = page) => messages(where).last();

/** Waits for the newest message to say something. */
const sees = (words: string | RegExp, where: Page | Locator = page) =>
  messages(where).filter({ hasText: words }).last().waitFor();

async function say(words: string): Promise<void> {
  await composer().fill(words);
  await composer().press('Enter');
  await sees(words);
}

/** A file dragged from the desktop onto an element. */
async function drop(target: Locator, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(`(() => {
    const list = new DataTransfer();
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0));
    list.items.add(new File([bytes], '${name}', { type: 'image/png' }));
    return list;
  })()`);
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}

async function beginEcho(): Promise<void> {
  await composer().fill('/ec');
  await page.getByRole('option', { name: /\/echo/ }).click();
  await page.getByRole('form', { name: 'Command echo' }).waitFor();
}

describe('commands', () => {
  it('are found by typing a slash, and take a dropped picture and typed options', async () => {
    await beginEcho();
    await drop(page.getByRole('form', { name: 'Command echo' }), 'mine.png', picture);
    await page.getByRole('button', { name: '＋ word' }).click();
    await page.keyboard.type('ap');
    await page.getByRole('option', { name: 'A apricot' }).click();
    await page.getByRole('button', { name: '＋ share' }).click();
    await page.keyboard.type('0.5');
    await page.keyboard.press('Enter');
    await sees('apricot at 0.5');
    await lastMessage().getByRole('img', { name: 'The same picture' }).waitFor();
    expect(await lastMessage().textContent()).toMatch(/Alice\s*used\s*\/echo/);
  });

  it('take a picture from the tray', async () => {
    await beginEcho();
    await page.getByRole('group', { name: 'Sample pictures' }).getByRole('button').nth(1).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await sees('nothing at no share');
  });

  it('say what is missing or wrong before they are sent', async () => {
    await beginEcho();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'image is required' }).waitFor();
    await page.getByRole('button', { name: '＋ share' }).click();
    await page.keyboard.type('7');
    await page.getByRole('group', { name: 'Sample pictures' }).getByRole('button').first().click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'share must be at most 1' }).waitFor();
  });

  it('whose bot stays silent are told to have failed', async () => {
    await composer().fill('/fail');
    await composer().press('Enter');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('The application did not respond').waitFor();
  });

  it('run by keyboard alone', async () => {
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
    await page.keyboard.type('/echo');
    await page.getByRole('option', { name: /\/echo/ }).waitFor();
    await page.keyboard.press('Enter');
    // The tray stands before the fields.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await sees('nothing at no share');
    await page.getByRole('log').focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('ARTICLE');
    await page.keyboard.press('r');
    await page.getByText('Replying to').waitFor();
    await page.keyboard.type('by hand');
    await page.keyboard.press('Enter');
    await sees('by hand');
  });
});

describe('a command that is begun before the list of commands has come', () => {
  it('leaves no list behind', async () => {
    let hold = false;
    await page.route('**/actors', async (route) => {
      if (hold) await new Promise((resolve) => setTimeout(resolve, 700));
      await route.continue();
    });
    hold = true;
    await composer().fill('/show');
    await composer().press('Enter');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await composer().waitFor();
    await page.waitForTimeout(1200);
    expect(await page.getByRole('listbox').count()).toBe(0);
  });
});

describe('components', () => {
  async function echoed(): Promise<Locator> {
    await beginEcho();
    await page.getByRole('group', { name: 'Sample pictures' }).getByRole('button').first().click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await sees('nothing at no share');
    return lastMessage();
  }

  it('a button answers to its presser only, and the answer can be dismissed', async () => {
    const other = await openPage(browser, playground.url, { member: 'bob' });
    const message = await echoed();
    await message.getByRole('button', { name: 'Again' }).click();
    await sees('Only you can see this');
    expect(await messages(other.page).filter({ hasText: 'Only you can see this' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Dismiss message' }).last().click();
    await expect.poll(() => messages().filter({ hasText: 'Only you can see this' }).count()).toBe(0);
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });

  it('a select changes the message in place', async () => {
    const message = await echoed();
    const id = await message.getAttribute('data-id');
    await message.getByRole('combobox', { name: 'Which fruit?' }).selectOption('banana');
    await sees('Chosen: banana');
    expect(await lastMessage().getAttribute('data-id')).toBe(id);
  });

  it('a deleted message goes away', async () => {
    const message = await echoed();
    const id = await message.getAttribute('data-id');
    await message.getByRole('button', { name: 'Gone' }).click();
    await expect.poll(() => page.locator(`[data-id="${id}"]`).count()).toBe(0);
  });

  it('Components V2, and a select of several', async () => {
    await composer().fill('/show');
    await composer().press('Enter');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await sees('A container');
    expect(await lastMessage().textContent()).toContain('<script>window.hacked = 1</script>');
    await lastMessage().getByText('Several').click();
    await lastMessage().getByLabel('apple').check();
    await lastMessage().getByLabel('banana').check();
    expect(await lastMessage().getByRole('button', { name: 'Done' }).isVisible()).toBe(true);
  });

  it('a context menu opens a form with text, select and upload', async () => {
    await say('look at me');
    await lastMessage().hover();
    await lastMessage().getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Look' }).click();
    const form = page.getByRole('dialog', { name: 'Look closer' });
    await form.getByRole('button', { name: 'Submit' }).click();
    await form
      .getByRole('alert')
      .filter({ hasText: /required/ })
      .waitFor();
    await form.getByLabel('Reason').fill('because');
    await form.getByLabel('Kind').selectOption('oil');
    await drop(form.getByRole('group', { name: 'Picture' }), 'up.png', picture);
    await form.getByText('up.png').waitFor();
    await form.getByRole('button', { name: 'Submit' }).click();
    await sees('because, oil, up.png');
  });
});

describe('messages', () => {
  it('are edited, replied to, reacted to and deleted', async () => {
    await say('first words');
    await composer().press('ArrowUp');
    const editor = page.getByRole('textbox', { name: 'Edit message' });
    await editor.fill('second words');
    await editor.press('Enter');
    await sees(/second words.*edited/);

    await composer().press('ArrowUp');
    await editor.fill('loud words\n-# small print');
    await editor.press('Enter');
    await page.locator('small.subtext', { hasText: 'small print (edited)' }).waitFor();

    await lastMessage().hover();
    await lastMessage().getByRole('button', { name: 'Reply' }).click();
    await composer().fill('an answer');
    await composer().press('Enter');
    await sees('an answer');
    expect(await lastMessage().textContent()).toContain('loud words');

    await lastMessage().getByRole('button', { name: 'Add reaction' }).first().click();
    await page.getByRole('searchbox', { name: 'Search emoji' }).fill('game die');
    await page.getByRole('button', { name: 'game die' }).click();
    const reaction = lastMessage().getByRole('button', { name: /🎲, 1 by Alice/ });
    await reaction.waitFor();
    await reaction.click();
    await expect.poll(() => reaction.count()).toBe(0);

    await lastMessage().getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /Delete/ }).click();
    await expect.poll(() => messages().filter({ hasText: 'an answer' }).count()).toBe(0);
  });

  it('are drawn as text, whatever they hold', async () => {
    const hostile = '<img src=x onerror="window.hacked=1"> [click](javascript:window.hacked=1) `</code><b>`';
    const alice = actor(playground, 'alice');
    const bytes = picture.toString('base64');
    await alice.say('art', hostile, {
      files: [
        { filename: '"><script>window.hacked=1</script>.png', base64: bytes, description: '<b>alt</b>' },
      ],
    });
    await sees('<img src=x');
    await lastMessage().getByRole('button', { name: /alt/ }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(`'hacked' in window`)).toBe(false);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  });

  it('of a second member appear side by side', async () => {
    await page.getByRole('button', { name: 'Second member' }).click();
    const [first, second] = [page.locator('.pane').nth(0), page.locator('.pane').nth(1)];
    await composer(second).fill('hello from Bob');
    await composer(second).press('Enter');
    await sees('hello from Bob', first);
    await sees('hello from Bob', second);
    expect(await lastMessage(first).getAttribute('aria-label')).toMatch(/^Bob,/);
  });

  it('keep their channel and member over a reload', async () => {
    await page.getByRole('button', { name: /general/ }).click();
    await page.getByRole('combobox', { name: 'You are' }).selectOption('carol');
    await page.reload();
    await page.getByRole('heading', { name: '#general' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'You are' }).inputValue()).toBe('carol');
  });

  it('of before are loaded by scrolling up, and new ones do not move the reader', async () => {
    const alice = actor(playground, 'alice');
    for (let i = 0; i < 90; i++) await alice.say('lobby', `line ${i}`);
    await page.getByRole('button', { name: /lobby/ }).click();
    await sees('line 89');
    const log = page.getByRole('log');
    await log.evaluate((list) => list.scrollTo(0, 0));
    await page.getByText('line 5', { exact: true }).waitFor({ state: 'attached' });
    await log.evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
    // The reader's place is kept when what was asked for above has found its own.
    const placeOf = () => log.evaluate((list) => list.scrollTop);
    await expect
      .poll(async () => (await placeOf()) === (await page.waitForTimeout(150), await placeOf()))
      .toBe(true);
    const before = await log.evaluate((list) => list.scrollTop);
    await alice.say('lobby', 'something new');
    const pill = page.getByRole('button', { name: /1 new/ });
    await pill.waitFor();
    expect(Math.abs((await log.evaluate((list) => list.scrollTop)) - before)).toBeLessThan(5);
    await pill.click();
    await sees('something new');
    const left = () => log.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    await expect.poll(left).toBeLessThan(5);
  });

  it('that are said while the page fetches the others are not lost', async () => {
    const alice = actor(playground, 'alice');
    const fetched = Promise.withResolvers<void>();
    await page.route(/\/actors\/\w+\/messages\?/, async (route) => {
      const answer = await route.fetch();
      await alice.say('general', 'said in between');
      // The event has arrived before the answer.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.fulfill({ response: answer });
      fetched.resolve();
    });
    await page.getByRole('button', { name: /general/ }).click();
    await fetched.promise;
    await page.waitForTimeout(300);
    await sees('said in between');
  });

  it('are found by their link from another channel, however old', async () => {
    const alice = actor(playground, 'alice');
    const { messageId } = await alice.say('lobby', 'the one that is meant');
    for (let i = 0; i < 70; i++) await alice.say('lobby', `later ${i}`);
    const { body } = await alice.call('GET', '/actors/alice/messages?channel=lobby');
    const [{ channelId }] = body as [{ channelId: string }];
    await composer().fill(`look at [that](https://discord.com/channels/@me/${channelId}/${messageId}) again`);
    await composer().press('Enter');
    await sees('look at that again');
    await lastMessage().getByRole('link', { name: 'that' }).click();
    await page.getByRole('heading', { name: '#lobby' }).waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toContain('the one that is meant');
    await say('and back');
  });
});

describe('the page', () => {
  it('greets a first visitor with an example of one press', async () => {
    const visit = await openPage(browser, playground.url, { isFirstVisit: true });
    await visit.page.getByRole('button', { name: 'Try /echo' }).click();
    await sees('nothing at no share', visit.page);
    await expect.poll(() => visit.page.getByRole('button', { name: 'Try /echo' }).count()).toBe(0);
    await visit.page.context().close();
    expect(visit.problems).toEqual([]);
  });

  it('shows the bot’s traffic as it happens', async () => {
    await page.getByRole('button', { name: 'What happens' }).click();
    const panel = page.getByRole('complementary', { name: 'What happens' });
    await say('seen by the bot');
    await panel.getByText('MESSAGE_CREATE').first().click();
    await panel.locator('pre').filter({ hasText: '"channel_id"' }).first().waitFor();
    await panel.getByRole('searchbox').fill('nothing of the sort');
    await panel.getByText('Everything that the bot').waitFor();
  });

  it('fits a phone, with the channels behind a button', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('button', { name: 'Channels', exact: true }).click();
    await page.getByRole('button', { name: /general/ }).click();
    await page.getByRole('heading', { name: '#general' }).waitFor();
    await say('from my phone');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it.each(['light', 'dark'] as const)('has no barriers that axe-core knows, %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await composer().fill('**bold** `code` and a question for </echo:123456789012345678>?');
    await composer().press('Enter');
    await sees('bold code and a question for /echo?');
    // What is on its way from one colour or place to another has no contrast to speak of.
    const settled = () => expect.poll(() => accessibilityProblems(page), { timeout: 15_000 }).toEqual([]);
    await settled();
    await composer().fill('/');
    await page.getByRole('option', { name: /echo/ }).waitFor();
    await settled();
    await page.getByRole('option', { name: /\/echo/ }).click();
    await page.getByRole('button', { name: '＋ word' }).click();
    await settled();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'What happens' }).click();
    await lastMessage().hover();
    await lastMessage().getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Look' }).click();
    await page.getByRole('dialog', { name: 'Look closer' }).waitFor();
    await settled();
  });

  it('allows no script but its own', async () => {
    const response = await fetch(playground.url);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self'/);
    expect(await response.text()).not.toMatch(/<script(?![^>]*src=)/);
  });
});
