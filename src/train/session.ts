/** A configuration turned into the things that training needs; each part is usable on its own. */
import { createLoader, type DataSource, type ImageSet, type Loader, openData, subset } from '../data/index.ts';
import { type Grid, type Mixer, nearestWord, parseMix, sampleMix } from '../mix/index.ts';
import { createModel, type ImageModel, modelNames, stageGrids } from '../models/index.ts';
import { parseRegularizers, StepContext } from '../nn/index.ts';
import {
  AdamW,
  constant,
  cosine,
  milestones,
  type Optimizer,
  type ParameterGroupsOptions,
  type Schedule,
  SGD,
  warmup,
} from '../optim/index.ts';
import { keyedSeed, stream } from '../random/index.ts';
import { type ClassifyBatch, classify, type Task } from '../tasks/index.ts';
import { setThreads } from '../torch/index.ts';
import type { TrainConfig } from './config.ts';
import { ConfigError } from './config-problems.ts';
import { type Precision, resolvePrecision } from './precision.ts';

export interface Session {
  config: TrainConfig;
  train: ImageSet;
  test: ImageSet;
  model: ImageModel;
  task: Task<ClassifyBatch>;
  optimizer: Optimizer;
  schedule: Schedule;
  /** Applied to each batch in turn. */
  mixers: readonly Mixer[];
  /** The grids of the image and of each hidden map, where there are mixers that may act on one. */
  stages: readonly Grid[];
  /** What the network's own random layers draw from; begun anew at each step. */
  stepContext: StepContext;
  precision: Precision;
  trainLoader: Loader;
  testLoader: Loader;
  close(): Promise<void>;
}

/**
 * The configured network for a data set. @throws ConfigError naming the nearest network where the name is unknown
 *
 * @param stepContext what its random layers draw from in training
 */
export function buildModel(
  { model: name, channelsLast, seed, regularize }: TrainConfig,
  { classes, channels }: Pick<ImageSet, 'classes' | 'channels'>,
  stepContext = new StepContext(),
): ImageModel {
  const model = createModel(name, {
    classes: classes.length,
    channels,
    seed: keyedSeed(seed, 'weights'),
    regularize: parseRegularizers([regularize].flat(), stepContext),
  });
  if (!model) {
    const nearest = nearestWord(name, modelNames);
    const hint = nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
    throw new ConfigError([`--model: unknown network '${name}'${hint} There are: ${modelNames.join(', ')}`]);
  }
  return channelsLast ? (model.to({ memoryFormat: 'channels_last' }) as ImageModel) : model;
}

/** The configured optimizer of a network's parameters. */
export function buildOptimizer({ optimizer }: TrainConfig, model: ImageModel): Optimizer {
  const parameters = model.namedParameters();
  const groups = classifierGroup(model, optimizer.classifierFactor);
  if (optimizer.name === 'sgd') return new SGD(parameters, { ...optimizer, groups });
  const { beta1, beta2, epsilon, weightDecay } = optimizer;
  return new AdamW(parameters, { betas: [beta1, beta2], epsilon, weightDecay, groups });
}

/** A rate of its own for all parameters that published weights do not have: of the classifier and of what the network adds. */
function classifierGroup(model: ImageModel, learningRateMultiplier: number): ParameterGroupsOptions['groups'] {
  const parts = ['fc', ...(model.addedParts ?? [])];
  return (name) => (parts.includes(name.split('.')[0]!) ? { learningRateMultiplier } : {});
}

export function buildSchedule({ schedule, optimizer: { learningRate }, epochs }: TrainConfig): Schedule {
  const base = {
    milestones: () =>
      schedule.name === 'milestones'
        ? milestones(learningRate, {
            milestones: schedule.milestones.map((part) => part * epochs),
            factor: schedule.factor,
          })
        : constant(learningRate),
    cosine: () => cosine(learningRate, { epochs }),
    constant: () => constant(learningRate),
  }[schedule.name]();
  return schedule.warmupEpochs > 0 ? warmup(base, { epochs: schedule.warmupEpochs }) : base;
}

/** The loader of evaluation: every image once, in order, unchanged. */
export function buildTestLoader(config: TrainConfig, test: ImageSet): Loader {
  return createLoader(test, {
    batchSize: config.evalBatchSize ?? Math.max(config.batchSize, 100),
    shuffle: false,
    seed: config.seed,
    ...pictureOptions(config),
  });
}

function pictureOptions({ workers, onBadImage, cache, limitPixels }: TrainConfig) {
  return { workers, onBadImage, cache, limitPixels };
}

/** Opens the data and builds everything that the configuration names. */
export async function openSession(config: TrainConfig): Promise<Session> {
  if (config.threads !== undefined) setThreads(config.threads);
  const source: DataSource = await openData(config.data);
  const train = config.limitTrain === undefined ? source.train : subset(source.train, config.limitTrain, config.seed);
  const stepContext = new StepContext();
  const model = buildModel(config, train, stepContext);
  const mixers = parseMix(config.mix);
  const stages = mixers.length > 0 ? stageGrids(model, train) : [];
  // A method for a stage that the network does not have is found before there is a run folder.
  sampleMix(mixers, { batch: 2, height: train.height, width: train.width, stages }, stream(0));
  const { padding, flip, scale, color } = config.augment;
  const trainLoader = createLoader(train, {
    batchSize: config.batchSize,
    shuffle: true,
    seed: config.seed,
    ...pictureOptions(config),
    augment: { padding, flip, scale, color: color && {} },
  });
  const testLoader = buildTestLoader(config, source.test);
  const optimizer = buildOptimizer(config, model);
  return {
    config,
    train,
    test: source.test,
    model,
    task: classify(model, { labelSmoothing: config.labelSmoothing }),
    optimizer,
    schedule: buildSchedule(config),
    mixers,
    stages,
    stepContext,
    precision: resolvePrecision(config.precision),
    trainLoader,
    testLoader,
    close: async () => {
      await trainLoader.close();
      await testLoader.close();
      model.dispose();
      for (const state of optimizer.stateDict().values()) state.dispose();
    },
  };
}
