import { setTimeout as sleep } from 'node:timers/promises';

/** Something that may be over at the next try: a busy server, a broken connection. */
export class PassingProblem extends Error {
  override readonly name = 'PassingProblem';
  /** Seconds after which the server wants to be asked again; NaN where it does not say. */
  readonly retryAfter: number;

  constructor(
    message: string,
    { cause, retryAfter = Number.NaN }: { cause?: unknown; retryAfter?: number | undefined } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.retryAfter = retryAfter;
  }
}

export interface RetryOptions {
  /** Waits so many milliseconds. Default: by the clock. */
  wait?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
  signal?: AbortSignal | undefined;
  /** Without progress. Default 5. */
  tries?: number | undefined;
  /** How far the work has come: tries that bring it farther than any before do not count. Default: none does. */
  position?: (() => number) | undefined;
}

const longestWait = 60;

const waitByTheClock = (milliseconds: number, signal: AbortSignal | undefined) =>
  sleep(milliseconds, undefined, { signal });

/**
 * Does work, again after each {@link PassingProblem}: up to `tries` times without progress, waiting 1, 2, 4 and 8 seconds or what
 * the server asks for, at most a minute.
 *
 * @throws the last problem
 */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { wait = waitByTheClock, signal, tries = 5, position = () => 0 }: RetryOptions = {},
): Promise<Result> {
  let farthest = position();
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PassingProblem)) throw error;
      failures = position() > farthest ? 1 : failures + 1;
      farthest = Math.max(farthest, position());
      if (failures >= tries) throw error;
      const asked = Number.isNaN(error.retryAfter) ? 2 ** (failures - 1) : error.retryAfter;
      await wait(1000 * Math.min(Math.max(asked, 0), longestWait), signal);
    }
  }
}
