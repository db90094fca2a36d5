/**
 * The engine's process: it owns ONNX Runtime, whose calls block this event loop, and is killed when it hangs.
 */
import { toFailure } from '../errors.ts';
import { type LoadedModel, loadModel } from '../pipeline/index.ts';
import { paintOrder } from './paint-order.ts';
import type { FromEngine, PaintOrder, ToEngine } from './protocol.ts';

const [device = 'auto', budget = 'Infinity'] = process.argv.slice(2);

let model: { dir: string; loaded: LoadedModel } | undefined;
const running = new Map<string, AbortController>();

function send(message: FromEngine): void {
  process.send?.(message);
}

/** One model at a time is kept: the next order mostly wants the same. */
async function modelFor(dir: string): Promise<LoadedModel> {
  if (model?.dir === dir) return model.loaded;
  await model?.loaded.close();
  model = undefined;
  const loaded = await loadModel(dir, { device, memoryBudgetBytes: Number(budget) });
  model = { dir, loaded };
  return loaded;
}

async function paint(order: PaintOrder): Promise<void> {
  const { jobId } = order;
  const controller = new AbortController();
  running.set(jobId, controller);
  try {
    send({ type: 'stage', jobId, stage: 'load' });
    const started = performance.now();
    const loaded = await modelFor(order.modelDir);
    const loadMs = performance.now() - started;
    const painted = await paintOrder(loaded, order, {
      signal: controller.signal,
      onStage: (stage) => send({ type: 'stage', jobId, stage }),
      onStep: (step) => send({ type: 'step', jobId, step }),
    });
    painted.timings.load += loadMs;
    send({ type: 'painted', jobId, painted });
  } catch (error) {
    send({ type: 'failed', jobId, failure: toFailure(error) });
  } finally {
    running.delete(jobId);
  }
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'cancel') running.get(message.jobId)?.abort();
  else void paint(message.order);
});
// Ctrl-C reaches the whole process group; the parent decides what becomes of the work.
process.on('SIGINT', () => undefined);
// Without its parent there is nobody to paint for.
process.on('disconnect', () => process.exit(0));
send({ type: 'ready' });
