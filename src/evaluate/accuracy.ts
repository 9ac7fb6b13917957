import { openData } from '../data/index.ts';
import { classify } from '../tasks/index.ts';
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

export interface Evaluation extends Validation {
  run: string;
  checkpoint: string;
  images: number;
}

/** Measures a run's network on the test images: top-1 and top-5 error (fractions) and loss. */
export async function evaluateAccuracy(
  path: string,
  { checkpoint: name = 'last', data, onBatch = () => {} }: EvaluateOptions = {},
): Promise<Evaluation> {
  const run = RunFolder.open(path);
  const config = readRunConfig(run);
  const checkpoint = findCheckpoint(run, name);
  if (!checkpoint) throw new Error(`run folder ${path}: no checkpoint yet; train on with 'patchwork resume ${path}'`);
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
    const measured = await validate(classify(model), test, loader, { precision, channelsLast, onBatch });
    return { run: path, checkpoint: checkpoint.name, images: test.length, ...measured! };
  } finally {
    await loader.close();
    model.dispose();
  }
}
