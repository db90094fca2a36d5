// Prints what enlarging and looking cost, and how often the classifier is wrong about harmless pictures.
// Run it on an idle machine: node bench/upscale.ts [folders of harmless pictures …]
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, startEngine } from '../src/engine/engine.ts';
import { encodePicture } from '../src/pipeline/index.ts';
import { PREVIEW_GAP_MS } from '../src/queue/carry-out.ts';
import { completeRecipe } from '../src/recipe/complete-recipe.ts';
import { BUILT_IN_STYLES } from '../src/recipe/styles.ts';
import { openNetworks } from '../src/registry/networks.ts';
import { openRegistry } from '../src/registry/registry.ts';
import { judgePicture } from '../src/safety/judge.ts';
import { DEFAULT_SAFETY } from '../src/safety/settings.ts';

const models = fileURLToPath(new URL('../models', import.meta.url));
const samples = fileURLToPath(new URL('../src/playground/web/samples', import.meta.url));
const registry = openRegistry([models]);
const networks = openNetworks([models]);

async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = startEngine({ resolveModel: (id) => registry.get(id), networks });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** A picture with detail everywhere. */
function picture(side: number): Promise<Uint8Array> {
  const data = Uint8Array.from(
    { length: side * side * 3 },
    (_, i) => (Math.sin(i / 97) * 0.4 + Math.sin(i / 11) * 0.1 + 0.5) * 255,
  );
  return encodePicture({ width: side, height: side, data }, { type: 'png' });
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1048576)} MB`;
const pictures = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(jpe?g|png|webp)$/i.test(name));

if (loadavg()[0]! > 1) console.log(`note: the machine is busy (load ${loadavg()[0]!.toFixed(2)})`);
console.log('enlarging, each in a fresh process:');
for (const [side, scale, kind] of [
  [64, 4, 'painting'],
  [512, 4, 'painting'],
  [1024, 4, 'painting'],
  [512, 2, 'painting'],
  [512, 2, 'photo'],
  [512, 4, 'photo'],
] as const) {
  const source = await picture(side);
  const done = await withEngine((engine) => engine.upscale({ jobId: 'bench', source, scale, kind }));
  const size = `${side}² → ${done.width}²`;
  console.log(
    `  ${size.padEnd(14)} ${kind.padEnd(8)} ${(done.milliseconds / 1000).toFixed(2)} s, ${done.tiles} tiles, peak ${megabytes(done.peakRssBytes)}`,
  );
}

const portrait = readFileSync(join(samples, 'portrait.jpg'));
await withEngine(async (engine) => {
  const { recipe } = completeRecipe(
    { source: '0'.repeat(64), style: 'watercolor', model: 'overpaint-small' },
    { styles: BUILT_IN_STYLES, model: registry.default().defaults, drawSeed: () => 1 },
  );
  const request = {
    jobId: 'bench',
    recipe,
    source: portrait,
    previewEvery: 1,
    previewGapMs: PREVIEW_GAP_MS,
    classify: true,
  };
  await engine.paint(request);
  const shares: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    const painted = await engine.paint({ ...request, recipe: { ...recipe, seed: round } });
    shares.push(painted.lookMs! / (performance.now() - started));
  }
  shares.sort((a, b) => a - b);
  console.log(
    `classifier's share of a painting (source, a preview every 1.5 s, result): ${(shares[2]! * 100).toFixed(1)} %`,
  );
});

await withEngine(async (engine) => {
  for (const dir of [samples, ...process.argv.slice(2)]) {
    const counts = { allow: 0, spoiler: 0, blur: 0, refuse: 0 };
    const wrong: string[] = [];
    for (const name of pictures(dir)) {
      const look = await engine.classify({ jobId: name, source: readFileSync(join(dir, name)) });
      const { action } = judgePicture({
        stage: 'result',
        ageRestricted: false,
        settings: DEFAULT_SAFETY,
        look,
      });
      counts[action] += 1;
      if (action !== 'allow') wrong.push(`${name} (${action})`);
    }
    const all = Object.values(counts).reduce((a, b) => a + b, 0);
    console.log(
      `false alarms: ${all - counts.allow} of ${all} in ${dir}${wrong.length > 0 ? `: ${wrong.join(', ')}` : ''}`,
    );
  }
});
