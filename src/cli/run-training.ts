import type { TrainResult } from '../config/index.ts';
import type { TrainListener } from '../train/index.ts';
import { ProgressDisplay } from './progress-display.ts';
import { withStopSignals } from './stop-signals.ts';
import { progressListener } from './train-progress.ts';

const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** What a training ended with, in words: both errors, and which is which. */
export function describeResult({ run, outcome, last, best, badImages }: TrainResult): string {
  const lines = describeBadImages(badImages);
  if (last && best) {
    lines.push(
      `last epoch (${last.epoch}): top-1 error ${percent(last.top1Error)}, top-5 error ${percent(last.top5Error)}`,
      `best epoch (${best.epoch}, chosen on the test images): top-1 error ${percent(best.top1Error)}, top-5 error ${percent(best.top5Error)}`,
    );
  }
  lines.push(
    outcome === 'finished' ? `run folder: ${run}` : `stopped and saved; go on with: npx patchwork resume ${run}`,
  );
  return lines.join('\n');
}

const mostListed = 5;

function describeBadImages(images: TrainResult['badImages']): string[] {
  if (images.length === 0) return [];
  const listed = images.slice(0, mostListed).map(({ path, reason }) => `  ${path}: ${reason}`);
  const more = images.length > mostListed ? ['  ...'] : [];
  const pictures = images.length === 1 ? '1 picture was' : `${images.length} pictures were`;
  return [`${pictures} left out, see bad-images.json in the run folder:`, ...listed, ...more];
}

/** Runs a training with a progress display on standard error and its result on standard output. */
export async function runTraining(
  { json }: { json?: boolean | undefined },
  start: (listener: TrainListener, signal: AbortSignal) => Promise<TrainResult>,
): Promise<TrainResult> {
  const display = new ProgressDisplay();
  try {
    const result = await withStopSignals(
      (text) => display.note(text),
      (signal) => start(progressListener(display), signal),
    );
    display.close();
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${describeResult(result)}\n`);
    return result;
  } finally {
    display.close();
  }
}
