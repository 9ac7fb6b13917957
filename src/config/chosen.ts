/** What a configuration leaves open is chosen by the data and the weights that it starts from. */
import type { DataParts, LabeledImages } from '../data/index.ts';
import { largestWhole } from '../data/picture-view.ts';
import type { DownloadWeightsOptions } from '../hub/index.ts';
import { optimizers } from '../optim/index.ts';
import { type ChosenConfig, ConfigError, networkOfWeights, parseConfig, type TrainConfig } from './config.ts';
import { type Published, withPublished } from './published.ts';
import { openTrainingData } from './run-data.ts';

/** What choices follow from. */
export type TrainingImages = Pick<LabeledImages, 'height' | 'width' | 'length'>;

/** How long a training is that nobody said more of, in steps: some minutes for small pictures. A budget, not a finding. */
const usefulSteps = { anew: 3000, published: 600 };

/**
 * Of the usual learning rate, where weights are published ones: of 0.1 and 0.4 the latter had the lower error on 300
 * photographs of birds, 44.4 and 43.6 against 51.4 and 46.1 %.
 */
const publishedShare = 0.4;

/** The peak learning rate for batches of 64 from weights drawn anew; of other optimizers their own default holds. */
const usualRates: Readonly<Record<string, number>> = { sgd: 0.1, adamw: 1e-3 };

/**
 * Fills in what was left open:
 *
 * - `model`: `resnet20` for pictures up to 64 pixels, else `resnet18`;
 * - `batchSize`: the power of two in 8 .. 64 that gives an epoch at least 16 steps, but no more than there are images;
 * - `epochs`: so many that there are about 3,000 steps, or 600 from published weights, but at least 10 and at most 200;
 * - `optimizer.learningRate`: 0.1 for SGD and 0.001 for AdamW in batches of 64, in proportion for others (Goyal et al. 2017,
 *   section 2.1), and 0.4 times that from published weights;
 * - `optimizer.headLearningRateMultiplier`: 10 from published weights, since most classifiers start anew there, else 1;
 * - `schedule`: half a cosine, after a warm-up of a twentieth of the epochs.
 *
 * @param images the training part, before `limitTrain`
 * @throws ConfigError where what was given contradicts what is chosen
 */
export function withChoices(config: TrainConfig, images: TrainingImages): ChosenConfig {
  const { schedule, optimizer } = config;
  const isPublished = config.weights !== undefined;
  const length = Math.min(images.length, config.limitTrain ?? images.length);
  const batchSize = config.batchSize ?? batchSizeFor(length);
  const epochs = config.epochs ?? epochsFor(Math.ceil(length / batchSize), isPublished);
  const scale = (batchSize / 64) * (isPublished ? publishedShare : 1);
  const chosen = {
    ...config,
    ...{ model: networkFor(config, images), batchSize, epochs },
    optimizer: {
      ...optimizer,
      ...ratesOf(config, scale),
    },
    schedule: schedule ?? { name: 'cosine', warmupEpochs: rounded(epochs / 20) },
  };
  // What was given may contradict what is chosen, as more epochs of warm-up than there are.
  parseConfig(chosen);
  return chosen;
}

/** Those that the optimizer has as options, and no value yet. */
function ratesOf({ optimizer, weights }: TrainConfig, scale: number): Record<string, number> {
  const usual = usualRates[optimizer.name];
  const { options } = optimizers.get(optimizer.name);
  if (optimizer.learningRate === undefined && usual === undefined) {
    throw new ConfigError([
      `optimizer.learningRate: expected a number, which ${optimizer.name} has no default for; got none`,
    ]);
  }
  const isOpen = (key: string) => Object.hasOwn(options, key) && optimizer[key] === undefined;
  return {
    ...(isOpen('learningRate') && usual !== undefined && { learningRate: rounded(usual * scale) }),
    ...(isOpen('headLearningRateMultiplier') && { headLearningRateMultiplier: weights === undefined ? 1 : 10 }),
  };
}

/** Small pictures go to networks that keep them large; the others' first layers shrink them four times. */
function networkFor({ model }: TrainConfig, { height, width }: TrainingImages): string {
  if (model !== networkOfWeights) return model;
  return Math.max(height, width) <= largestWhole ? 'resnet20' : 'resnet18';
}

function batchSizeFor(images: number): number {
  const fitting = 2 ** Math.floor(Math.log2(Math.max(1, images / 16)));
  return Math.min(64, Math.max(8, fitting), Math.max(2, images));
}

function epochsFor(stepsPerEpoch: number, isPublished: boolean): number {
  const steps = isPublished ? usefulSteps.published : usefulSteps.anew;
  return Math.min(200, Math.max(10, Math.round(steps / stepsPerEpoch)));
}

/** As people would write it: two digits that count. */
const rounded = (value: number): number => Number(value.toPrecision(2));

/** What was chosen, as people would have typed it: `model=resnet18`, `optimizer.learningRate=0.0025`. */
export function choicesMade(given: TrainConfig, chosen: ChosenConfig): string[] {
  const { learningRate, headLearningRateMultiplier: head = 1 } = chosen.optimizer;
  return [
    ...(given.model === chosen.model ? [] : [`model=${chosen.model}`]),
    ...(given.batchSize === undefined ? [`batchSize=${chosen.batchSize}`] : []),
    ...(given.epochs === undefined ? [`epochs=${chosen.epochs}`] : []),
    ...(given.optimizer.learningRate === learningRate ? [] : [`optimizer.learningRate=${learningRate}`]),
    ...((given.optimizer.headLearningRateMultiplier ?? 1) === head
      ? []
      : [`optimizer.headLearningRateMultiplier=${head}`]),
    ...(given.schedule === undefined ? [`schedule=cosine:warmupEpochs=${chosen.schedule.warmupEpochs}`] : []),
  ];
}

export interface ChosenTraining extends Published {
  config: ChosenConfig;
  /** What is trained on and measured. */
  data: DataParts<LabeledImages>;
}

export interface ChooseOptions extends DownloadWeightsOptions {
  /** Opens the data. Default: as the configuration says; whoever asks often keeps what is open. */
  open?: ((config: TrainConfig) => Promise<DataParts<LabeledImages>>) | undefined;
}

/**
 * A configuration with all that it leaves open: the network and pictures of the weights that it names, which are downloaded
 * where they are not in the hub's cache, and what {@link withChoices} chooses by the data.
 *
 * @throws where the data cannot be opened, or the weights cannot be had
 */
export async function chooseConfig(
  given: TrainConfig,
  { open = openTrainingData, ...options }: ChooseOptions = {},
): Promise<ChosenTraining> {
  const published = await withPublished(given, options);
  const data = await open(published.config);
  return { ...published, data, config: withChoices(published.config, data.train) };
}
