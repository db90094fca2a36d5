// Takes the sheets and film strips in docs/pictures: node scripts/take-sheet-pictures.ts, or only those whose names follow.
// The whole of Overpaint runs, a member asks, and what is kept is what the bot itself shows; `styles` and `fidelity` are put
// together here, from paintings that were asked for one by one.
import { readFileSync, writeFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { xmpMark } from '../src/recipe/metadata/ai-mark.ts';
import { actor, buttonsOf, download, startOverpaint } from '../test/support/overpaint.ts';
import type { MessageSeen } from '../test/support/playground-bot.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url).pathname;
const WIDTH = 1200;
const SIDE = 292;
const GAP = 4;
const wanted = process.argv.slice(2);

const overpaint = await startOverpaint({ fullSize: true });
const alice = actor(overpaint, 'alice');

async function keep(name: string, picture: Sharp): Promise<void> {
  const file = await picture
    .webp({ quality: 82, effort: 6, smartSubsample: true })
    .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
    .toBuffer();
  writeFileSync(`${FOLDER}${name}.webp`, file);
  console.log(`${name}.webp: ${file.length} bytes`);
}

/** Keeps the sheet of a series when all of it is painted. */
async function sheet(name: string, begin: () => Promise<unknown>): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const known = new Set((await alice.messages('art')).map(({ id }) => id));
  await begin();
  const isDone = (message: MessageSeen) =>
    !known.has(message.id) && buttonsOf(message).includes('Delete all');
  const done = await alice.see('art', isDone, 120_000);
  await keep(name, sharp(await download(done.attachments[0]!.url)).resize(WIDTH));
}

const cat = { image: { sample: 'cat' }, prompt: 'a tabby cat', seed: 11 };
await sheet('ladder', () => alice.command('art', 'ladder', { ...cat, style: 'oil' }));
await sheet('rounds', () =>
  alice.command('art', 'refine', { ...cat, style: 'oil', rounds: 4, strength: 0.3 }),
);
await sheet('chain', async () => {
  const started = await alice.command('art', 'chain save');
  const stages = 'oil 0.55\nupscale 2 painting\nrefine 0.25';
  await alice.answer('art', await alice.fill(started, { name: 'My print', stages }));
  await alice.command('art', 'chain run', { name: 'my-print', ...cat });
});

/** Sample pictures, one a row, each with paintings of it beside it. */
async function grid(name: string, samples: readonly string[], columns: readonly object[]): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const cells: { input: Buffer; left: number; top: number }[] = [];
  const put = async (picture: Uint8Array, column: number, line: number) => {
    const input = await sharp(picture).resize(SIDE, SIDE).png().toBuffer();
    cells.push({ input, left: GAP + column * (SIDE + GAP), top: GAP + line * (SIDE + GAP) });
  };
  for (const [line, sample] of samples.entries()) {
    const file = readFileSync(new URL(`../src/playground/web/samples/${sample}.jpg`, import.meta.url));
    await put(file, 0, line);
    for (const [column, options] of columns.entries()) {
      const known = await alice.messages('art');
      await alice.command('art', 'img2img', { image: { sample }, strength: 0.6, seed: 11, ...options });
      const { attachments } = await alice.painting('art', known);
      await put(await download(attachments[0]!.url), column + 1, line);
    }
  }
  const [width, height] = [columns.length + 1, samples.length].map((count) => count * (SIDE + GAP) + GAP) as [
    number,
    number,
  ];
  const ground = sharp({ create: { width, height, channels: 3, background: '#f4efe6' } });
  await keep(name, ground.composite(cells));
}
const styles = ['oil', 'pencil', 'cyberpunk', 'vintage'].map((style) => ({ style }));
await grid('styles', ['portrait', 'cat', 'coffee'], styles);
const shares = [0, 0.5, 1].map((fidelity) => ({ style: 'anime', fidelity }));
await grid('fidelity', ['portrait', 'workshop'], shares);
await overpaint.close();
