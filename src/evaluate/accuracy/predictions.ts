/** What a run's network says of each test image, computed once and kept in the run folder. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openRunData } from '../../config/index.ts';
import { type BadImage, dataLocation, type LabeledImages } from '../../data/index.ts';
import { argmax } from '../../metrics/index.ts';
import { makeReportFolder, RunFolder } from '../../runs/index.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../torch/safetensors.ts';
import {
  type EvaluatedBatch,
  eachBatch,
  measuringConfig,
  type OnProgress,
  type OpenNetworkOptions,
  type TrainedNetwork,
  withDataOpen,
} from '../network.ts';
import { readCheckpoint } from '../network-in-use.ts';

/** What a network said of every test image, in the order of the set. */
export interface Predictions {
  /** The checkpoint's name, as in `step-00001234`. */
  checkpoint: string;
  classes: string[];
  /** N class indices. */
  labels: Int32Array;
  /** Which images of the set these are: all of them, but for pictures that cannot be decoded and were left out. */
  indices: Int32Array;
  /** The pictures that were left out. */
  badImages: readonly BadImage[];
  /** N class indices: those of the largest logits. (Rounding may make the probabilities of several classes equal.) */
  predicted: Int32Array;
  /** Softmax of the logits, [N, classes], row by row. */
  probabilities: Float32Array;
}

/** The weights and configuration that a result is of, and the images. */
export function networkSource({
  checkpoint,
  config,
  data,
  images: { length },
  fingerprint,
}: Pick<TrainedNetwork, 'checkpoint' | 'config' | 'data' | 'images' | 'fingerprint'>) {
  return {
    weights: checkpoint.weights,
    config: { ...config, data: dataLocation(data) },
    test: { images: length, fingerprint },
  };
}

/** Keeps the probabilities of every image that goes by. */
export class PredictionCollector {
  readonly #images: LabeledImages;
  readonly #probabilities: Float32Array;
  readonly #indices: number[] = [];
  readonly #predicted: number[] = [];

  constructor(images: LabeledImages) {
    this.#images = images;
    this.#probabilities = new Float32Array(images.length * images.classes.length);
  }

  add({ logits, indices }: Pick<EvaluatedBatch, 'logits' | 'indices'>): void {
    const values = logits.softmax(1).data('float32');
    this.#probabilities.set(values, this.#indices.length * this.#images.classes.length);
    this.#predicted.push(...argmax(logits.data('float32'), this.#images.classes.length));
    this.#indices.push(...indices);
  }

  predictions({ name }: { name: string }, badImages: readonly BadImage[]): Predictions {
    const { labels, classes } = this.#images;
    const indices = Int32Array.from(this.#indices);
    return {
      checkpoint: name,
      classes,
      labels: indices.map((index) => labels[index]!),
      indices,
      badImages,
      predicted: Int32Array.from(this.#predicted),
      probabilities: this.#probabilities.subarray(0, indices.length * classes.length),
    };
  }
}

/**
 * The predictions of a run's network for the test images, in order, computed as validation does.
 *
 * They are kept in `report/predictions-<checkpoint>.safetensors` of the run folder and used again for the same weights,
 * configuration and data.
 *
 * @throws where there is no run or no checkpoint, or the data cannot be read
 */
export async function predict(
  path: string,
  { onProgress, ...options }: OpenNetworkOptions & { onProgress?: OnProgress | undefined } = {},
): Promise<Predictions> {
  const run = RunFolder.open(path);
  const config = measuringConfig(run, options);
  const opened = await openRunData(run, config, options);
  const { location: data, parts, testFingerprint: fingerprint } = opened;
  const checkpoint = readCheckpoint(run, options.checkpoint);
  const kept = readPredictions({ run: path, checkpoint, config, data, images: parts.test, fingerprint });
  if (kept !== undefined) return kept;
  return withDataOpen(run, options.checkpoint, config, opened, async (network) => {
    const collector = new PredictionCollector(network.images);
    const bad = await eachBatch(network, network.images, (batch) => collector.add(batch), { onProgress });
    const predictions = collector.predictions(network.checkpoint, bad);
    writePredictions(network, predictions);
    return predictions;
  });
}

type Measured = Pick<TrainedNetwork, 'run' | 'checkpoint' | 'config' | 'data' | 'images' | 'fingerprint'>;

/** Raised where predictions are computed in another way. */
const protocol = 4;

function placeOf({ run, checkpoint }: Measured): string {
  return join(run, 'report', `predictions-${checkpoint.name}.safetensors`);
}

function madeFrom(measured: Measured): string {
  return JSON.stringify({ ...networkSource(measured), protocol });
}

function readPredictions(measured: Measured): Predictions | undefined {
  const path = placeOf(measured);
  if (!existsSync(path)) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(path);
    if (metadata.madeFrom !== madeFrom(measured)) return undefined;
    const buffer = (name: string) => {
      const entry = tensors.get(name);
      if (entry === undefined) throw new Error(`predictions: expected ${name}, got none`);
      return entry.data.buffer;
    };
    const { classes = '', badImages = '' } = metadata;
    return {
      checkpoint: measured.checkpoint.name,
      classes: JSON.parse(classes) as string[],
      labels: new Int32Array(buffer('labels')),
      indices: new Int32Array(buffer('indices')),
      badImages: JSON.parse(badImages) as BadImage[],
      predicted: new Int32Array(buffer('predicted')),
      probabilities: new Float32Array(buffer('probabilities')),
    };
  } catch {
    return undefined; // damaged: as good as none
  }
}

/** A run folder that cannot be written, or a full disk, costs the next reader time and nothing else. */
export function writePredictions(measured: Measured, predictions: Predictions): void {
  const { classes, labels, indices, badImages, predicted, probabilities } = predictions;
  const path = placeOf(measured);
  const entry = (dtype: 'I32' | 'F32', values: Int32Array | Float32Array, shape: number[]): SafetensorsTensor => ({
    dtype,
    shape,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  const tensors = new Map([
    ['labels', entry('I32', labels, [labels.length])],
    ['indices', entry('I32', indices, [indices.length])],
    ['predicted', entry('I32', predicted, [labels.length])],
    ['probabilities', entry('F32', probabilities, [labels.length, classes.length])],
  ]);
  try {
    makeReportFolder(dirname(path));
    const texts = { classes: JSON.stringify(classes), badImages: JSON.stringify(badImages) };
    writeSafetensors(path, tensors, { madeFrom: madeFrom(measured), ...texts });
  } catch {}
}
