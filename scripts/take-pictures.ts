// Takes the pictures of the playground in docs/pictures: node scripts/take-pictures.ts. Everything in them is real: the
// whole of Overpaint runs, members ask, the bundled model paints, and Chromium takes the photographs.
import sharp from 'sharp';
import { launchBrowser, openPage } from '../test/support/browser.ts';
import { actor, isPainting, startOverpaint } from '../test/support/overpaint.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url).pathname;
const MOST_BYTES = 300_000;

const overpaint = await startOverpaint();
const browser = await launchBrowser();
const [alice, bob] = [actor(overpaint, 'alice'), actor(overpaint, 'bob')];
const { url } = overpaint.playground;

async function paint(channel: string, options: object): Promise<string> {
  const known = (await alice.messages(channel)).filter(isPainting);
  await alice.command(channel, 'img2img', options);
  return (await alice.painting(channel, known)).id;
}

/** Writes a picture as PNG, with fewer colours where it would be too large for a document. */
async function keep(name: string, png: Uint8Array): Promise<void> {
  for (const colours of [256, 192, 128, 96, 64]) {
    const file = await sharp(png).png({ palette: true, colours, effort: 10 }).toBuffer();
    if (file.length > MOST_BYTES) continue;
    await sharp(file).toFile(`${FOLDER}${name}.png`);
    console.log(`${name}.png: ${file.length} bytes, ${colours} colours`);
    return;
  }
  throw new Error(`${name} is too large`);
}

async function photograph(
  name: string,
  channel: RegExp,
  options: Parameters<typeof openPage>[2],
  prepare: (page: Awaited<ReturnType<typeof openPage>>['page']) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { page } = await openPage(browser, url, options);
  if (!options?.viewport || options.viewport.width > 700)
    await page.getByRole('button', { name: channel }).click();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await prepare(page);
  await page.waitForTimeout(800);
  await keep(name, await page.screenshot());
  await page.context().close();
}

const first = await paint('art', { image: { sample: 'cat' }, style: 'pencil', strength: 0.6, seed: 7 });
await bob.say('art', 'and this one as a watercolor?', { files: [{ sample: 'palace' }] });
await paint('art', { image: { sample: 'palace' }, style: 'watercolor', strength: 0.6, seed: 7 });
await photograph('playground-dark', /^\W*art$/, { colorScheme: 'dark' });

await paint('general', { image: { sample: 'flower' }, style: 'oil', strength: 0.6, seed: 3, count: 4 });
await photograph('playground-light', /general/, { colorScheme: 'light' });

await photograph('playground-command', /general/, { colorScheme: 'dark' }, async (page) => {
  await page.getByRole('textbox', { name: /^Message #/ }).fill('/img');
  await page.getByRole('option', { name: /img2img/ }).click();
  await page.getByRole('button', { name: '＋ style' }).click();
  await page.keyboard.type('wa');
  await page.getByRole('option', { name: /Watercolor/ }).waitFor();
});
await photograph('playground-traffic', /^\W*art$/, { colorScheme: 'dark' }, async (page) => {
  await page.getByRole('button', { name: /What happens/ }).click();
  await alice.click(first, { label: 'Compare' });
  await page.waitForTimeout(1500);
});

await browser.close();
await overpaint.close();
