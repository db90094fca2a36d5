import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Cancelled, fromFailure, InvariantError, OperatorError } from '../errors.ts';
import type { Stage } from '../pipeline/index.ts';
import { modelGuidance } from '../recipe/model-defaults.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { ModelEntry } from '../registry/registry.ts';
import type { EnginePainted, EngineStep, FromEngine, PaintOrder, ToEngine } from './protocol.ts';

export type { EnginePainted, EnginePicture, EngineStep } from './protocol.ts';

export interface PaintRequest {
  jobId: string;
  recipe: Recipe;
  /** Bytes of the source picture's file. */
  source: Uint8Array;
  /** Bytes of the mask's file. */
  mask?: Uint8Array;
  /** Id of the painting that this one is made from. */
  parent?: string;
  /** Steps from one preview to the next; 0 (the default) for none. */
  previewEvery?: number;
  /** File for the run's tensors. */
  tracePath?: string;
}

export interface PaintHooks {
  onStep?(step: EngineStep): void;
  onStage?(stage: Stage): void;
  signal?: AbortSignal;
}

export interface EngineStatus {
  pid: number | undefined;
  /** Job id of the order that is being painted. */
  painting: string | undefined;
  waiting: number;
  ready: boolean;
}

/** Paints in a process of its own, one order after the other. */
export interface Engine {
  /**
   * @throws UserError and OperatorError from the pipeline; Cancelled when `signal` fires; OperatorError
   *   `engine-crashed` or `engine-hung` (retryable) when the process died twice over one order
   */
  paint(request: PaintRequest, hooks?: PaintHooks): Promise<EnginePainted>;
  status(): EngineStatus;
  /** Resolves when the process is up. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** The entry for a recipe's model. */
  resolveModel(id: string): ModelEntry;
  device?: string;
  memoryBudgetBytes?: number;
  /** Silence after which a painting engine counts as hung, unless its steps are slower: five of the longest are waited for. */
  silenceMs?: number;
  /** How long a cancelled order may go on before the process is killed. */
  cancelGraceMs?: number;
}

const SILENCE_MS = 60_000;
const CANCEL_GRACE_MS = 30_000;
const ATTEMPTS = 2;
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

interface Task {
  order: PaintOrder;
  hooks: PaintHooks;
  attempts: number;
  resolve(painted: EnginePainted): void;
  reject(error: Error): void;
}

/** Starts the engine's process. It is started again whenever it dies. */
export function startEngine(options: EngineOptions): Engine {
  return new SupervisedEngine(options);
}

class SupervisedEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #waiting: Task[] = [];
  #current: Task | undefined;
  #child: ChildProcess;
  #up = Promise.withResolvers<void>();
  #isReady = false;
  #closed = false;
  /** When the process last said something, and the longest it was silent while painting. */
  #lastWord = 0;
  #longestSilence = 0;
  #killedFor: 'hang' | 'cancel' | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#child = this.#spawn();
  }

  async paint(request: PaintRequest, hooks: PaintHooks = {}): Promise<EnginePainted> {
    if (this.#closed) throw new InvariantError('the engine is closed');
    const order = toOrder(request, this.#options.resolveModel(request.recipe.model));
    return new Promise((resolve, reject) => {
      const task: Task = { order, hooks, attempts: 0, resolve, reject };
      hooks.signal?.addEventListener('abort', () => this.#cancel(task), { once: true });
      this.#waiting.push(task);
      this.#next();
    });
  }

  status(): EngineStatus {
    return {
      pid: this.#child.pid,
      painting: this.#current?.order.jobId,
      waiting: this.#waiting.length,
      ready: this.#isReady,
    };
  }

  ready(): Promise<void> {
    return this.#up.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.reject(new Cancelled('the engine was closed'));
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #spawn(): ChildProcess {
    const { device = 'auto', memoryBudgetBytes = Infinity } = this.#options;
    const child = fork(CHILD, [device, String(memoryBudgetBytes)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message: FromEngine) => this.#onMessage(message));
    child.on('exit', () => this.#onExit());
    return child;
  }

  #post(message: ToEngine): void {
    // A message that finds no process is answered by the exit event.
    this.#child.send(message, () => undefined);
  }

  #next(): void {
    if (this.#current || this.#closed) return;
    const task = this.#waiting.shift();
    if (!task) return;
    if (task.hooks.signal?.aborted) {
      task.reject(new Cancelled());
      this.#next();
      return;
    }
    this.#current = task;
    task.attempts += 1;
    this.#lastWord = Date.now();
    const floor = this.#options.silenceMs ?? SILENCE_MS;
    this.#watchdog = setInterval(
      () => {
        if (Date.now() - this.#lastWord < Math.max(floor, this.#longestSilence * 5)) return;
        this.#kill('hang');
      },
      Math.min(1000, floor / 4),
    );
    this.#post({ type: 'paint', order: task.order });
  }

  #kill(reason: 'hang' | 'cancel'): void {
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  #cancel(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      task.reject(new Cancelled());
    } else if (this.#current === task) {
      this.#post({ type: 'cancel', jobId: task.order.jobId });
      this.#grace = setTimeout(() => this.#kill('cancel'), this.#options.cancelGraceMs ?? CANCEL_GRACE_MS);
    }
  }

  #settle(): Task | undefined {
    const task = this.#current;
    this.#current = undefined;
    this.#killedFor = undefined;
    clearInterval(this.#watchdog);
    clearTimeout(this.#grace);
    return task;
  }

  #onMessage(message: FromEngine): void {
    const now = Date.now();
    if (this.#current) this.#longestSilence = Math.max(this.#longestSilence, now - this.#lastWord);
    this.#lastWord = now;
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#up.resolve();
      return;
    }
    const task = this.#current;
    if (message.jobId !== task?.order.jobId) return;
    switch (message.type) {
      case 'stage':
        task.hooks.onStage?.(message.stage);
        return;
      case 'step':
        task.hooks.onStep?.(message.step);
        return;
      case 'painted':
        this.#settle()?.resolve(message.painted);
        break;
      case 'failed':
        this.#settle()?.reject(fromFailure(message.failure));
        break;
    }
    this.#next();
  }

  #onExit(): void {
    const reason = this.#killedFor;
    const task = this.#settle();
    this.#isReady = false;
    if (this.#closed) {
      task?.reject(new Cancelled('the engine was closed'));
      return;
    }
    this.#up = Promise.withResolvers<void>();
    this.#child = this.#spawn();
    if (task) this.#afterDeath(task, reason);
    this.#next();
  }

  #afterDeath(task: Task, reason: 'hang' | 'cancel' | undefined): void {
    if (reason === 'cancel' || task.hooks.signal?.aborted) task.reject(new Cancelled());
    else if (task.attempts < ATTEMPTS) this.#waiting.unshift(task);
    else if (reason === 'hang') task.reject(died('engine-hung', 'stopped answering twice'));
    else task.reject(died('engine-crashed', 'died twice, perhaps for want of memory,'));
  }
}

function died(code: string, what: string): OperatorError {
  return new OperatorError(code, `The engine ${what} over this picture and was started again`, {
    retryable: true,
  });
}

function toOrder(request: PaintRequest, model: ModelEntry): PaintOrder {
  const { jobId, recipe, source, mask, parent, tracePath } = request;
  return {
    jobId,
    recipe,
    modelDir: model.dir,
    modelName: model.name,
    modelGuidance: modelGuidance(model.defaults, recipe.guidanceScale),
    source,
    previewEvery: request.previewEvery ?? 0,
    ...(mask ? { mask } : {}),
    ...(parent === undefined ? {} : { parent }),
    ...(tracePath === undefined ? {} : { tracePath }),
  };
}
