import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenNetworkOptions, predict } from '../evaluate/index.ts';
import { expectedCalibrationError } from '../metrics/index.ts';
import { type EpochRecord, parseState, RunFolder, readMetrics, type TestRecord } from '../runs/index.ts';
import type { RunResult } from './results.ts';

/** Reads what a finished run found, and measures its calibration. @throws where it has not closed an epoch yet */
export async function readRunResult(
  { path, seed }: { path: string; seed: number },
  options: OpenNetworkOptions = {},
): Promise<RunResult> {
  const records = readMetrics(join(path, 'metrics.jsonl'));
  const epochs = records.filter((record): record is EpochRecord => record.kind === 'epoch');
  const last = epochs.at(-1);
  if (!last) throw new Error(`${path}: expected a run with an epoch that is done, got none; patchwork resume ${path}`);
  const test = records.find((record): record is TestRecord => record.kind === 'test');
  const { labels, probabilities, classes, badImages } = await predict(path, { ...options, checkpoint: 'last' });
  return {
    seed,
    run: path,
    epochs,
    last,
    best: bestOf(path, epochs) ?? last,
    chosenOn: test === undefined ? 'test' : 'validation',
    ...(test && { test }),
    calibrationError: expectedCalibrationError(probabilities, labels, classes.length),
    badImages: badImages.length,
  };
}

/** The epoch that training kept as the best, by the goal of its task. */
function bestOf(path: string, epochs: readonly EpochRecord[]): EpochRecord | undefined {
  const checkpoint = RunFolder.open(path).checkpoints.latest();
  if (checkpoint === undefined) return undefined;
  const { best } = parseState(readFileSync(join(checkpoint.path, 'state.json'), 'utf8'));
  return epochs.find(({ epoch }) => epoch === best?.epoch);
}
