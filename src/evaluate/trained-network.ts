import { type DataSource, type ImageSet, type Normalization, openData, subset } from '../data/index.ts';
import type { ImageModel } from '../models/index.ts';
import { scope, type Tensor, tensor } from '../torch/index.ts';
import {
  buildModel,
  buildTestLoader,
  eventLoopTurn,
  findCheckpoint,
  inPrecision,
  loadModel,
  type Precision,
  RunFolder,
  readRunClasses,
  readRunConfig,
  readRunNormalization,
  resolvePrecision,
  type TrainConfig,
} from '../train/index.ts';

export interface EvaluateOptions {
  /** `last`, `best` or a name as in `step-00001234`. Default `last`. */
  checkpoint?: string | undefined;
  /** Other data with the same classes. Default: what the run was trained on. */
  data?: string | undefined;
  /** That data, where it is open already: of several runs on the same, each need not open it again. */
  source?: DataSource | undefined;
  /** What a picture that cannot be decoded does. Default: as in training. */
  onBadImage?: 'fail' | 'skip' | undefined;
  onBatch?: OnBatch;
}

/** Images on their way to a network: in 0..1, not yet normalized, where attacks and occlusion act. */
export interface PixelBatch {
  /** [N, C, H, W] float32 in 0..1. */
  pixels: Tensor;
  labels: Int32Array;
  /** Which images of the set these are. */
  indices: Int32Array;
}

/** Called after each batch. */
export type OnBatch = (done: number, batches: number) => void;

/** A run's network, ready to be measured, with the data that it belongs to. */
export interface TrainedNetwork {
  /** Path of the run folder. */
  run: string;
  /** The checkpoint's name and path, as in `step-00001234`. */
  checkpoint: { name: string; path: string };
  config: TrainConfig;
  /** What `data` is here: the run's own, or what evaluation was asked for. */
  data: string;
  source: DataSource;
  /** Of the images that it was trained on, whatever is measured. */
  normalization: Normalization;
  /** What the network was trained in. */
  precision: Precision;
  /** In evaluation's behavior. */
  model: ImageModel;
  /** The test images, or the first `limit` of a shuffle by the run's seed; with their boxes, where they have some. */
  testImages(limit?: number): ImageSet;
  /** What the network is given for pixels [N, C, H, W] in 0..1; gradients flow through it. */
  normalize(pixels: Tensor): Tensor;
  /** Logits [N, classes] in float32 of pixels in 0..1, computed in the precision of training; gradients flow through it. */
  logits(pixels: Tensor): Tensor;
  /**
   * Calls `body` with each batch of a set of images of the network's size, each in a scope of its own: tensors do not
   * outlive it. Gradients are recorded unless `body` turns that off. Pictures that cannot be decoded are treated as `config`
   * says.
   *
   * @param before awaited before `body`, with what the batch holds: for what must be read from files
   * @returns how many pictures were left out
   */
  eachBatch(
    set: ImageSet,
    body: (batch: PixelBatch) => void,
    onBatch?: OnBatch,
    before?: (indices: Int32Array) => Promise<void>,
  ): Promise<number>;
}

/** The checkpoint that is meant. @throws where there is none yet */
export function checkpointOf(run: RunFolder, name = 'last') {
  const checkpoint = findCheckpoint(run, name);
  if (checkpoint) return checkpoint;
  throw new Error(`run folder ${run.path}: no checkpoint yet; train on with 'patchwork resume ${run.path}'`);
}

/** The configuration that a run is measured by. */
export function measuringConfig(run: RunFolder, { onBadImage }: Pick<EvaluateOptions, 'onBadImage'>): TrainConfig {
  const config = readRunConfig(run);
  return { ...config, onBadImage: onBadImage ?? config.onBadImage };
}

/**
 * Opens a run's network, gives it to `body`, and frees it.
 *
 * @throws where there is no run or checkpoint, or no data, or its classes are others than those of the training
 */
export async function withTrainedNetwork<Result>(
  path: string,
  { checkpoint: name, data, source: opened, onBadImage }: EvaluateOptions,
  body: (network: TrainedNetwork) => Promise<Result>,
): Promise<Result> {
  const run = RunFolder.open(path);
  const config = measuringConfig(run, { onBadImage });
  const checkpoint = checkpointOf(run, name);
  const source = opened ?? (await openData(data ?? config.data));
  checkClasses(data ?? config.data, source.test.classes, readRunClasses(run));
  const model = buildModel(config, source.train);
  try {
    const others = run.checkpoints.list().filter((other) => other.name !== checkpoint.name);
    loadModel(checkpoint, model, others);
    model.eval();
    const trainedOn = data === undefined ? source : undefined;
    const normalization = readRunNormalization(run) ?? (trainedOn ?? (await openData(config.data))).train.normalization;
    const parts = { run: path, checkpoint, config, data: data ?? config.data, source, normalization, model };
    return await body(networkOf(parts));
  } finally {
    model.dispose();
  }
}

/** Labels are places in the list of classes: with another list every number would be wrong without a word. */
function checkClasses(data: string, classes: readonly string[], trained: readonly string[] | undefined): void {
  if (trained === undefined) return;
  const wayOut = 'give data with the same classes in the same order (data, --data)';
  if (classes.length !== trained.length) {
    throw new Error(
      `${data}: expected the ${trained.length} classes of the training, got ${classes.length}; ${wayOut}`,
    );
  }
  const other = trained.findIndex((name, label) => name !== classes[label]);
  if (other < 0) return;
  throw new Error(
    `${data}: expected '${trained[other]}' as class ${other}, as in training, got '${classes[other]}'; ${wayOut}`,
  );
}

/** What is measured, around a model in evaluation's behavior. */
export function networkOf(
  parts: Pick<TrainedNetwork, 'run' | 'checkpoint' | 'config' | 'data' | 'source' | 'normalization' | 'model'>,
): TrainedNetwork {
  const { config, source, normalization, model } = parts;
  const precision = resolvePrecision(config.precision);
  const normalize = (pixels: Tensor) => normalized(pixels, normalization, config.channelsLast);
  return {
    ...parts,
    precision,
    normalize,
    logits: (pixels) => inPrecision(precision, () => model.forward(normalize(pixels))).to({ dtype: 'float32' }),
    testImages: (limit = source.test.length) =>
      limit >= source.test.length ? source.test : subset(source.test, limit, config.seed),
    eachBatch: (set, ...rest) => eachBatch(config, set, ...rest),
  };
}

function normalized(pixels: Tensor, { mean, std }: Normalization, channelsLast: boolean): Tensor {
  const perChannel = (values: readonly number[]) =>
    tensor(Float32Array.from(values), { shape: [1, values.length, 1, 1], device: pixels.device });
  return pixels
    .contiguous({ memoryFormat: channelsLast ? 'channels_last' : 'contiguous_format' })
    .sub(perChannel(mean))
    .div(perChannel(std));
}

async function eachBatch(
  config: TrainConfig,
  ...[set, body, onBatch, before]: Parameters<TrainedNetwork['eachBatch']>
): Promise<number> {
  const loader = buildTestLoader(config, set);
  try {
    for await (const { images, labels, indices, shape, step } of loader.batches(0)) {
      await before?.(indices);
      scope(() => {
        const pixels = tensor(images, { shape }).to({ dtype: 'float32' }).div_(255);
        body({ pixels, labels, indices });
      });
      onBatch?.(step + 1, loader.stepsPerEpoch);
      await eventLoopTurn();
    }
    return loader.badImages.length;
  } finally {
    await loader.close();
  }
}
