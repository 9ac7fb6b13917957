import { type BadImage, type ImageSet, openData } from '../data/index.ts';
import { type ClassifyBatch, classify, type Task } from '../tasks/index.ts';
import {
  buildModel,
  buildTestLoader,
  findCheckpoint,
  loadModel,
  RunFolder,
  readRunConfig,
  resolvePrecision,
  type Validation,
  validate,
} from '../train/index.ts';

export interface EvaluateOptions {
  /** `last`, `best` or a name as in `step-00001234`. Default `last`. */
  checkpoint?: string;
  /** Other data with the same classes. Default: what the run was trained on. */
  data?: string;
  onBatch?: (done: number, batches: number) => void;
}

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

/** The checkpoint that is meant. @throws where there is none yet */
export function checkpointOf(run: RunFolder, name = 'last') {
  const checkpoint = findCheckpoint(run, name);
  if (checkpoint) return checkpoint;
  throw new Error(`run folder ${run.path}: no checkpoint yet; train on with 'patchwork resume ${run.path}'`);
}

/** Runs a run's network once over the test images, in the precision and memory layout of its training. */
export async function measure(
  path: string,
  { checkpoint: name, data, onBatch = () => {} }: EvaluateOptions = {},
): Promise<Measurement> {
  const run = RunFolder.open(path);
  const config = readRunConfig(run);
  const checkpoint = checkpointOf(run, name);
  const { train, test } = await openData(data ?? config.data);
  const model = buildModel(config, train);
  const loader = buildTestLoader(config, test);
  try {
    loadModel(
      checkpoint,
      model,
      run.checkpoints.list().filter((other) => other.name !== checkpoint.name),
    );
    const { channelsLast } = config;
    const precision = resolvePrecision(config.precision);
    const { task, probabilities } = keepingProbabilities(classify(model), test);
    const errors = await validate(task, test, loader, { precision, channelsLast, onBatch });
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
    model.dispose();
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
