import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { Sign } from '../credentials/signing.ts';
import { type Engine, type EnginePainted, startEngine } from '../engine/engine.ts';
import { Cancelled, exitCode, toReport, UserError } from '../errors.ts';
import { type Phrase, untranslated } from '../language/phrase.ts';
import { inEnglish } from '../language/say.ts';
import type { Size } from '../pipeline/index.ts';
import { altTextOf } from '../recipe/alt-text.ts';
import { completeRecipe } from '../recipe/complete-recipe.ts';
import { parameterList } from '../recipe/parameters.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { loadStyles } from '../recipe/styles.ts';
import type { ModelEntry } from '../registry/registry.ts';
import { operatorSigner, signWith } from './content-signer.ts';
import { openConfiguredNetworks, openConfiguredRegistry, rememberedModels } from './model-folders.ts';
import { writeResult } from './one-picture.ts';
import {
  addExtraFlags,
  createSafetyCheck,
  type ExtraFlags,
  maskOfSubject,
  upscaleAll,
  upscaleWish,
} from './paint-extras.ts';
import { drawSeed, type PaintFlags, toRequest } from './paint-options.ts';
import { addSeriesFlags, paintSeries, type SeriesFlags, type SeriesWork } from './paint-series.ts';
import { createProgress } from './progress.ts';
import { upscaleWithBar } from './upscale.ts';

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff']);

/** `overpaint paint`: one recipe over one or more pictures, without Discord or queue. */
export function paintCommand(): Command {
  const command = new Command('paint')
    .description('Repaint pictures from the command line')
    .argument('<pictures...>', 'picture files, or folders of them');
  for (const [, { flag, about }] of parameterList()) command.option(flag, about);
  addExtraFlags(command);
  addSeriesFlags(command);
  return command
    .option(
      '--recipe <file>',
      'take settings from a recipe.json or from a PNG of Overpaint, A1111 or ComfyUI',
    )
    .option('-o, --output <file|dir>', 'where the result goes')
    .option('--json', 'print one JSON object about the work')
    .option('--trace <file>', 'write the tensors of the run as safetensors')
    .option('--preview <dir>', 'write a preview picture of each step')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1 or webgpu')
    .action(paint);
}

type AllFlags = PaintFlags & ExtraFlags & SeriesFlags;

interface Result {
  input: string;
  outputs: string[];
  recipe?: Recipe;
  notes?: Phrase[];
  painted?: EnginePainted;
  error?: unknown;
}

async function paint(inputs: string[], flags: AllFlags): Promise<void> {
  const config = readConfig();
  const modelFor = rememberedModels(openConfiguredRegistry(config));
  const model = modelFor(flags.model);
  const files = inputs.flatMap(expandInput);
  const sign = signWith(operatorSigner(config));
  const engine = startEngine({
    resolveModel: modelFor,
    networks: openConfiguredNetworks(config),
    device: flags.device ?? config.OVERPAINT_DEVICE,
  });
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const results: Result[] = [];
  const many = files.length > 1;
  const around = { many, signal: abort.signal, data: config.OVERPAINT_DATA, sign };
  const alone = { ...around, many: false };
  const take = (part: Result): Result & { size: Size | undefined } => {
    results.push(part);
    return { ...part, size: part.painted?.pictures[0] };
  };
  const work: SeriesWork = {
    paint: async (from, own) =>
      take(await paintOne(engine, modelFor(own.model ?? flags.model), from, { ...flags, ...own }, alone)),
    async enlarge(from, { scale, as }, output) {
      const wanted = { jobId: from, scale, kind: as, signal: abort.signal };
      const { upscaled } = await upscaleWithBar(engine, readFileSync(from), wanted);
      writeResult(output, await sign(upscaled.png));
      return { ...take({ input: from, outputs: [output] }), size: upscaled };
    },
  };
  const chains = join(config.OVERPAINT_DATA, 'chains');
  const paintInput = async (input: string) => {
    if (await paintSeries(input, flags, { many, chains }, work)) return;
    results.push(await paintOne(engine, model, input, flags, around));
  };
  try {
    for (const input of files) {
      if (abort.signal.aborted) throw new Cancelled();
      try {
        await paintInput(input);
      } catch (error) {
        if (!many) throw error;
        console.error(`${input}: ${error instanceof Error ? error.message : String(error)}`);
        results.push({ input, outputs: [], error });
      }
    }
  } finally {
    await engine.close();
  }
  finish(results, files.length, flags);
}

/** A folder stands for its pictures, in the order of their names. */
function expandInput(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats)
    throw new UserError(
      'no-such-file',
      untranslated(`Expected a picture file or folder, but ${path} is not there`),
    );
  if (!stats.isDirectory()) return [path];
  const pictures = readdirSync(path)
    .filter((name) => PICTURES.has(extname(name).toLowerCase()) && !name.includes('.overpaint'))
    .sort()
    .map((name) => join(path, name));
  if (pictures.length === 0)
    throw new UserError(
      'no-such-file',
      untranslated(`Expected pictures in the folder ${path}, but found none`),
    );
  return pictures;
}

interface Circumstances {
  many: boolean;
  signal: AbortSignal;
  data: string;
  sign: Sign;
}

async function paintOne(
  engine: Engine,
  model: ModelEntry,
  input: string,
  flags: AllFlags,
  around: Circumstances,
): Promise<Result> {
  const progress = createProgress(around.many ? parse(input).base : undefined);
  try {
    const task = { engine, jobId: input, signal: around.signal };
    const safety = createSafetyCheck(flags);
    const wish = upscaleWish(flags);
    const source = readFileSync(input);
    const mask = await maskFor(task, flags, source);
    const request = toRequest({ ...flags, model: model.id }, source, mask);
    const { recipe, hints } = completeRecipe(request, {
      styles: loadStyles(join(around.data, 'styles')),
      model: model.defaults,
      drawSeed,
    });
    const notes = hints.map(({ said }) => said);
    for (const note of notes) console.error(inEnglish(note));
    safety.words(recipe);
    if (safety.classify) safety.source(await engine.classify({ jobId: input, source }));
    const painted = await engine.paint(
      {
        jobId: input,
        recipe,
        source,
        previewEvery: flags.preview === undefined ? 0 : 1,
        classify: safety.classify,
        ...(mask ? { mask } : {}),
        ...(flags.trace === undefined ? {} : { tracePath: flags.trace }),
      },
      {
        signal: around.signal,
        onStage: (stage) => progress.stage(stage),
        onStep: (step) => {
          progress.step(step);
          if (step.preview && flags.preview !== undefined)
            writePreview(flags.preview, step.picture, step.step, step.preview);
        },
      },
    );
    progress.stop();
    const remarks = painted.pictures.flatMap(({ scores }) => safety.result(scores ?? 'absent'));
    const warnings = [...painted.warnings, ...remarks];
    for (const warning of warnings) console.error(inEnglish(warning));
    const finished = await upscaleAll(task, wish, recipe, { ...painted, warnings });
    const outputs = outputPaths(input, flags.output, finished.pictures.length, around.many);
    for (const [i, { png }] of finished.pictures.entries()) writeResult(outputs[i]!, await around.sign(png));
    return { input, outputs, recipe, notes, painted: finished };
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** The mask of `--mask`, or the one that is found for `--background` and `--subject`. */
async function maskFor(
  task: Parameters<typeof maskOfSubject>[0],
  flags: AllFlags,
  source: Uint8Array,
): Promise<Uint8Array | undefined> {
  const found = await maskOfSubject(task, flags, source);
  if (found) return found;
  return flags.mask === undefined || flags.mask === 'alpha' ? undefined : readFileSync(flags.mask);
}

function writePreview(dir: string, picture: number, step: number, bytes: Uint8Array): void {
  mkdirSync(dir, { recursive: true });
  const name = picture === 0 ? '' : `${picture + 1}-`;
  writeFileSync(join(dir, `preview-${name}${String(step).padStart(3, '0')}.webp`), bytes);
}

/** `NAME.overpaint.png` beside the source unless told otherwise; several pictures are numbered from 1. */
function outputPaths(input: string, output: string | undefined, count: number, many: boolean): string[] {
  const { dir, name } = parse(input);
  const isFolder =
    output !== undefined &&
    (many ||
      output.endsWith('/') ||
      statSync(output, { throwIfNoEntry: false })?.isDirectory() === true ||
      extname(output) === '');
  const base =
    output === undefined
      ? join(dir, `${name}.overpaint.png`)
      : isFolder
        ? join(output, `${name}.png`)
        : output;
  if (count === 1) return [base];
  const parts = parse(base);
  return Array.from({ length: count }, (_, i) => join(parts.dir, `${parts.name}-${i + 1}${parts.ext}`));
}

/** @param pictures how many were named, of which a series makes several results each */
function finish(results: readonly Result[], pictures: number, flags: PaintFlags): void {
  const failed = results.filter((result) => result.error !== undefined);
  if (flags.json) {
    const described = results.map(describe);
    console.log(JSON.stringify(described.length === 1 ? described[0] : { results: described }));
  } else {
    for (const { outputs } of results) for (const path of outputs) console.log(path);
  }
  if (failed.length > 0) {
    console.error(`${failed.length} of ${pictures} pictures failed`);
    process.exitCode = Math.max(...failed.map(({ error }) => exitCode(error)));
  }
}

function describe({ input, outputs, recipe, notes, painted, error }: Result): object {
  if (!painted) return error === undefined ? { input, outputs } : { input, error: toReport(error) };
  const { executedSteps, timings, warnings, provider, peakRssBytes, pictures } = painted;
  return {
    input,
    outputs,
    recipe,
    ...(recipe ? { altText: altTextOf(recipe) } : {}),
    seeds: pictures.map(({ seed }) => seed),
    size: { width: pictures[0]?.width, height: pictures[0]?.height },
    executedSteps,
    timingsMs: timings,
    peakRssBytes,
    provider,
    warnings: [...(notes ?? []), ...warnings].map(inEnglish),
  };
}
