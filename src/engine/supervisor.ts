import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Cancelled, fromFailure, InvariantError, OperatorError } from '../errors.ts';
import type { FromEngine, ToEngine } from './protocol.ts';

/** The message that ends an order well. */
export type LastWord = Extract<FromEngine, { type: 'painted' | 'finished' }>;
/** What is heard about an order before it ends. */
export type Word = Exclude<FromEngine, LastWord | { type: 'ready' } | { type: 'failed' }>;

/** An order for the engine's process, and who listens. */
export interface Order {
  jobId: string;
  message: ToEngine;
  onWord(word: Word): void;
  signal?: AbortSignal | undefined;
}

export interface SupervisorOptions {
  device?: string;
  memoryBudgetBytes?: number;
  /** Silence after which a working engine counts as hung, unless its steps are slower: five of the longest are waited for. */
  silenceMs?: number;
  /** How long a cancelled order may go on before the process is killed. */
  cancelGraceMs?: number;
}

export interface SupervisorStatus {
  pid: number | undefined;
  /** Job id of the order that is being worked on. */
  painting: string | undefined;
  waiting: number;
  ready: boolean;
}

const SILENCE_MS = 60_000;
const CANCEL_GRACE_MS = 30_000;
const ATTEMPTS = 2;
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

interface Task extends Order {
  attempts: number;
  resolve(word: LastWord): void;
  reject(error: Error): void;
}

/** Owns the engine's process: one order after the other, started again when it dies, killed when it hangs. */
export class Supervisor {
  readonly #options: SupervisorOptions;
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

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#child = this.#spawn();
  }

  /** Hands an order to the process when its turn comes, and resolves to the last word about it. */
  async run(order: Order): Promise<LastWord> {
    if (this.#closed) throw new InvariantError('the engine is closed');
    return new Promise((resolve, reject) => {
      const task: Task = { ...order, attempts: 0, resolve, reject };
      order.signal?.addEventListener('abort', () => this.#cancel(task), { once: true });
      this.#waiting.push(task);
      this.#next();
    });
  }

  status(): SupervisorStatus {
    return {
      pid: this.#child.pid,
      painting: this.#current?.jobId,
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
    if (task.signal?.aborted) {
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
    this.#post(task.message);
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
      this.#post({ type: 'cancel', jobId: task.jobId });
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
    if (message.jobId !== task?.jobId) return;
    if (message.type === 'failed') this.#settle()?.reject(fromFailure(message.failure));
    else if (message.type === 'painted' || message.type === 'finished') this.#settle()?.resolve(message);
    else {
      task.onWord(message);
      return;
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
    if (reason === 'cancel' || task.signal?.aborted) task.reject(new Cancelled());
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
