import { rmSync } from 'node:fs';
import { dataFolder, passedOverLines } from '../data/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { type DataRecord, earlierPictures, RunFolder, recordData } from '../runs/index.ts';
import { trimMemory } from '../torch/index.ts';
import { type FitResult, fit, type TrainEvent, type TrainListener } from '../train/index.ts';
import { buildTraining, type Training } from './build.ts';
import { choicesMade, chooseConfig } from './chosen.ts';
import { type ChosenConfig, parseConfig, type TrainConfig } from './config.ts';
import {
  describeEnvironment,
  describeImages,
  independentConfig,
  movedData,
  readRunConfig,
  recordConfig,
} from './environment.ts';
import { describeWeights, loadWeights } from './load-weights.ts';
import { otherNormalization, type Published, withPublished } from './published.ts';
import { openRunData } from './run-data.ts';
import { concernsOf, describeTraining, TrainingWatch } from './training-notes.ts';

export interface TrainOptions {
  /** The run folder, or what names it by the configuration as it is trained; must not hold a run yet. */
  run: string | ((config: ChosenConfig) => string);
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

/**
 * Trains a network as the configuration says, into a new run folder. Weights of the Hugging Face hub are downloaded first,
 * where they are not in its cache.
 */
export async function train(given: TrainConfig, { run: named, ...options }: TrainOptions): Promise<TrainResult> {
  const { data, ...published } = await chooseConfig(given, options);
  const config = independentConfig(published.config);
  return withTraining(await buildTraining(config, data), async (training) => {
    const startedFrom = startingWeights(training, published);
    const { classes, normalization } = data.train;
    const images = describeImages(data.train);
    const about = { config, environment: describeEnvironment(), classes, normalization, images };
    using run = RunFolder.create(typeof named === 'string' ? named : named(config), about);
    const shared = sharedNotes(await recordData(run, data, dataFolder(config.data)));
    const choices = choicesMade(given, config);
    const notes = [
      ...published.notes,
      ...otherNormalization(published, data.train),
      ...shared,
      ...(choices.length === 0 ? [] : [`chosen by the data: ${choices.join(' ')}`]),
      ...describeTraining(config, data.train),
      ...(training.freezing === undefined ? [] : [training.freezing.note]),
      ...concernsOf(config, data.train, training.trainLoader.stepsPerEpoch).map((text) => `warning: ${text}`),
    ];
    return await fitConfigured(run, training, config, { ...options, startedFrom, notes });
  });
}

export interface ResumeOptions extends Omit<TrainOptions, 'run'> {
  /** Name of the checkpoint to go on from, as in `step-00001234`. Default: the latest. */
  checkpoint?: string | undefined;
  /**
   * Epochs in all, to go on beyond the end that was planned: the schedule is that of the new number, so that a rate which had
   * fallen rises again. `earlyStop` no longer holds. Default: as in the training before.
   */
  epochs?: number | undefined;
  /** Where the data is now, if it was moved; recorded in the run. Options that are not given stay. Default: where it was. */
  data?: string | undefined;
  /**
   * Go on although the data is not what the run recorded; what was trained on before is still never measured. Default false:
   * that is an error.
   */
  acceptChangedData?: boolean | undefined;
  /** Go on where more than a tenth of the files of the data is passed over. Default: as in the training before. */
  allowSkipped?: boolean | undefined;
}

/**
 * Goes on with a run from its last checkpoint, or from the start where there is none yet: to the same bytes.
 *
 * @throws where the data has changed since the run recorded it, saying how; where its classes have
 */
export async function resume(
  path: string,
  { checkpoint, data, epochs, acceptChangedData = false, allowSkipped, ...options }: ResumeOptions = {},
): Promise<TrainResult> {
  using run = RunFolder.open(path, { write: true });
  const recorded = withEpochs(readRunConfig(run), epochs);
  const config = {
    ...recorded,
    allowSkipped: allowSkipped ?? recorded.allowSkipped,
    ...(data !== undefined && { data: movedData(recorded.data, data) }),
  };
  // Before the first checkpoint the run starts over, from the weights that it had started from.
  const isNew = run.checkpoints.latest() === undefined;
  const { parts, notes } = await dataToGoOnWith(run, config, acceptChangedData || isNew);
  const published = isNew ? await withPublished(config, options) : undefined;
  return await withTraining(await buildTraining(config, parts), (training) => {
    if (data !== undefined || epochs !== undefined) recordConfig(run, config);
    const startedFrom = published && startingWeights(training, published);
    return fitConfigured(run, training, config, { ...options, startedFrom, notes, resume: checkpoint ?? true });
  });
}

function withEpochs(config: ChosenConfig, epochs: number | undefined): ChosenConfig {
  if (epochs === undefined) return config;
  if (epochs <= config.epochs) {
    throw new Error(`resume: expected more epochs than the ${config.epochs} of the run, got ${epochs}`);
  }
  const { earlyStop: _, ...others } = config;
  parseConfig({ ...others, epochs });
  return { ...others, epochs };
}

/** A run's data, which is to be what it was; or else is recorded anew, with what the run trained on before. */
async function dataToGoOnWith(run: RunFolder, config: TrainConfig, accepts: boolean) {
  const { parts, notes, isRecorded, location } = await openRunData(run, config);
  if (isRecorded) return { parts, notes };
  if (!accepts) {
    throw new Error(
      `${notes.join('\n')}\nExpected the data that the run was trained on: put it back, or go on with it as it is now ` +
        '(--accept-changed-data), which gives other numbers than a training on either',
    );
  }
  const folder = dataFolder(location);
  const earlier = await earlierPictures(run, parts.train, folder);
  return { parts, notes: [...notes, ...sharedNotes(await recordData(run, parts, folder, earlier))] };
}

/** What is trained on and measured as well, in words. */
function sharedNotes({ inBothParts }: DataRecord): string[] {
  if (inBothParts === undefined) return [];
  const { count, examples } = inBothParts;
  const [[train, other] = []] = examples;
  return [
    `of the pictures that are measured, ${count} ${count === 1 ? 'is' : 'are'} trained on too, byte for byte, such as ` +
      `${other} (${train}): errors come out too low`,
  ];
}

async function withTraining<Result>(training: Training, body: (training: Training) => Promise<Result>) {
  try {
    return await body(training);
  } finally {
    await training.close();
    trimMemory();
  }
}

/** Loads what the configuration says to start from; what was loaded, in words. */
function startingWeights({ task: { model } }: Training, { config, path }: Published): string | undefined {
  if (path === undefined) return undefined;
  return describeWeights(loadWeights(model, path, { head: config.weightsHead, title: config.weights }));
}

/** The list of files that are in no part of the data; no file where there is none. */
function keepPassedOver(run: RunFolder, { passedOver = [] }: Training['data']): void {
  const path = run.pathOf('passed-over.txt');
  if (passedOver.length > 0) writeFileAtomically(path, [Buffer.from(passedOverLines(passedOver))]);
  else rmSync(path, { force: true });
}

interface ConfiguredFit extends Omit<TrainOptions, 'run'> {
  startedFrom: string | undefined;
  notes: readonly string[];
  resume?: true | string;
}

async function fitConfigured(
  run: RunFolder,
  { data, task, optimizer, schedule, runtime, average, freezing, trainLoader, validationLoader, openTest }: Training,
  config: ChosenConfig,
  { listener, ...options }: ConfiguredFit,
): Promise<TrainResult> {
  const { epochs, earlyStop, seed, clipNorm, checkpointMinutes } = config;
  keepPassedOver(run, data);
  const watch = new TrainingWatch(data.train.classes.length);
  const tell = (event: TrainEvent) => {
    listener?.(event);
    if (event.type === 'start') return;
    for (const text of watch.see(event)) listener?.({ type: 'note', step: event.step, text: `warning: ${text}` });
  };
  const result = await fit({
    ...{ task, optimizer, schedule, runtime, average, epochs, earlyStop, seed, clipNorm, checkpointMinutes, run },
    train: trainLoader,
    validation: validationLoader,
    test: openTest,
    beforeEpoch: freezing?.beforeEpoch,
    listeners: listener === undefined ? [] : [tell],
    ...options,
  });
  return { ...result, chosenOn: openTest === undefined ? 'test' : 'validation' };
}
