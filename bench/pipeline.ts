// Prints what the pipeline costs beside ONNX Runtime itself. Run it on an idle machine: npm run bench
import { readdirSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { img2img, loadModel, type RgbImage } from '../src/pipeline/index.ts';
import { runtimeClock } from '../src/pipeline/runtime/session.ts';
import { modelFidelity } from '../src/recipe/model-defaults.ts';
import type { Recipe } from '../src/recipe/recipe.ts';
import { readModelEntry } from '../src/registry/registry.ts';

const dir = process.argv[2] ?? 'models/overpaint-small';
const ROUNDS = 5;
const { defaults } = readModelEntry(dir);

function folderBytes(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce(
    (sum, entry) =>
      sum +
      (entry.isDirectory() ? folderBytes(join(path, entry.name)) : statSync(join(path, entry.name)).size),
    0,
  );
}

function picture(side: number, shift: number): RgbImage {
  const data = Uint8Array.from(
    { length: side * side * 3 },
    (_, i) => (Math.sin((i + shift) / 97) * 0.5 + 0.5) * 255,
  );
  return { width: side, height: side, data };
}

function recipe(strength: number, steps: number): Recipe {
  return {
    version: 1,
    task: 'img2img',
    model: dir,
    source: '0'.repeat(64),
    prompt: 'oil on canvas, impasto',
    promptSyntax: 'weighted',
    strength,
    steps,
    stepRule: 'schedule',
    guidanceScale: 2,
    guidanceRescale: 0,
    guidanceInterval: [0, 1],
    clipSkip: 0,
    scheduler: 'model',
    seed: 1,
    count: 1,
    size: { width: 512, height: 512 },
    loras: [],
    fidelity: modelFidelity(defaults, { strength }),
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
const coldStart = performance.now();
const model = await loadModel(dir);
await img2img(model, picture(512, 0), recipe(0.6, 10));
const cold = performance.now() - coldStart;

const walls: number[] = [];
const ratios: number[] = [];
const previews: number[] = [];
let shares = '';
for (let round = 1; round <= ROUNDS; round++) {
  const runtimeBefore = runtimeClock.runMs;
  const started = performance.now();
  let preview: number | undefined;
  const painted = await img2img(model, picture(512, round * 1000), recipe(1, 10), {
    onStep: async (step) => {
      if (preview !== undefined) return;
      await step.preview();
      preview = performance.now() - started;
    },
  });
  const wall = performance.now() - started;
  ratios.push(wall / (runtimeClock.runMs - runtimeBefore));
  previews.push(preview!);
  const total = Object.values(painted.timings).reduce((sum, ms) => sum + ms, 0);
  shares = Object.entries(painted.timings)
    .map(([stage, ms]) => `${stage} ${((100 * ms) / total).toFixed(1)} %`)
    .join(', ');
}
for (let round = 1; round <= ROUNDS; round++) {
  const started = performance.now();
  await img2img(model, picture(512, round * 77), recipe(0.6, 10));
  walls.push(performance.now() - started);
}
const weights = folderBytes(dir);
const rss = process.resourceUsage().maxRSS * 1024;
console.log(`model                              ${dir}, ${(weights / 1e6).toFixed(1)} MB`);
console.log(`cold start to first picture        ${seconds(cold)}`);
console.log(`512x512, strength 0.6, warm        ${seconds(median(walls))}`);
console.log(`first preview, 10 executed steps   ${seconds(median(previews))}`);
console.log(`wall / ONNX Runtime, 10 steps      ${median(ratios).toFixed(3)}`);
console.log(`stages                             ${shares}`);
console.log(
  `peak RSS                           ${(rss / 1e6).toFixed(0)} MB (weights x 1.3 + 300 MB = ${((weights * 1.3) / 1e6 + 300).toFixed(0)} MB)`,
);
await model.close();
