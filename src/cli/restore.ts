import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import { restore } from '../engine/restore.ts';
import { kindOfPicture } from '../engine/upscale-kind.ts';
import { completeRecipe } from '../recipe/complete-recipe.ts';
import { loadStyles } from '../recipe/styles.ts';
import { openConfiguredRegistry, resolveModel } from './model-folders.ts';
import { oneOf, resultPath, withPicture, writeResult } from './one-picture.ts';
import { drawSeed, toRequest } from './paint-options.ts';
import { KINDS, toScale } from './upscale.ts';

interface RestoreFlags {
  model?: string;
  style: string;
  prompt?: string;
  strength: string;
  finalStrength: string;
  seed?: string;
  scale: string;
  kind: string;
  output?: string;
  json?: boolean;
  device?: string;
}

/** `overpaint restore`: a low pass, enlarging, and a final low pass in one go. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('Restore a picture: a pass at low strength, enlarging, and a final pass at low strength')
    .argument('<picture>', 'picture file')
    .option('--model <dir|id>', 'the model that paints')
    .option('--style <name>', 'the look to restore towards', 'enhance')
    .option('--prompt <text>', 'what the picture shows')
    .option('--strength <number>', 'of the first pass, 0.2 to 0.4', '0.25')
    .option('--final-strength <number>', 'of the final pass, 0.2 to 0.3', '0.2')
    .option('--seed <number|random>', 'the same seed gives the same picture')
    .option('--scale <2|4>', 'how many times longer its sides become', '2')
    .option(
      '--kind <auto|photo|painting>',
      'by which network it is enlarged; auto looks at the source',
      'auto',
    )
    .option('-o, --output <file|dir>', 'where the result goes; NAME.restored.png beside the source otherwise')
    .option('--json', 'print one JSON object about the work')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1 or webgpu')
    .action(run);
}

async function run(input: string, flags: RestoreFlags): Promise<void> {
  const config = readConfig();
  const model = resolveModel(openConfiguredRegistry(config), flags.model);
  const scale = toScale('--scale', flags.scale);
  const asked = oneOf('--kind', flags.kind, KINDS);
  const path = resultPath(input, flags.output, 'restored');
  const complete = (source: Uint8Array, strength: string) => {
    const { style, prompt, seed } = flags;
    const given = { style, strength, model: model.id, ...(prompt === undefined ? {} : { prompt }) };
    const request = toRequest({ ...given, ...(seed === undefined ? {} : { seed }) }, source, undefined);
    const styles = loadStyles(join(config.OVERPAINT_DATA, 'styles'));
    return completeRecipe(request, { styles, model: model.defaults, drawSeed }).recipe;
  };
  const { painted, recipe } = await withPicture(input, flags.device, async (bench) => {
    const { engine, source, signal, sign } = bench;
    const recipe = complete(source, flags.strength);
    const finalStrength = complete(source, flags.finalStrength).strength;
    const kind = asked === 'auto' ? await kindOfPicture(source) : asked;
    const request = { jobId: input, source, recipe, scale, kind, finalStrength };
    const done = await restore(engine, request, { signal, onStage: (stage) => console.error(stage) });
    writeResult(path, await sign(done.painted.pictures[0]!.png));
    return done;
  });
  if (!flags.json) {
    console.log(path);
    return;
  }
  const { width, height } = painted.pictures[0]!;
  console.log(JSON.stringify({ input, outputs: [path], scale, size: { width, height }, recipe }));
}
