import { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import { createLogger } from '../logger.ts';
import { startWorker } from '../queue/worker.ts';
import { openAll, runUntilTold } from './closing.ts';
import { operatorSigner, signWith } from './content-signer.ts';
import { openEngine, openWorkerQueue, requireSharedQueue, type Setting } from './parts.ts';
import { withPort } from './port-flag.ts';
import { loadSecondOpinion } from './second-opinion.ts';
import { openHealthPage, pageWords } from './up.ts';

/** `overpaint worker`: takes jobs from the queue and paints them; any number of them, on any number of machines. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Paint what the bot puts into the queue; start as many as there are devices')
    .option('--port <number>', 'port of the health page, OVERPAINT_PORT otherwise; 0 takes a free one')
    .option('--device <name>', 'auto, cpu, cuda, cuda:1 or webgpu; OVERPAINT_DEVICE otherwise')
    .action(async (flags: { port?: string; device?: string }) => {
      const config = withPort(readConfig(), flags.port);
      const running = await startWorkerProcess({
        ...config,
        OVERPAINT_DEVICE: flags.device ?? config.OVERPAINT_DEVICE,
      });
      console.log(running.words);
      runUntilTold(running, createLogger(config.OVERPAINT_LOG));
    });
}

/** @throws OperatorError `no-shared-queue`, `no-models`, `queue-unreachable` */
export async function startWorkerProcess(
  config: Config,
): Promise<{ words: string; engine: Engine; close(): Promise<void> }> {
  requireSharedQueue(config, 'worker');
  return openAll(async (closing) => {
    const logger = createLogger(config.OVERPAINT_LOG);
    const setting: Setting = { config, logger, closing };
    const { registry, engine } = openEngine(setting);
    const { queue, images } = await openWorkerQueue(setting);
    const sign = signWith(operatorSigner(config));
    const secondOpinion = await loadSecondOpinion(config);
    const judged = secondOpinion ? { secondOpinion } : {};
    const worker = startWorker({ queue, images, engine, logger, sign, ...judged });
    closing.later(() => worker.close());
    await engine.ready();
    const health = await openHealthPage(setting, async () => ({
      queue: await queue.answers(),
      engine: engine.status().ready,
    }));
    const words = `\n  This worker paints with ${registry.default().name}.\n${pageWords(health, undefined)}`;
    return { words, engine, close: () => closing.now() };
  });
}
