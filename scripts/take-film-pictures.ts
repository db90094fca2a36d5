// Takes the film strips in docs/pictures: node scripts/take-film-pictures.ts. The whole of Overpaint runs, a member asks, and
// the strip is the one that the bot itself shows.
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { xmpMark } from '../src/recipe/metadata/ai-mark.ts';
import { actor, buttonsOf, download, startOverpaint } from '../test/support/overpaint.ts';

const FOLDER = new URL('../docs/pictures/', import.meta.url).pathname;
const WIDTH = 1200;

const overpaint = await startOverpaint();
const alice = actor(overpaint, 'alice');
const started = await alice.command('art', 'chain save');
const stages = 'oil 0.55\nupscale 2 painting\nrefine 0.25';
await alice.answer('art', await alice.fill(started, { name: 'My print', stages }));
await alice.command('art', 'chain run', {
  name: 'my-print',
  image: { sample: 'cat' },
  prompt: 'a tabby cat',
  seed: 11,
});
const done = await alice.see('art', (message) => buttonsOf(message).includes('Delete all'), 120_000);
const sheet = await download(done.attachments[0]!.url);
const file = await sharp(sheet)
  .resize(WIDTH)
  .webp({ quality: 82, effort: 6, smartSubsample: true })
  .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
  .toBuffer();
writeFileSync(`${FOLDER}chain.webp`, file);
console.log(
  `chain.webp: ${file.length} bytes\n${done.content}\n${done.attachments.map(({ description }) => description).join('\n')}`,
);
await overpaint.close();
