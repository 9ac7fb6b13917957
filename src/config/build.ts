/** A configuration turned into the things that training takes; each part is usable on its own. */
import { createLoader, type DataParts, type Dataset, type LabeledImages, type Loader } from '../data/index.ts';
import { parseMix } from '../mix/index.ts';
import { createModel, freezing as freezingOf, type ImageModel, stagesOf } from '../models/index.ts';
import { parseRegularizers, StepContext } from '../nn/index.ts';
import {
  ExponentialMovingAverage,
  type Optimizer,
  optimizers,
  type ParameterGroupsOptions,
  type Schedule,
  schedules,
} from '../optim/index.ts';
import { keyedSeed } from '../random/index.ts';
import { type ClassifyTask, classify, localRuntime, type Runtime } from '../tasks/index.ts';
import { setThreads } from '../torch/index.ts';
import { withChoices } from './chosen.ts';
import { balancedWeights, imagesPerClass } from './class-balance.ts';
import { type ChosenConfig, ConfigError, type TrainConfig } from './config.ts';
import { openTrainingData } from './run-data.ts';

/** All that a configuration names. */
export interface Training {
  data: DataParts<LabeledImages>;
  task: ClassifyTask;
  optimizer: Optimizer;
  schedule: Schedule;
  runtime: Runtime;
  average: ExponentialMovingAverage | undefined;
  /** What learns changes at the beginning of an epoch, from 1; undefined where all learns throughout. */
  freezing: { beforeEpoch: (epoch: number) => void; note: string } | undefined;
  trainLoader: Loader<number>;
  /** Of the validation part; where the data has none, of the test part: the paper's way. */
  validationLoader: Loader<number>;
  /** Opens the test part, where it is not what is measured after each epoch. */
  openTest: (() => Loader<number>) | undefined;
  close(): Promise<void>;
}

/**
 * The configured network for a data set.
 *
 * @param stepContext what its random layers draw from in training
 * @throws ConfigError naming the nearest network where the name is unknown
 */
export function buildModel(
  { model: name, channelsLast, seed, regularize }: TrainConfig,
  { classes, channels }: Pick<LabeledImages, 'classes' | 'channels'>,
  stepContext = new StepContext(),
): ImageModel {
  const made = { classes: classes.length, channels, seed: keyedSeed(seed, 'weights') };
  const regularizers = parseRegularizers([regularize].flat(), stepContext);
  try {
    const model = createModel(name, { ...made, regularize: regularizers });
    return channelsLast ? model.to({ memoryFormat: 'channels_last' }) : model;
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith('unknown network') ? new ConfigError([`--model: ${message}`]) : error;
  }
}

/**
 * The configured optimizer of a network's parameters. Of n stages with the head as the last, stage k has the learning rate times
 * layerDecay^(n - k), as in BEiT (Bao et al. 2022, its `get_num_layer_for_vit`) and timm's `param_groups_layer_decay`; the
 * head, which is every parameter that published weights do not have, has it times the head's own multiplier.
 */
export function buildOptimizer(
  { optimizer: { name, ...options } }: Pick<TrainConfig, 'optimizer'>,
  model: ImageModel,
): Optimizer {
  const ofHead = Number(options.headLearningRateMultiplier ?? 1);
  const decay = Number(options.layerDecay ?? 1);
  const { stages, head } = stagesOf(model);
  const groups: ParameterGroupsOptions['groups'] = (parameter) => {
    const stage = stages.get(parameter)!;
    return { learningRateMultiplier: stage === head ? ofHead : decay ** (head - stage) };
  };
  return optimizers.get(name).make(options, model.namedParameters(), ofHead === 1 && decay === 1 ? undefined : groups);
}

/** What freezes and frees as the configuration says, called with the epoch, from 1. @throws as {@link freezingOf} */
function buildFreezing(
  { freeze = 'none', freezeEpochs = Number.POSITIVE_INFINITY, epochs, weights }: ChosenConfig,
  model: ImageModel,
) {
  if (freeze === 'none') return undefined;
  const parts = freezingOf(model, freeze);
  const epochsWords = freezeEpochs === 1 ? 'epoch' : `${freezeEpochs} epochs`;
  const until = freezeEpochs >= epochs ? '' : ` for the first ${epochsWords}`;
  const what = typeof freeze === 'number' ? `${freeze} stages` : freeze;
  const random = weights === undefined ? '; no weights are given, so these stay as they were drawn' : '';
  const count = (values: number) => values.toLocaleString('en-US');
  return {
    beforeEpoch: (epoch: number) => parts.set(epoch <= freezeEpochs),
    note: `frozen${until}: ${what}, ${count(parts.parameterCount)} of ${count(model.parameterCount)} parameters${random}`,
  };
}

/** The configured schedule. */
export function buildSchedule({
  schedule: { name, ...options },
  optimizer,
  epochs,
}: Pick<ChosenConfig, 'schedule' | 'optimizer' | 'epochs'>): Schedule {
  return schedules.get(name).make(options, Number(optimizer.learningRate), epochs);
}

/** Images of a batch, wherever nothing is learned of them. */
export function evaluationBatchSize({ evalBatchSize, batchSize }: TrainConfig): number {
  return evalBatchSize ?? Math.max(batchSize ?? 0, 100);
}

/** The loader of evaluation: every image once, in order, unchanged. */
export function buildEvaluationLoader<Target>(config: TrainConfig, set: Dataset<Target>): Loader<Target> {
  return createLoader(set, {
    batchSize: evaluationBatchSize(config),
    shuffle: false,
    seed: config.seed,
    ...pictureOptions(config),
  });
}

function pictureOptions({ workers, onBadImage, cache, limitPixels }: TrainConfig) {
  return { workers, onBadImage, cache, limitPixels };
}

/** Where the configuration computes. */
export function buildRuntime({ precision, channelsLast }: TrainConfig): Runtime {
  return localRuntime({ precision, channelsLast });
}

/**
 * Builds everything that the configuration names.
 *
 * @param data what it trains on and measures (default: opened as the configuration says)
 */
export async function buildTraining(given: TrainConfig, data?: DataParts<LabeledImages>): Promise<Training> {
  if (given.threads !== undefined) setThreads(given.threads);
  const parts = data ?? (await openTrainingData(given));
  return buildOn(withChoices(given, parts.train), parts);
}

function buildOn(config: ChosenConfig, data: DataParts<LabeledImages>): Training {
  const { train } = data;
  const stepContext = new StepContext();
  const model = buildModel(config, train, stepContext);
  // What may be refused comes before loaders, whose threads would have to be ended.
  const freezing = buildFreezing(config, model);
  const { labelSmoothing } = config;
  const classWeights = config.classWeights === 'balanced' ? balancedWeights(imagesPerClass(train)) : undefined;
  const task = classify(model, train, { mix: parseMix(config.mix), labelSmoothing, classWeights, stepContext });
  const { padding, flip, scale, color, erase, randAugment: magnitude, randAugmentOperations } = config.augment;
  const trainLoader = createLoader(train, {
    batchSize: config.batchSize,
    shuffle: true,
    seed: config.seed,
    ...pictureOptions(config),
    augment: {
      ...{ padding, flip, scale, erase, color: color && {} },
      ...(magnitude !== undefined && { randAugment: { magnitude, operations: randAugmentOperations } }),
    },
  });
  const validationLoader = buildEvaluationLoader(config, data.validation ?? data.test);
  const optimizer = buildOptimizer(config, model);
  const average =
    config.averageDecay === undefined ? undefined : new ExponentialMovingAverage(model, { decay: config.averageDecay });
  return {
    data,
    task,
    optimizer,
    schedule: buildSchedule(config),
    runtime: buildRuntime(config),
    average,
    freezing,
    trainLoader,
    validationLoader,
    openTest: data.validation && (() => buildEvaluationLoader(config, data.test)),
    close: async () => {
      await trainLoader.close();
      await validationLoader.close();
      model.dispose();
      average?.dispose();
      for (const state of optimizer.stateDict().values()) state.dispose();
    },
  };
}
