/**
 * The engine's process: it owns ONNX Runtime, whose calls block this event loop, and is killed when it hangs.
 */
import { toFailure } from '../errors.ts';
import { type LoadedModel, loadModel, type TileProgress } from '../pipeline/index.ts';
import type { NetworkOrder } from './network-orders.ts';
import { openNetworksOn } from './open-networks.ts';
import { paintOrder } from './paint-order.ts';
import type { FromEngine, PaintOrder, ToEngine } from './protocol.ts';
import { runNetwork } from './run-network.ts';

const [device = 'auto', budget = 'Infinity'] = process.argv.slice(2);

let model: { dir: string; loaded: LoadedModel } | undefined;
const networks = openNetworksOn(device);
const running = new Map<string, AbortController>();

function send(message: FromEngine): void {
  // A parent that is gone hears nothing; `disconnect` ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
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

/** Runs an order under its id, so that it can be cancelled, and reports how it ended badly. */
async function attempt(jobId: string, work: (signal: AbortSignal) => Promise<FromEngine>): Promise<void> {
  const controller = new AbortController();
  running.set(jobId, controller);
  try {
    send(await work(controller.signal));
  } catch (error) {
    send({ type: 'failed', jobId, failure: toFailure(error) });
  } finally {
    running.delete(jobId);
  }
}

async function paint(order: PaintOrder, signal: AbortSignal): Promise<FromEngine> {
  const { jobId } = order;
  const { classifier } = order;
  send({ type: 'stage', jobId, stage: 'load' });
  const started = performance.now();
  const loaded = await modelFor(order.modelDir);
  const loadMs = performance.now() - started;
  const painted = await paintOrder(loaded, order, {
    signal,
    onStage: (stage) => send({ type: 'stage', jobId, stage }),
    onStep: (step) => send({ type: 'step', jobId, step }),
    onSourceLook: (look) => send({ type: 'source-look', jobId, look }),
    ...(classifier ? { classifier: () => networks.classifier(classifier) } : {}),
  });
  painted.timings.load += loadMs;
  return { type: 'painted', jobId, painted };
}

async function network(order: NetworkOrder, signal: AbortSignal): Promise<FromEngine> {
  const { jobId } = order;
  const onTile = (progress: TileProgress) => send({ type: 'tile', jobId, progress });
  return { type: 'finished', jobId, result: await runNetwork(networks, order, { signal, onTile }) };
}

process.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'cancel':
      running.get(message.jobId)?.abort();
      return;
    case 'paint':
      void attempt(message.order.jobId, (signal) => paint(message.order, signal));
      return;
    case 'network':
      void attempt(message.order.jobId, (signal) => network(message.order, signal));
  }
});
// Ctrl-C reaches the whole process group; the parent decides what becomes of the work.
process.on('SIGINT', () => undefined);
// Without its parent there is nobody to paint for.
process.on('disconnect', () => process.exit(0));
send({ type: 'ready' });
