import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/overpaint.mjs', import.meta.url));

/** One `overpaint` process, as an operator starts it. */
export interface OverpaintProcess {
  pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Resolves once it has printed something; rejects when it ends before. */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal, and waits for the end. @returns exit code, or null when the signal ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it has ended. */
  ended: Promise<number | null>;
}

/** Starts `overpaint …ARGS` with these settings, and none of the surroundings'. */
export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): OverpaintProcess {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '', OVERPAINT_LOG: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (text: Buffer) => {
    output += text.toString();
    for (const listener of listeners) listener();
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    pid: child.pid!,
    output: () => output,
    ended,
    said: (pattern, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) finish(() => resolve(found));
        };
        const timer = setTimeout(
          () => finish(() => reject(new Error(`${args[0]} did not say ${pattern}:\n${output}`))),
          timeoutMs,
        );
        const finish = (then: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          then();
        };
        listeners.add(look);
        void ended.then((code) =>
          finish(() =>
            reject(new Error(`${args[0]} ended with ${code} and never said ${pattern}:\n${output}`)),
          ),
        );
        look();
      }),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Process ids of the children of a process (Linux). */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
