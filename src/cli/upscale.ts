import { Command } from 'commander';
import type { Engine, EngineUpscaled } from '../engine/engine.ts';
import { kindOfPicture, type UpscaleKind } from '../engine/upscale-kind.ts';
import { oneOf, resultPath, withPicture, writeResult } from './one-picture.ts';
import { createTileProgress } from './progress.ts';

interface UpscaleFlags {
  scale: string;
  kind: string;
  network?: string;
  output?: string;
  json?: boolean;
  device?: string;
}

export const KINDS = ['auto', 'photo', 'painting'] as const;

/** The scale that a flag names. @throws UserError `bad-value` */
export const toScale = (flag: string, text: string): 2 | 4 => (oneOf(flag, text, ['2', '4']) === '2' ? 2 : 4);

/** `overpaint upscale`: a picture with two or four times its sides. */
export function upscaleCommand(): Command {
  return new Command('upscale')
    .description('Enlarge a picture two or four times')
    .argument('<picture>', 'picture file')
    .option('--scale <2|4>', 'how many times longer its sides become', '4')
    .option('--kind <auto|photo|painting>', 'what is in it; auto asks its recipe, or looks at it', 'auto')
    .option('--network <id>', 'a network of the models folder instead of the one for the kind')
    .option('-o, --output <file|dir>', 'where the result goes; NAME.upscaled.png beside the source otherwise')
    .option('--json', 'print one JSON object about the work')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1 or webgpu')
    .action(async (input: string, flags: UpscaleFlags) => {
      const scale = toScale('--scale', flags.scale);
      const kind = oneOf('--kind', flags.kind, KINDS);
      const path = resultPath(input, flags.output, 'upscaled');
      const { upscaled, chosen } = await withPicture(input, flags.device, async (bench) => {
        const { engine, source, signal, sign } = bench;
        const wanted = { jobId: input, scale, kind, signal, network: flags.network };
        const done = await upscaleWithBar(engine, source, wanted);
        writeResult(path, await sign(done.upscaled.png));
        return done;
      });
      if (!flags.json) {
        console.log(path);
        return;
      }
      const { png: _png, ...facts } = upscaled;
      console.log(JSON.stringify({ input, outputs: [path], scale, kind: chosen, ...facts }));
    });
}

interface Wanted {
  jobId: string;
  scale: 2 | 4;
  kind: UpscaleKind;
  signal: AbortSignal;
  network?: string | undefined;
}

/** Enlarges with a bar on the terminal. */
export async function upscaleWithBar(
  engine: Engine,
  source: Uint8Array,
  { jobId, scale, kind, signal, network }: Wanted,
): Promise<{ upscaled: EngineUpscaled; chosen: 'photo' | 'painting' }> {
  const progress = createTileProgress('enlarging');
  try {
    const chosen = kind === 'auto' ? await kindOfPicture(source) : kind;
    const request = { jobId, source, scale, kind: chosen, ...(network === undefined ? {} : { network }) };
    const upscaled = await engine.upscale(request, { signal, onTile: progress.tile });
    return { upscaled, chosen };
  } finally {
    progress.stop();
  }
}
