/** What a run's network says of each test image, computed once and kept in the run folder. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BadImage } from '../data/index.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../torch/safetensors.ts';
import { RunFolder, readRunConfig } from '../train/index.ts';
import { checkpointOf, type EvaluateOptions, measure, type Predictions } from './measure.ts';

/**
 * The predictions of a run's network for the test images, in order, computed as validation does.
 *
 * They are kept in `report/predictions-<checkpoint>.safetensors` of the run folder and used again for the same weights,
 * configuration and data. Data is told apart by its path: remove that file after changing the pictures behind it.
 *
 * @throws where there is no run or no checkpoint, or the data cannot be read
 */
export async function predict(path: string, options: EvaluateOptions = {}): Promise<Predictions> {
  const run = RunFolder.open(path);
  const checkpoint = checkpointOf(run, options.checkpoint);
  const cache = run.pathOf(join('report', `predictions-${checkpoint.name}.safetensors`));
  const madeFrom = JSON.stringify({
    weights: createHash('sha256')
      .update(readFileSync(join(checkpoint.path, 'model.safetensors')))
      .digest('hex'),
    config: { ...readRunConfig(run), data: options.data ?? readRunConfig(run).data },
  });
  const kept = readCache(cache, madeFrom);
  if (kept) return { checkpoint: checkpoint.name, ...kept };
  const { errors: _, ...predictions } = await measure(path, { ...options, checkpoint: checkpoint.name });
  writeCache(cache, madeFrom, predictions);
  return predictions;
}

function readCache(path: string, madeFrom: string): Omit<Predictions, 'checkpoint'> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(path);
    if (metadata.madeFrom !== madeFrom) return undefined;
    const buffer = (name: string) => tensors.get(name)!.data.buffer;
    return {
      classes: JSON.parse(metadata.classes!) as string[],
      labels: new Int32Array(buffer('labels')),
      indices: new Int32Array(buffer('indices')),
      badImages: JSON.parse(metadata.badImages!) as BadImage[],
      probabilities: new Float32Array(buffer('probabilities')),
    };
  } catch {
    return undefined; // damaged: as good as none
  }
}

/** A run folder that cannot be written, or a full disk, costs the next reader time and nothing else. */
function writeCache(path: string, madeFrom: string, predictions: Predictions): void {
  const { classes, labels, indices, badImages, probabilities } = predictions;
  const entry = (dtype: 'I32' | 'F32', values: Int32Array | Float32Array, shape: number[]): SafetensorsTensor => ({
    dtype,
    shape,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  const tensors = new Map([
    ['labels', entry('I32', labels, [labels.length])],
    ['indices', entry('I32', indices, [indices.length])],
    ['probabilities', entry('F32', probabilities, [labels.length, classes.length])],
  ]);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const metadata = { madeFrom, classes: JSON.stringify(classes), badImages: JSON.stringify(badImages) };
    writeSafetensors(path, tensors, metadata);
  } catch {}
}
