/** A run's network, opened to be measured. */
import {
  buildEvaluationLoader,
  buildModel,
  openRunData,
  type RunData,
  readRunConfig,
  readRunData,
  type TrainConfig,
} from '../config/index.ts';
import { type DataParts, type LabeledImages, type Loader, subset } from '../data/index.ts';
import { RunFolder } from '../runs/index.ts';
import { type ClassifyInput, imageTensor, inPrecision, normalizeImages } from '../tasks/index.ts';
import { inferenceMode, scope, type Tensor, trimMemory } from '../torch/index.ts';
import { eventLoopTurn } from '../train/index.ts';
import { type NetworkInUse, readCheckpoint, readyToUse } from './network-in-use.ts';

export interface OpenNetworkOptions {
  /** `last`, `best` or a name as in `step-00001234`. Default `last`. */
  checkpoint?: string | undefined;
  /** Other data with the same classes. Default: what the run was trained on. */
  data?: string | undefined;
  /** That data, where it is open already: of several runs on the same, each need not open it again. */
  source?: DataParts<LabeledImages> | undefined;
  /** What a picture that cannot be decoded does. Default: as in training. */
  onBadImage?: 'fail' | 'skip' | undefined;
  /** Go on where more than a tenth of the files of the data is passed over. Default: as in training. */
  allowSkipped?: boolean | undefined;
}

/** Called after each batch, or each part of the work. */
export type OnProgress = (done: number, of: number) => void;

/** Images on their way to a network, and what it says of them as they are. */
export interface EvaluatedBatch {
  /** [N, C, H, W] float32 in 0..1, not normalized: where attacks and occlusion act. */
  pixels: Tensor;
  /** As validation has it, normalized. */
  input: ClassifyInput;
  /** [N, classes] float32, as validation has them, to the bit. */
  logits: Tensor;
  labels: Int32Array;
  /** Which images of the set these are. */
  indices: Int32Array;
}

/** A run's network, ready to be measured, with the data that it belongs to. */
export interface TrainedNetwork extends NetworkInUse {
  /** What `data` is here: the run's own, or what evaluation was asked for. */
  data: string;
  parts: DataParts<LabeledImages>;
  /** What is measured: the test part, without pictures that the run has trained on. */
  images: LabeledImages;
  /** Stands for the images, wherever they are: names, contents, classes. */
  fingerprint: string;
  /** What there is to say of the data, in sentences: what has changed since the training, what was left out. */
  notes: readonly string[];
}

/** The configuration that a run is measured by. */
export function measuringConfig(
  run: RunFolder,
  { onBadImage, allowSkipped }: Pick<OpenNetworkOptions, 'onBadImage' | 'allowSkipped'>,
): TrainConfig {
  const config = readRunConfig(run);
  return {
    ...config,
    onBadImage: onBadImage ?? config.onBadImage,
    allowSkipped: allowSkipped ?? config.allowSkipped,
  };
}

/**
 * Opens a run's network, gives it to `body`, and frees it.
 *
 * @throws where there is no run or checkpoint, or no data, or its classes are others than those of the training
 */
export async function withTrainedNetwork<Result>(
  path: string,
  { checkpoint: name, data, source, ...options }: OpenNetworkOptions,
  body: (network: TrainedNetwork) => Promise<Result>,
): Promise<Result> {
  const run = RunFolder.open(path);
  const config = measuringConfig(run, options);
  return withDataOpen(run, name, config, await openRunData(run, config, { data, source }), body);
}

/** The same, where the data is open already and was compared with the run's record. */
export async function withDataOpen<Result>(
  run: RunFolder,
  name: string | undefined,
  config: TrainConfig,
  { location, parts, testFingerprint, notes }: RunData,
  body: (network: TrainedNetwork) => Promise<Result>,
): Promise<Result> {
  const { normalization } = readRunData(run);
  const model = buildModel(config, parts.train);
  try {
    const checkpoint = readCheckpoint(run, name, model);
    model.eval();
    const network = { run: run.path, checkpoint, config, data: location, parts, normalization, model };
    return await body(networkOf({ ...network, fingerprint: testFingerprint, notes }));
  } finally {
    model.dispose();
    trimMemory();
  }
}

/** What is measured, around a model in evaluation's behavior. */
export function networkOf(parts: Omit<TrainedNetwork, 'images' | 'runtime' | 'task'>): TrainedNetwork {
  return readyToUse({ ...parts, images: parts.parts.test });
}

/** The test images, or the first `limit` of a shuffle by the run's seed. */
export function limitedImages({ images, config }: TrainedNetwork, limit = images.length): LabeledImages {
  return limit >= images.length ? images : subset(images, limit, config.seed);
}

/** What the network is given for pixels [N, C, H, W] in 0..1; gradients flow through it. */
export function normalizedPixels({ normalization, runtime }: NetworkInUse, pixels: Tensor): Tensor {
  const memoryFormat = runtime.channelsLast ? 'channels_last' : 'contiguous_format';
  // Bytes over 255, times 255, are the bytes again, to the bit: what is not changed is what validation sees.
  return normalizeImages(pixels.contiguous({ memoryFormat }).mul(255), normalization);
}

/** Logits [N, classes] in float32 of pixels in 0..1, computed in the precision of training; gradients flow through it. */
export function logitsOf(network: TrainedNetwork, pixels: Tensor): Tensor {
  const images = normalizedPixels(network, pixels);
  const input = { images, labels: new Int32Array(), targets: images };
  return inPrecision(network.runtime, () => network.task.predict(input));
}

export interface EachBatchOptions {
  onProgress?: OnProgress | undefined;
  /** Awaited before `body`, with what the batch holds: for what must be read from files. */
  before?: ((indices: Int32Array) => Promise<void>) | undefined;
  /** Told at the end which pictures were read with a warning, where there are some. */
  onWarned?: ((images: Loader<number>['warnedImages']) => void) | undefined;
}

/**
 * Calls `body` with each batch of a set of images of the network's size, each in a scope of its own: tensors do not
 * outlive it. Gradients are recorded unless `body` turns that off; those of the clean logits are not. Pictures that cannot
 * be decoded are treated as `config` says.
 *
 * @returns the loader's list of pictures that were left out
 */
export async function eachBatch(
  network: TrainedNetwork,
  set: LabeledImages,
  body: (batch: EvaluatedBatch) => void,
  { onProgress, before, onWarned }: EachBatchOptions = {},
): Promise<Loader<number>['badImages']> {
  const { config, runtime, task } = network;
  const loader = buildEvaluationLoader(config, set);
  try {
    for await (const batch of loader.batches(0)) {
      await before?.(batch.indices);
      scope(() => {
        const { input, logits } = inferenceMode(() => {
          const prepared = task.prepare(batch, runtime);
          return { input: prepared, logits: inPrecision(runtime, () => task.predict(prepared)) };
        });
        const pixels = imageTensor(batch, { ...runtime, channelsLast: false }).div_(255);
        body({ pixels, input, logits, labels: input.labels, indices: batch.indices });
      });
      onProgress?.(batch.step + 1, loader.stepsPerEpoch);
      await eventLoopTurn();
    }
    if (loader.warnedImages.length > 0) onWarned?.(loader.warnedImages);
    return loader.badImages;
  } finally {
    await loader.close();
  }
}
