import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The machine's own Chromium. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });

/** A page, and everything that it should not have done. */
export interface Watched {
  page: Page;
  /** Errors in the console, exceptions, and requests to other places. */
  problems: string[];
}

/** Opens a playground's page as somebody who has been there before, unless `isFirstVisit`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { isFirstVisit?: boolean; member?: string } = {},
): Promise<Watched> {
  const { isFirstVisit, member, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...rest });
  if (!isFirstVisit) await context.addInitScript(`localStorage.setItem('hint', 'done')`);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    // A refused request is written to the console by the browser itself.
    const isRefusal = message.text().includes('status of 400');
    if (['error', 'warning'].includes(message.type()) && !isRefusal) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (!['blob:', 'data:'].includes(target.protocol) && target.origin !== new URL(url).origin)
      problems.push(`asked ${target.href}`);
  });
  await page.goto(member === undefined ? url : `${url}/#${member}`);
  await page.getByRole('textbox', { name: /^Message [#@]/ }).waitFor();
  return { page, problems };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's own policy does not hold back.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}
