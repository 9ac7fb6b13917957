import type { BadImage, ImageSet } from '../../data/index.ts';
import { type ClassifyBatch, classify, type Task } from '../../tasks/index.ts';
import { buildTestLoader, type Validation, validate } from '../../train/index.ts';
import type { OnBatch, TrainedNetwork } from '../trained-network.ts';

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
  /** Softmax of the logits, [N, classes], row by row. */
  probabilities: Float32Array;
}

export interface Measurement extends Predictions {
  errors: Validation;
}

/** Runs a network once over the test images, as validation does: in the precision and memory layout of its training. */
export async function measure(network: TrainedNetwork, onBatch: OnBatch = () => {}): Promise<Measurement> {
  const { config, model, precision, checkpoint, normalization } = network;
  const { test } = network.source;
  const loader = buildTestLoader(config, test);
  try {
    const { task, probabilities } = keepingProbabilities(classify(model), test);
    const errors = await validate(task, { normalization }, loader, {
      precision,
      channelsLast: config.channelsLast,
      onBatch,
    });
    const bad = new Set(loader.badImages.map(({ index }) => index));
    const indices = Int32Array.from({ length: test.length }, (_, index) => index).filter((index) => !bad.has(index));
    return {
      checkpoint: checkpoint.name,
      classes: test.classes,
      labels: indices.map((index) => test.labels[index]!),
      indices,
      badImages: loader.badImages,
      probabilities: probabilities(),
      errors: errors!,
    };
  } finally {
    await loader.close();
  }
}

/** A task that also keeps what its network says: seen where it is scored, so that nothing is computed another way. */
function keepingProbabilities(
  task: Task<ClassifyBatch>,
  { length, classes }: ImageSet,
): { task: Task<ClassifyBatch>; probabilities: () => Float32Array } {
  const kept = new Float32Array(length * classes.length);
  let end = 0;
  const score: typeof task.score = (batch, result) => {
    const values = result.output.softmax(1, { dtype: 'float32' }).data() as Float32Array;
    kept.set(values, end);
    end += values.length;
    return task.score(batch, result);
  };
  return { task: { ...task, score }, probabilities: () => kept.subarray(0, end) };
}
