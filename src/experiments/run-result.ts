import { readMetrics, type EpochRecord } from '../runs/index.ts';
import { join } from 'node:path';
import { type EvaluateOptions, predict } from '../evaluate/index.ts';
import { expectedCalibrationError } from '../metrics/index.ts';
import type { RunResult } from './results.ts';

/** Reads what a finished run found, and measures its calibration. @throws where it has not closed an epoch yet */
export async function readRunResult(
  { path, seed }: { path: string; seed: number },
  options: EvaluateOptions = {},
): Promise<RunResult> {
  const epochs = readMetrics(join(path, 'metrics.jsonl')).filter(
    (record): record is EpochRecord => record.kind === 'epoch',
  );
  const last = epochs.at(-1);
  if (!last) throw new Error(`${path}: expected a run with an epoch that is done, got none; patchwork resume ${path}`);
  const { labels, probabilities, classes, badImages } = await predict(path, { ...options, checkpoint: 'last' });
  const calibrationError = expectedCalibrationError(probabilities, labels, classes.length);
  return { seed, run: path, epochs, last, best: bestOf(epochs), calibrationError, badImages: badImages.length };
}

/** The epoch that the trainer keeps as the best: of several as good, the later one. */
export function bestOf(epochs: readonly EpochRecord[]): EpochRecord {
  return epochs.reduce((best, epoch) => (epoch.top1Error <= best.top1Error ? epoch : best));
}
