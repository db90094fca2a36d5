import { Presets, SingleBar } from 'cli-progress';
import type { EngineStep } from '../engine/engine.ts';

/** Progress of one painting on standard error: a bar on a terminal, a line a stage elsewhere. */
export interface Progress {
  stage(name: string): void;
  step(step: EngineStep): void;
  stop(): void;
}

const WORDS: Record<string, string> = {
  load: 'loading the model',
  text: 'reading the prompt',
  encode: 'looking at the picture',
  denoise: 'painting',
  decode: 'developing',
};

export function createProgress(name: string | undefined): Progress {
  const prefix = name === undefined ? '' : `${name}: `;
  if (!process.stderr.isTTY) {
    let last = '';
    return {
      stage(stage) {
        const words = WORDS[stage] ?? stage;
        if (words !== last) console.error(`${prefix}${words}`);
        last = words;
      },
      step: () => undefined,
      stop: () => undefined,
    };
  }
  const bar = new SingleBar(
    {
      format: `${prefix}{words} {bar} {value}/{total} · {eta} s left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0, { words: WORDS.load });
  return {
    stage: (stage) => bar.update({ words: WORDS[stage] ?? stage }),
    step: ({ picture, pictures, step, of }) => {
      bar.setTotal(of * pictures);
      bar.update(picture * of + step);
    },
    stop: () => bar.stop(),
  };
}

/** Progress by tile: a bar on a terminal, one line elsewhere. */
export function createTileProgress(words: string): {
  tile: (progress: { tile: number; of: number }) => void;
  stop(): void;
} {
  if (!process.stderr.isTTY) {
    console.error(words);
    return { tile: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar(
    {
      format: `${words} {bar} {value}/{total} · {eta} s left`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0);
  return {
    tile({ tile, of }) {
      bar.setTotal(of);
      bar.update(tile);
    },
    stop: () => bar.stop(),
  };
}
