/** Work that is tried again later when it fails; what waits is given up when everything closes. */
export interface Retrier {
  /**
   * Runs the work now, and up to five times more, each time after a longer pause.
   * @param onFailure hears of every failure; the last one is final
   */
  run(work: () => Promise<void>, onFailure: (error: unknown, isLast: boolean) => void): void;
  /** Gives up what waits, and resolves when what runs has ended. */
  close(): Promise<void>;
}

const TRIES = 6;

/** @param pauseMs the first pause; the n-th is n times as long */
export function createRetrier(pauseMs: number): Retrier {
  const waiting = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let closed = false;
  const attempt = async (
    work: () => Promise<void>,
    onFailure: (error: unknown, isLast: boolean) => void,
    tries: number,
  ): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const isLast = tries === TRIES || closed;
      onFailure(error, isLast);
      if (isLast) return;
      const timer = setTimeout(() => {
        waiting.delete(timer);
        track(attempt(work, onFailure, tries + 1));
      }, pauseMs * tries);
      waiting.add(timer);
    }
  };
  const track = (attempted: Promise<void>) => {
    running.add(attempted);
    void attempted.finally(() => running.delete(attempted));
  };
  return {
    run: (work, onFailure) => track(attempt(work, onFailure, 1)),
    async close() {
      closed = true;
      for (const timer of waiting) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
