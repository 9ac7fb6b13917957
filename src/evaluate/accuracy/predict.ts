/** What a run's network says of each test image, computed once and kept in the run folder. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BadImage, openData } from '../../data/index.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../torch/safetensors.ts';
import { RunFolder, type Validation } from '../../train/index.ts';
import { networkSource, protocolVersions, testSource } from '../result-cache.ts';
import {
  checkpointOf,
  type EvaluateOptions,
  measuringConfig,
  type OnBatch,
  type TrainedNetwork,
  withTrainedNetwork,
} from '../trained-network.ts';
import { type Measurement, measure, type Predictions } from './measure.ts';

/**
 * The predictions of a run's network for the test images, in order, computed as validation does.
 *
 * They are kept in `report/predictions-<checkpoint>.safetensors` of the run folder and used again for the same weights,
 * configuration and data, whose labels are compared: remove that file after changing the pictures themselves.
 *
 * @throws where there is no run or no checkpoint, or the data cannot be read
 */
export async function predict(path: string, options: EvaluateOptions = {}): Promise<Predictions> {
  const run = RunFolder.open(path);
  const checkpoint = checkpointOf(run, options.checkpoint);
  const config = measuringConfig(run, options);
  const data = options.data ?? config.data;
  const source = options.source ?? (await openData(data));
  const kept = readCache({ run: path, checkpoint, config, data, source });
  const { errors: _, ...predictions } =
    kept ??
    (await withTrainedNetwork(path, { ...options, source, checkpoint: checkpoint.name }, (network) =>
      measureAndKeep(network, options.onBatch),
    ));
  return predictions;
}

/** The predictions of a network that is open, and their errors: those that are kept, if its test images are still theirs. */
export async function predictions(network: TrainedNetwork, onBatch?: OnBatch): Promise<Measurement> {
  return readCache(network) ?? measureAndKeep(network, onBatch);
}

async function measureAndKeep(network: TrainedNetwork, onBatch?: OnBatch): Promise<Measurement> {
  const measurement = await measure(network, onBatch);
  writeCache(network, measurement);
  return measurement;
}

type Measured = Pick<TrainedNetwork, 'run' | 'checkpoint' | 'config' | 'data' | 'source'>;

function placeOf({ run, checkpoint }: Measured): string {
  return join(run, 'report', `predictions-${checkpoint.name}.safetensors`);
}

function madeFrom(measured: Measured): string {
  const test = testSource(measured.source.test);
  return JSON.stringify({ ...networkSource(measured), test, protocol: protocolVersions.accuracy });
}

function readCache(measured: Measured): Measurement | undefined {
  const path = placeOf(measured);
  if (!existsSync(path)) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(path);
    if (metadata.madeFrom !== madeFrom(measured)) return undefined;
    const buffer = (name: string) => tensors.get(name)!.data.buffer;
    return {
      checkpoint: measured.checkpoint.name,
      errors: JSON.parse(metadata.errors!) as Validation,
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
function writeCache(measured: Measured, measurement: Measurement): void {
  const { classes, labels, indices, badImages, probabilities, errors } = measurement;
  const path = placeOf(measured);
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
    const parts = { classes, badImages, errors };
    const texts = Object.entries(parts).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
    writeSafetensors(path, tensors, { madeFrom: madeFrom(measured), ...Object.fromEntries(texts) });
  } catch {}
}
