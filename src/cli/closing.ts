import type { Logger } from '../logger.ts';

/** What has been opened, to be closed in reverse order. */
export interface Closing {
  later(close: () => Promise<unknown> | void): void;
  now(): Promise<void>;
}

export function createClosing(): Closing {
  const closers: (() => Promise<unknown> | void)[] = [];
  return {
    later: (close) => void closers.push(close),
    async now() {
      for (const closer of closers.splice(0).reverse()) await closer();
    },
  };
}

/** Opens parts one after the other; when one of them fails, those before it are closed again. */
export async function openAll<T>(open: (closing: Closing) => Promise<T>): Promise<T> {
  const closing = createClosing();
  try {
    return await open(closing);
  } catch (error) {
    await closing.now();
    throw error;
  }
}

const PATIENCE_MS = 20_000;
const STOPPED_LATE = 75;

/**
 * Lets the process run until it is told to stop, by SIGTERM or Ctrl-C: then it closes, within 20 s. A second signal stops
 * it at once. A rejection that nobody waits for is logged and takes nothing down.
 */
export function runUntilTold(running: { close(): Promise<void> }, logger: Logger): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => {
      logger.error('not everything closed in time');
      process.exit(STOPPED_LATE);
    }, PATIENCE_MS).unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        process.exit(STOPPED_LATE);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'something failed unheard'));
}
