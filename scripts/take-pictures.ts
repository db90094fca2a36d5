// Takes the pictures of the playground in docs/pictures: node scripts/take-pictures.ts, or only those whose names follow.
// Everything in them is real: the whole of Overpaint runs, members ask, the bundled model paints, and Chromium takes the
// photographs.
import sharp from 'sharp';
import { launchBrowser, openPage } from '../test/support/browser.ts';
import { actor, isPainting, startOverpaint } from '../test/support/overpaint.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url).pathname;
const MOST_BYTES = 300_000;
const wanted = process.argv.slice(2);
/** Over the drink in the cup, in shares of the picture. */
const COFFEE = [
  [0.44, 0.36],
  [0.52, 0.31],
  [0.55, 0.36],
  [0.42, 0.38],
  [0.47, 0.42],
  [0.55, 0.4],
] as const;

const overpaint = await startOverpaint({ fullSize: true });
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
  if (wanted.length > 0 && !wanted.includes(name)) return;
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
const carol = actor(overpaint, 'carol', 'ja');
await carol.command('lobby', 'img2img', {
  image: { sample: 'palace' },
  style: 'watercolor',
  strength: 0.6,
  seed: 7,
});
await carol.painting('lobby');
const inJapanese = { colorScheme: 'light', locale: 'ja', member: 'carol' } as const;
await photograph('languages', /lobby/, inJapanese, async (page) => {
  await page.getByRole('textbox', { name: /^Message #/ }).fill('/re');
  await page.getByRole('option', { name: /relight/ }).waitFor();
});
await photograph('playground-traffic', /^\W*art$/, { colorScheme: 'dark' }, async (page) => {
  await page.getByRole('button', { name: /What happens/ }).click();
  await alice.click(first, { label: 'Compare' });
  await page.waitForTimeout(1500);
});
await photograph('drawn-mask', /general/, { colorScheme: 'dark' }, async (page) => {
  await page.getByRole('textbox', { name: /^Message #/ }).fill('/inpaint');
  await page.getByRole('option', { name: /inpaint/ }).click();
  await page
    .getByRole('group', { name: 'Sample pictures' })
    .getByRole('button', { name: /coffee/i })
    .click();
  await page.getByRole('button', { name: 'Draw a mask' }).click();
  const canvas = page.getByRole('application');
  const { x, y, width, height } = (await canvas.boundingBox())!;
  const [first, ...others] = COFFEE.map(([left, top]) => [x + left * width, y + top * height] as const);
  await page.mouse.move(...first!);
  await page.mouse.down();
  for (const place of others) await page.mouse.move(...place, { steps: 8 });
  await page.mouse.up();
});

await browser.close();
await overpaint.close();
