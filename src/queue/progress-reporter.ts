import type { EngineStep } from '../engine/engine.ts';
import type { Stage, TileProgress } from '../pipeline/index.ts';
import type { ImageStore } from './image-store.ts';
import type { JobProgress } from './job.ts';

export interface ProgressReporter {
  stage(stage: Stage): void;
  /** @param preview as it may be shown */
  step(step: EngineStep, preview?: Uint8Array): void;
  looking(): void;
  tile(progress: TileProgress): void;
  /** From now on steps belong to this pass of a restoration. */
  pass(pass: 'first' | 'final'): void;
  /** Resolves when the last report has arrived. */
  settled(): Promise<void>;
}

export interface ReporterOptions {
  report: (progress: JobProgress) => Promise<void>;
  images: ImageStore;
  /** What the whole job is expected to take. */
  costSeconds: number;
  /** Least time between two reports. */
  leastMs: number;
}

/** Reports the newest state only, and not too often; a report that is under way is not overtaken. */
export function createProgressReporter(options: ReporterOptions): ProgressReporter {
  const { costSeconds } = options;
  const sender = createSender(options);
  let since = Date.now();
  let passing: { pass?: 'first' | 'final' } = {};
  const left = (share: number) => ((Date.now() - since) / 1000) * (1 / share - 1);
  return {
    stage(stage) {
      const base = { picture: 0, pictures: 1, step: 0, of: 0, etaSeconds: costSeconds };
      if (stage !== 'denoise') sender.push({ kind: 'paint', ...base, ...passing, stage });
    },
    step({ picture, pictures, step, of }, preview) {
      const etaSeconds = left((picture + step / of) / pictures);
      sender.push(
        { kind: 'paint', stage: 'denoise', picture, pictures, step, of, etaSeconds, ...passing },
        preview,
      );
    },
    looking: () =>
      sender.push({ kind: 'network', doing: 'looking', tile: 0, of: 0, etaSeconds: costSeconds }),
    tile({ tile, of }) {
      if (tile === 1) since = Date.now();
      const etaSeconds = tile === 1 ? costSeconds : left(tile / of);
      sender.push({ kind: 'network', doing: 'enlarging', tile, of, etaSeconds });
    },
    pass(pass) {
      passing = { pass };
      since = Date.now();
    },
    settled: () => sender.settled(),
  };
}

/** Sends the newest of what is pushed; a preview goes with the next report even when a newer one has none. */
function createSender({ report, images, leastMs }: ReporterOptions) {
  let next: { progress: JobProgress; preview: Uint8Array | undefined } | undefined;
  let sending: Promise<void> | undefined;
  let last = 0;
  const send = async () => {
    while (next) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, last + leastMs - Date.now())));
      const { progress, preview } = next;
      next = undefined;
      last = Date.now();
      await report(
        preview && progress.kind === 'paint' ? { ...progress, preview: await images.put(preview) } : progress,
      );
    }
    sending = undefined;
  };
  return {
    push(progress: JobProgress, preview?: Uint8Array) {
      next = { progress, preview: preview ?? next?.preview };
      // A report that fails is followed by the next one; the work itself goes on.
      sending ??= send().catch(() => {
        sending = undefined;
      });
    },
    settled: () => sending ?? Promise.resolve(),
  };
}
