import { fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Engine, type PaintHooks, startEngine } from '../../src/engine/engine.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { readModelEntry } from '../../src/registry/registry.ts';
import { testPng } from '../support/photo.ts';
import { testRecipe } from '../support/recipes.ts';

const modelDir = fileURLToPath(new URL('../golden/real/sd1/model', import.meta.url));
const model = readModelEntry(modelDir, 'tiny');
const engines: Engine[] = [];

function start(options: Partial<Parameters<typeof startEngine>[0]> = {}): Engine {
  const engine = startEngine({ resolveModel: () => model, device: 'cpu', ...options });
  engines.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

const source = await testPng();
/** PNDM, as the model's folder has it: eight steps are nine calls. */
const recipe = testRecipe({ strength: 1, steps: 8 });
let jobs = 0;
const order = () => ({ jobId: `job-${++jobs}`, recipe, source });
const killEngine = (engine: Engine) => process.kill(engine.status().pid!, 'SIGKILL');

describe('the engine', () => {
  it('paints in its own process and hands back a PNG that knows its recipe', async () => {
    const engine = start();
    const steps: number[] = [];
    const painted = await engine.paint(
      { ...order(), previewEvery: 2 },
      { onStep: ({ step, preview }) => steps.push(preview ? step : 0) },
    );
    expect(painted.pictures).toHaveLength(1);
    expect(painted.pictures[0]).toMatchObject({ width: 96, height: 64, seed: 42 });
    expect(readProvenance(painted.pictures[0]!.png)?.recipe).toEqual(recipe);
    expect(steps.filter((step) => step > 0)).toEqual([2, 4, 6, 8]);
    expect(painted.provider).toBe('cpu');
  });

  it('gives the same picture for the same seed, and another for another', async () => {
    const engine = start();
    const [first, again, other] = await Promise.all([
      engine.paint(order()),
      engine.paint(order()),
      engine.paint({ ...order(), recipe: { ...recipe, seed: 43 } }),
    ]);
    expect(Buffer.from(again.pictures[0]!.png).equals(first.pictures[0]!.png)).toBe(true);
    expect(Buffer.from(other.pictures[0]!.png).equals(first.pictures[0]!.png)).toBe(false);
  });

  const stages = ['load', 'text', 'encode', 'denoise', 'decode'] as const;
  it.each(stages)('starts again when it is killed while %s, and finishes the picture', async (stage) => {
    const engine = start();
    let killed = false;
    const hooks: PaintHooks = {
      onStage(reached) {
        if (reached !== stage || killed) return;
        killed = true;
        killEngine(engine);
      },
    };
    const painted = await engine.paint(order(), hooks);
    expect(killed).toBe(true);
    expect(painted.pictures).toHaveLength(1);
  });

  it('gives up kindly when it is killed twice over one picture, and paints the next', async () => {
    const engine = start();
    const doomed = engine.paint(order(), { onStage: () => killEngine(engine) });
    await expect(doomed).rejects.toMatchObject({ code: 'engine-crashed', retryable: true });
    await expect(engine.paint(order())).resolves.toMatchObject({ executedSteps: 9 });
  });

  it('is killed and started again when it hangs', async () => {
    const engine = start({ silenceMs: 1500 });
    await engine.paint(order());
    let stopped = 0;
    const painted = await engine.paint(order(), {
      onStep() {
        if (stopped++ === 0) process.kill(engine.status().pid!, 'SIGSTOP');
      },
    });
    expect(stopped).toBeGreaterThan(1);
    expect(painted.pictures).toHaveLength(1);
  });

  it('stops between steps when it is cancelled, and drops orders that wait', async () => {
    const engine = start();
    const running = new AbortController();
    const waiting = new AbortController();
    const steps: number[] = [];
    const first = engine.paint(order(), {
      signal: running.signal,
      onStep({ step }) {
        steps.push(step);
        if (step === 2) running.abort();
      },
    });
    const second = engine.paint(order(), { signal: waiting.signal });
    waiting.abort();
    await expect(second).rejects.toMatchObject({ name: 'Cancelled' });
    await expect(first).rejects.toMatchObject({ name: 'Cancelled' });
    expect(Math.max(...steps)).toBeLessThan(8);
    await expect(engine.paint(order())).resolves.toBeDefined();
  });

  it('passes on what is wrong with the picture or the recipe', async () => {
    const engine = start();
    await expect(engine.paint({ ...order(), source: Buffer.from('no picture') })).rejects.toMatchObject({
      name: 'UserError',
      code: 'not-a-picture',
    });
    await expect(
      engine.paint({ ...order(), recipe: { ...recipe, scheduler: 'Nonsense' } }),
    ).rejects.toMatchObject({
      code: 'unknown-scheduler',
    });
  });

  it("leaves the parent's event loop alone while it paints", async () => {
    const engine = start();
    await engine.paint(order());
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await engine.paint({ ...order(), recipe: { ...recipe, steps: 40 } });
    delay.disable();
    expect(delay.percentile(50) / 1e6).toBeLessThan(30);
  });

  it('ends with its parent', async () => {
    const parent = fork(fileURLToPath(new URL('../support/engine-parent.ts', import.meta.url)), [modelDir], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.once('message', (message) => resolve(Number(message))),
    );
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
