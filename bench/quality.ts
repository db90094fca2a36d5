// Measures how well a model paints, through the product's own pipeline:
//   node bench/quality.ts MODEL_DIR PICTURES_DIR [JUDGE.onnx] [OUT_DIR]
// PICTURES_DIR holds photos that the model never saw; JUDGE.onnx is the style classifier of training/judge.py.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { decodePicture, encodePicture, img2img, loadModel, type RgbImage } from '../src/pipeline/index.ts';
import { completeRecipe, type RecipeRequest } from '../src/recipe/complete-recipe.ts';
import { modelFidelity, modelGuidance } from '../src/recipe/model-defaults.ts';
import { doesWell } from '../src/recipe/model-styles.ts';
import { BUILT_IN_STYLES } from '../src/recipe/styles.ts';
import { readModelEntry } from '../src/registry/registry.ts';
import {
  acutance,
  addNoise,
  blur,
  borderError,
  edgeCorrelation,
  psnr,
  rmse,
  squareOf,
} from './quality/measures.ts';
import { openJudge, roundTrip } from './quality/networks.ts';
import { createWordBench } from './quality/words.ts';

const [dir = 'models/overpaint-small', pictures, judgePath, out] = process.argv.slice(2);
if (pictures === undefined) throw new Error('Expected MODEL_DIR PICTURES_DIR [JUDGE.onnx] [OUT_DIR]');
const SIDE = 512;
const STRENGTHS = [0.1, 0.3, 0.5, 0.7, 0.9];
const entry = readModelEntry(dir);
const model = await loadModel(dir);
const judge = judgePath === undefined ? undefined : await openJudge(judgePath);
const offered = BUILT_IN_STYLES.filter((style) => doesWell(entry.defaults, style)).map(({ id }) => id);

async function paint(source: RgbImage, request: Omit<RecipeRequest, 'source'>): Promise<RgbImage> {
  const { recipe } = completeRecipe(
    { source: '0'.repeat(64), model: entry.id, seed: 1, size: { width: SIDE, height: SIDE }, ...request },
    { styles: BUILT_IN_STYLES, model: entry.defaults, drawSeed: () => 1 },
  );
  const guidanceScale = modelGuidance(entry.defaults, recipe.guidanceScale);
  const fidelity = modelFidelity(entry.defaults, recipe);
  const painted = await img2img(model, source, { ...recipe, guidanceScale, fidelity }, {});
  return painted.pictures[0]!;
}

async function keep(name: string, image: RgbImage): Promise<void> {
  if (out === undefined) return;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${name}.png`), await encodePicture(image, { type: 'png' }));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (flags: readonly boolean[]) => `${Math.round(100 * mean(flags.map(Number)))} %`;
const named = new Map<string, boolean[]>(offered.map((id) => [id, []]));
const mistaken = new Map<string, number>();
const falls: boolean[] = [];
const trips: number[] = [];
const borders: number[] = [];
const empties: number[] = [];
const pulls: boolean[] = [];
const gains: number[] = [];
const crisp: number[] = [];
const trueToPhoto: number[] = [];
const seconds: number[] = [];
const words = createWordBench((photo, prompt, strength) => paint(photo, { prompt, strength }));

for (const file of readdirSync(pictures)
  .filter((name) => /\.(png|jpe?g|webp)$/i.test(name))
  .sort()) {
  const { name } = parse(file);
  const photo = squareOf(await decodePicture(readFileSync(join(pictures, file))), SIDE);
  const trip = await roundTrip(model, photo);
  trips.push(psnr(photo, trip));
  borders.push(borderError(photo, trip));
  empties.push(rmse(photo, await paint(photo, { prompt: '', strength: 0.5 })) / rmse(photo, trip));

  const jpeg = await encodePicture(addNoise(blur(photo, 1.5), 8), { type: 'jpeg', quality: 35 });
  const worn = squareOf(await decodePicture(jpeg), SIDE);
  const better = await paint(worn, { prompt: '', style: 'enhance' });
  gains.push(psnr(photo, better) - psnr(photo, worn));
  crisp.push(acutance(better) / acutance(worn));
  trueToPhoto.push(acutance(better) / acutance(photo));
  await keep(`${name}.worn`, worn);
  await keep(`${name}.enhanced`, better);

  for (const style of offered) {
    const started = performance.now();
    const painted = await paint(photo, { prompt: '', style });
    seconds.push((performance.now() - started) / 1000);
    await keep(`${name}.${style}`, painted);
    if (!judge?.labels.includes(style)) continue;
    const found = await judge.name(painted, photo);
    named.get(style)!.push(found === style);
    if (found !== style)
      mistaken.set(`${style} for ${found}`, (mistaken.get(`${style} for ${found}`) ?? 0) + 1);
  }
  // The style's words as the negative prompt, where the style has half arrived: it goes away again.
  for (const style of ['oil', 'pencil', 'cyberpunk', 'vintage']) {
    if (judge === undefined) break;
    const { prompt } = BUILT_IN_STYLES.find(({ id }) => id === style)!;
    const half = await paint(photo, { prompt: '', style, strength: 0.4 });
    const left = await paint(half, { prompt: '', strength: 0.5 });
    const away = await paint(half, { prompt: '', negativePrompt: prompt, strength: 0.5 });
    pulls.push((await judge.chance(away, photo, style)) < (await judge.chance(left, photo, style)));
  }
  for (const style of ['oil', 'vintage']) {
    const held: number[] = [];
    for (const strength of STRENGTHS)
      held.push(edgeCorrelation(photo, await paint(photo, { prompt: '', style, strength })));
    falls.push(held.every((value, i) => i === 0 || value <= held[i - 1]! + 0.005));
  }
  await words.measure(photo);
  console.error(`${file} done`);
}

const judged = [...named].filter(([, flags]) => flags.length > 0);
console.log(`model                                  ${dir}`);
for (const [style, flags] of judged) console.log(`named first, ${style.padEnd(25)} ${percent(flags)}`);
if (judged.length > 0) {
  console.log(`named first, all styles                ${percent(judged.flatMap(([, flags]) => flags))}`);
  const worst = [...mistaken].sort((a, b) => b[1] - a[1]).slice(0, 8);
  console.log(
    `taken most often                       ${worst.map(([pair, count]) => `${pair} ${count}`).join(', ')}`,
  );
}
console.log(`structure falls with strength          ${percent(falls)} of ${falls.length} pairs`);
if (pulls.length > 0)
  console.log(`negative prompt pulls away from a style ${percent(pulls)} of ${pulls.length} pairs`);
for (const line of words.lines()) console.log(line);
console.log(`VAE round trip                         ${mean(trips).toFixed(2)} dB`);
console.log(`error in the outer 2 px / inside       ${mean(borders).toFixed(2)}`);
console.log(`empty prompt at 0.5 / round trip       ${mean(empties).toFixed(2)}`);
console.log(
  `enhance: PSNR gain, acutance to the damaged and the undamaged photo's  ${mean(gains).toFixed(2)} dB, ${mean(crisp).toFixed(2)}, ${mean(trueToPhoto).toFixed(2)}`,
);
console.log(`seconds a picture at ${SIDE} x ${SIDE}         ${mean(seconds).toFixed(2)}`);
await judge?.close();
await model.close();
