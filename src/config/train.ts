import { RunFolder } from '../runs/index.ts';
import { type FitResult, fit, type TrainListener } from '../train/index.ts';
import { buildTraining, type Training } from './build.ts';
import type { TrainConfig } from './config.ts';
import { describeEnvironment, independentConfig, movedData, readRunConfig, recordData } from './environment.ts';
import { describeWeights, loadWeights } from './load-weights.ts';

export interface TrainOptions {
  /** The run folder; must not hold a run yet. */
  run: string;
  /** Called with every event, in the loop: keep it short. */
  listener?: TrainListener | undefined;
  /** When aborted, the step under way is finished, a checkpoint is written, and training returns. */
  signal?: AbortSignal | undefined;
}

export interface TrainResult extends FitResult {
  /**
   * Which part the best epoch was chosen on: the validation part, or, where the data has none, the test part, as in the
   * paper.
   */
  chosenOn: 'validation' | 'test';
}

/** Trains a network as the configuration says, into a new run folder. */
export async function train(given: TrainConfig, { run: path, ...options }: TrainOptions): Promise<TrainResult> {
  const config = independentConfig(given);
  return withTraining(config, async (training) => {
    const startedFrom = startingWeights(training, config);
    const { classes, normalization } = training.data.train;
    const about = { config, environment: describeEnvironment(), classes, normalization };
    using run = RunFolder.create(path, about);
    return await fitConfigured(run, training, config, { ...options, startedFrom });
  });
}

export interface ResumeOptions extends Omit<TrainOptions, 'run'> {
  /** Name of the checkpoint to go on from, as in `step-00001234`. Default: the latest. */
  checkpoint?: string | undefined;
  /** Where the data is now, if it was moved; recorded in the run. Options that are not given stay. Default: where it was. */
  data?: string | undefined;
}

/** Goes on with a run from its last checkpoint, or from the start where there is none yet: to the same bytes. */
export async function resume(path: string, { checkpoint, data, ...options }: ResumeOptions = {}): Promise<TrainResult> {
  using run = RunFolder.open(path, { write: true });
  const recorded = readRunConfig(run);
  const config = data === undefined ? recorded : { ...recorded, data: movedData(recorded.data, data) };
  return await withTraining(config, (training) => {
    if (data !== undefined) recordData(run, config.data);
    // Before the first checkpoint the run starts over, from the weights that it had started from.
    const isNew = run.checkpoints.latest() === undefined;
    const startedFrom = isNew ? startingWeights(training, config) : undefined;
    return fitConfigured(run, training, config, { ...options, startedFrom, resume: checkpoint ?? true });
  });
}

async function withTraining<Result>(config: TrainConfig, body: (training: Training) => Promise<Result>) {
  const training = await buildTraining(config);
  try {
    return await body(training);
  } finally {
    await training.close();
  }
}

/** Loads what the configuration says to start from; what was loaded, in words. */
function startingWeights({ task: { model } }: Training, { weights, weightsHead }: TrainConfig): string | undefined {
  return weights === undefined ? undefined : describeWeights(loadWeights(model, weights, { head: weightsHead }));
}

interface ConfiguredFit extends Omit<TrainOptions, 'run'> {
  startedFrom: string | undefined;
  resume?: true | string;
}

async function fitConfigured(
  run: RunFolder,
  { task, optimizer, schedule, runtime, average, trainLoader, validationLoader, openTest }: Training,
  { epochs, seed, clipNorm, checkpointMinutes }: TrainConfig,
  { listener, ...options }: ConfiguredFit,
): Promise<TrainResult> {
  const result = await fit({
    ...{ task, optimizer, schedule, runtime, average, epochs, seed, clipNorm, checkpointMinutes, run },
    train: trainLoader,
    validation: validationLoader,
    test: openTest,
    listeners: listener === undefined ? [] : [listener],
    ...options,
  });
  return { ...result, chosenOn: openTest === undefined ? 'test' : 'validation' };
}
