import { constants } from 'node:os';

/** Exit status of a process ended by a signal, as shells count. */
const exitCodes: Record<string, number> = {
  SIGINT: 128 + constants.signals.SIGINT,
  SIGTERM: 128 + constants.signals.SIGTERM,
};

/**
 * Runs `body` with a signal that Ctrl-C (SIGINT) and SIGTERM abort, so that it can save its work; a second one ends the
 * process at once. Sets the exit status a shell expects when it was stopped.
 */
export async function withStopSignals<Result>(
  note: (text: string) => void,
  body: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    process.exitCode = exitCodes[name] ?? 1;
    if (controller.signal.aborted) process.exit();
    note(`${name}: finishing this step and saving; once more ends at once`);
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await body(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
