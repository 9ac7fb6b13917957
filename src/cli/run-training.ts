import type { TrainResult } from '../config/index.ts';
import type { TrainListener } from '../train/index.ts';
import { ProgressDisplay } from './progress-display.ts';
import { withStopSignals } from './stop-signals.ts';
import { print } from './terminal.ts';
import { describeResult } from './training-words.ts';

/** Runs a training with a progress display on standard error and its result on standard output. */
export async function runTraining(
  { json }: { json?: boolean | undefined },
  start: (listener: TrainListener, signal: AbortSignal) => Promise<TrainResult>,
): Promise<void> {
  const display = new ProgressDisplay();
  try {
    const result = await withStopSignals(
      (text) => display.note(text),
      ({ signal, saves }) =>
        start((event) => {
          if (event.type === 'start') saves(true);
          // The result says what the test part gave.
          if (event.type !== 'test' || json) display.training(event);
        }, signal),
    );
    display.close();
    print(json ? `${JSON.stringify(result)}\n` : `${describeResult(result)}\n`);
  } finally {
    display.close();
  }
}
