import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decodePicture } from '../src/pipeline/index.ts';
import { squareOf } from './quality/measures.ts';
import { openJudge } from './quality/networks.ts';

const [dir, log] = process.argv.slice(2);
const judge = await openJudge('/work/plan/judge2.onnx');
const photos = new Map();
writeFileSync(log!, '');
for (const f of readdirSync('/work/plan/photos21')) photos.set(f.replace(/\.[^.]+$/, ''), f);
for (const f of readdirSync(dir!).sort()) {
  const [, file, label] = /^([^.]+)\.(.*)\.png$/.exec(f)!;
  const raw = await decodePicture(readFileSync(`${dir}/${f}`));
  const im = squareOf(raw, raw.width);
  const photo = squareOf(
    await decodePicture(readFileSync(`/work/plan/photos21/${photos.get(file)}`)),
    im.width,
  );
  const style = label!.split(' ')[0]!;
  appendFileSync(
    log!,
    JSON.stringify({
      file,
      label,
      style,
      found: await judge.name(im, photo),
      chance: await judge.chance(im, photo, style),
      strength: 0,
      g: 0,
      s: 0,
    }) + '\n',
  );
}
await judge.close();
