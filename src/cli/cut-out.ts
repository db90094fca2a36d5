import { Command } from 'commander';
import { oneOf, resultPath, wholeNumber, withPicture, writeResult } from './one-picture.ts';

interface CutOutFlags {
  subject: string;
  feather: string;
  invert?: boolean;
  mask?: boolean;
  output?: string;
  json?: boolean;
  device?: string;
}

export const SUBJECTS = ['any', 'people'] as const;
export const MAX_FEATHER = 200;

/** `overpaint cut-out`: a picture's subject on a transparent ground, or its mask. */
export function cutOutCommand(): Command {
  return new Command('cut-out')
    .description('Cut the subject out of a picture, as a PNG with a transparent ground')
    .argument('<picture>', 'picture file')
    .option('--subject <any|people>', 'what to look for; people is quicker and knows nothing else', 'any')
    .option('--feather <pixels>', 'soften the edge over so many pixels', '0')
    .option('--invert', 'keep the surroundings and drop the subject')
    .option('--mask', 'write the mask (white where the subject is) instead of the cut-out')
    .option('-o, --output <file|dir>', 'where the result goes; NAME.cut-out.png beside the source otherwise')
    .option('--json', 'print one JSON object about the work')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1 or webgpu')
    .action(async (input: string, flags: CutOutFlags) => {
      const subject = oneOf('--subject', flags.subject, SUBJECTS);
      const feather = wholeNumber('--feather', flags.feather, 0, MAX_FEATHER);
      const path = resultPath(input, flags.output, flags.mask ? 'mask' : 'cut-out');
      const found = await withPicture(input, flags.device, async ({ engine, source, signal, sign }) => {
        const request = { jobId: input, source, subject, feather, invert: flags.invert ?? false };
        const work = flags.mask
          ? engine.subjectMask(request, { signal })
          : engine.cutOut(request, { signal });
        const done = await work;
        writeResult(path, await sign(done.png));
        return done;
      });
      if (!flags.json) {
        console.log(path);
        return;
      }
      const { png: _png, ...facts } = found;
      console.log(JSON.stringify({ input, outputs: [path], subject, ...facts }));
    });
}
