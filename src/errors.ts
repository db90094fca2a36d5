import { asPhrase, type Phrase, type Said } from './language/phrase.ts';
import { inEnglish } from './language/say.ts';

/**
 * The four ways in which work can end badly, and how they cross a process.
 *
 * | class            | who acts            | shown to the member            | retry               | exit code |
 * | ---------------- | ------------------- | ------------------------------ | ------------------- | --------- |
 * | `UserError`      | the member          | message and hint, only to them | never               | 2         |
 * | `OperatorError`  | who runs Overpaint  | "cannot do this now" + id      | only if `retryable` | 3         |
 * | anything else    | a developer         | "broke on our side" + id       | never               | 70        |
 * | `Cancelled`      | nobody              | "cancelled"                    | never               | 130       |
 */

/**
 * A mistake that the person asking can mend. `code` is kebab-case and stable; tests assert codes, not prose. `said` and
 * `hinted` can be put into the person's language; `message` and `hint` are their English.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly said: Phrase;
  readonly hinted: Phrase | undefined;
  constructor(code: string, said: Said, options: { hint?: Said | undefined; cause?: unknown } = {}) {
    super(inEnglish(asPhrase(said)), { cause: options.cause });
    this.code = code;
    this.said = asPhrase(said);
    this.hinted = options.hint === undefined ? undefined : asPhrase(options.hint);
  }

  get hint(): string | undefined {
    return this.hinted && inEnglish(this.hinted);
  }
}

/** Something that only the person who runs Overpaint can mend; the message names the part and the fix. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: string;
  readonly retryable: boolean;
  constructor(code: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A broken promise of our own code. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Work that was stopped on purpose. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor(message = 'cancelled') {
    super(message);
  }
}

/** @throws InvariantError with `message` unless `condition` holds */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** An error as plain data, so that it can cross a process or wait in a queue. */
export type Failure =
  | { kind: 'user'; code: string; said: Phrase; hint?: Phrase }
  | { kind: 'operator'; code: string; message: string; retryable: boolean }
  | { kind: 'cancelled'; message: string }
  | { kind: 'bug'; message: string; stack?: string };

/** Turns any thrown value into plain data. */
export function toFailure(error: unknown): Failure {
  if (error instanceof UserError) {
    const failure: Failure = { kind: 'user', code: error.code, said: error.said };
    return error.hinted === undefined ? failure : { ...failure, hint: error.hinted };
  }
  if (error instanceof OperatorError) {
    return { kind: 'operator', code: error.code, message: error.message, retryable: error.retryable };
  }
  if (error instanceof Cancelled || (error instanceof Error && error.name === 'AbortError')) {
    return { kind: 'cancelled', message: error.message };
  }
  if (error instanceof Error) {
    return error.stack === undefined
      ? { kind: 'bug', message: error.message }
      : { kind: 'bug', message: error.message, stack: error.stack };
  }
  return { kind: 'bug', message: String(error) };
}

/** An error as plain data for scripts: its words in English. */
export function toReport(error: unknown): object {
  const failure = toFailure(error);
  if (failure.kind !== 'user') return failure;
  const { kind, code, said, hint } = failure;
  return { kind, code, message: inEnglish(said), ...(hint ? { hint: inEnglish(hint) } : {}) };
}

/** The inverse of `toFailure`: an error of the same class and code. */
export function fromFailure(failure: Failure): Error {
  switch (failure.kind) {
    case 'user':
      return new UserError(
        failure.code,
        failure.said,
        failure.hint === undefined ? {} : { hint: failure.hint },
      );
    case 'operator':
      return new OperatorError(failure.code, failure.message, { retryable: failure.retryable });
    case 'cancelled':
      return new Cancelled(failure.message);
    case 'bug': {
      const error = new InvariantError(failure.message);
      if (failure.stack !== undefined) error.stack = failure.stack;
      return error;
    }
  }
}

/** The process exit code that a command ends with for this error. */
export function exitCode(error: unknown): number {
  const failure = toFailure(error);
  switch (failure.kind) {
    case 'user':
      return 2;
    case 'operator':
      return 3;
    case 'cancelled':
      return 130;
    case 'bug':
      return 70;
  }
}
