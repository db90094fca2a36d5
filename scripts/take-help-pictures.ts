// Takes the pictures of /help in src/commands/help: node scripts/take-help-pictures.ts, or only those whose names follow.
// Everything in them is the product's own work: the whole of Overpaint runs, a member asks, and the bundled model paints
// from the sample pictures.
import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { contactSheet, type SheetCell } from '../src/pipeline/index.ts';
import { xmpMark } from '../src/recipe/metadata/ai-mark.ts';
import { actor, download, startOverpaint } from '../test/support/overpaint.ts';

const FOLDER = new URL('../src/commands/help/', import.meta.url).pathname;
const MOST_BYTES = 60_000;
const SIDE = 300;
/** Rows of pictures, for topics that need more than one. */
const SMALLER = 220;
const wanted = process.argv.slice(2);

const overpaint = await startOverpaint({ fullSize: true });
const alice = actor(overpaint, 'alice');

/** A sample picture as it is. */
const sample = (file: string) =>
  readFileSync(new URL(`../src/playground/web/samples/${file}`, import.meta.url));

/** What a command makes of a picture. */
async function paint(command: string, options: object): Promise<Uint8Array> {
  const known = await alice.messages('art');
  await alice.command('art', command, options);
  const { attachments } = await alice.painting('art', known);
  return download(attachments[0]!.url);
}

const cell = (label: string, picture: Uint8Array): SheetCell => ({ label, picture });

/** Pictures beside each other, as small as /help needs them. */
async function keep(name: string, columns: number, cells: () => Promise<SheetCell[]>): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const made = await cells();
  const sheet = await contactSheet(made, { columns, side: made.length > columns ? SMALLER : SIDE });
  for (const quality of [86, 80, 74, 68, 60]) {
    const file = await sharp(sheet)
      .webp({ quality, effort: 6, smartSubsample: true })
      .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
      .toBuffer();
    if (file.length > MOST_BYTES) continue;
    writeFileSync(`${FOLDER}${name}.webp`, file);
    const { width, height } = await sharp(file).metadata();
    console.log(`${name}.webp: ${width}×${height}, ${file.length} bytes, quality ${quality}`);
    return;
  }
  throw new Error(`${name} is too large`);
}

/** Dark lines on white, all that is left of a picture for who sees only its edges. */
const linesOf = (picture: Uint8Array) =>
  sharp(picture)
    .resize(512, 512, { fit: 'inside' })
    .greyscale()
    .blur(1.2)
    .convolve({ width: 3, height: 3, kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1], scale: 1, offset: 0 })
    .linear(6, 0)
    .negate()
    .png()
    .toBuffer();

await keep('strength', 4, async () => {
  const cells = [cell('original', sample('cat.jpg'))];
  for (const strength of [0.2, 0.5, 0.8])
    cells.push(
      cell(
        strength.toFixed(2),
        await paint('img2img', { image: { sample: 'cat' }, style: 'oil', strength, seed: 7, steps: 20 }),
      ),
    );
  return cells;
});

await keep('guidance', 4, async () => {
  const cells = [cell('original', sample('portrait.jpg'))];
  for (const guidance of [1, 7, 30])
    cells.push(
      cell(
        `guidance ${guidance}`,
        await paint('img2img', {
          image: { sample: 'portrait' },
          style: 'watercolor',
          strength: 0.6,
          guidance,
          seed: 7,
          steps: 20,
        }),
      ),
    );
  return cells;
});

await keep('styles', 4, async () => {
  const cells = [cell('original', sample('palace.jpg'))];
  for (const { id, strength } of overpaint.services.styles().slice(0, 7))
    cells.push(
      cell(
        id,
        await paint('img2img', {
          image: { sample: 'palace' },
          style: id,
          strength: strength[2],
          seed: 7,
          steps: 20,
        }),
      ),
    );
  return cells;
});

await keep('sketches', 4, async () => {
  const dark = sample('sketch.png');
  const { width, height } = await sharp(dark).metadata();
  const veil = `<svg width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff" fill-opacity="0.86"/></svg>`;
  const faint = await sharp(dark)
    .composite([{ input: Buffer.from(veil) }])
    .png()
    .toBuffer();
  const paintIt = (drawing: Uint8Array) =>
    paint('sketch', {
      image: { filename: 'drawing.png', base64: Buffer.from(drawing).toString('base64') },
      style: 'watercolor',
      prompt: 'a house in the country',
      as_drawn: true,
      strength: 0.8,
      seed: 7,
      steps: 20,
    });
  return [
    cell('faint', faint),
    cell('0.80', await paintIt(faint)),
    cell('dark', dark),
    cell('0.80', await paintIt(dark)),
  ];
});

await keep('seeds', 4, async () => {
  const cells = [];
  for (const seed of [1, 2, 3, 4])
    cells.push(
      cell(
        `seed ${seed}`,
        await paint('img2img', {
          image: { sample: 'palace' },
          style: 'impressionist',
          strength: 1,
          seed,
          steps: 20,
        }),
      ),
    );
  return cells;
});

await keep('controlnet', 4, async () => {
  const lines = await linesOf(sample('portrait.jpg'));
  const options = { style: 'watercolor', seed: 7, steps: 20 };
  return [
    cell('original', sample('portrait.jpg')),
    cell(
      'img2img 0.60',
      await paint('img2img', { image: { sample: 'portrait' }, strength: 0.6, ...options }),
    ),
    cell('lines only', lines),
    cell(
      'from the lines',
      await paint('sketch', {
        image: { filename: 'lines.png', base64: lines.toString('base64') },
        prompt: 'portrait of a woman in an orange suit',
        strength: 0.85,
        ...options,
      }),
    ),
  ];
});

await overpaint.close();
