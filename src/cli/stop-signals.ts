import { constants } from 'node:os';

type StopSignal = 'SIGINT' | 'SIGTERM';

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** After what was to be saved is saved, in milliseconds: what still holds the process then, as a file that never comes, is left. */
const patience = 2000;

/** A key that is held, or pressed twice in a hurry, in milliseconds: no one has seen an answer yet. */
const sameWish = 1000;

const answer = 'stopping: finishes this step and saves; once more ends at once';

/** Stops on Ctrl-C (SIGINT) and SIGTERM. */
export interface Stop {
  /** Aborted by the first of these signals. */
  signal: AbortSignal;
  /**
   * Whether there is something to save. Before, and wherever it is said that there is not, the signals end the process at
   * once, as if nothing listened: reading data can keep the main thread from listening for long.
   */
  saves(something: boolean): void;
}

/**
 * Runs `body` with a signal that Ctrl-C (SIGINT) and SIGTERM abort, so that it can save its work; a second one ends the
 * process at once. Sets the exit status a shell expects when it was stopped.
 */
export async function withStopSignals<Result>(
  note: (text: string) => void,
  body: (stop: Stop) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let stopped: StopSignal | undefined;
  let stoppedAt = 0;
  let isAnswered = false;
  const saves = (something: boolean) => {
    for (const name of stopSignals) process.off(name, stop);
    if (!something) return;
    for (const name of stopSignals) process.on(name, stop);
    // The engine is there by now: what is to be saved is its.
    void import('../torch/index.ts').then(({ answerSignals }) => {
      answerSignals(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${answer}\n`);
      isAnswered = true;
    });
  };
  const stop = (name: NodeJS.Signals) => {
    if (stopped !== undefined) {
      if (performance.now() - stoppedAt > sameWish) endBy(name, saves);
      return;
    }
    stopped = name as StopSignal;
    stoppedAt = performance.now();
    process.exitCode = 128 + constants.signals[stopped];
    if (!isAnswered) note(answer);
    controller.abort();
  };
  try {
    return await body({ signal: controller.signal, saves });
  } finally {
    saves(false);
    if (stopped !== undefined) setTimeout(endBy, patience, stopped, saves).unref();
  }
}

/** Not by `process.exit`, which waits for threads: one that reads from a disk that does not answer never ends. */
function endBy(name: NodeJS.Signals, saves: Stop['saves']): void {
  saves(false);
  process.kill(process.pid, name);
}
