import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { actor, startPlayground } from '../support/playground-bot.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('a playground that goes away', () => {
  it('is waited for, and nothing that happened meanwhile is missed', async () => {
    const data = mkdtempSync(join(tmpdir(), 'playground-'));
    const first = await startPlayground({ data });
    const visit = await openPage(browser, first.url);
    await first.close();
    await visit.page.getByText('does not answer').waitFor();
    const second = await startPlayground({ data, port: Number(new URL(first.url).port) });
    await actor(second, 'bob').say('art', 'while you were away');
    await visit.page.getByRole('article').filter({ hasText: 'while you were away' }).last().waitFor();
    await visit.page.getByText('does not answer').waitFor({ state: 'detached' });
    await visit.page.context().close();
    expect(visit.problems.filter((problem) => !problem.includes('ERR_'))).toEqual([]);
    await second.close();
    rmSync(data, { recursive: true });
  });
});
