/** A recipe as it is trained: at the paper's full budget, or at one that a laptop can afford. */
import { loadConfig, type TrainConfig, type TrainConfigInput } from '../config/index.ts';
import type { Budget, Recipe } from './recipe.ts';

/** What stands for the paper's network: a smaller relative. */
const smallNetworks: Readonly<Record<string, string>> = {
  'pyramidnet200-a240': 'resnet20',
  'pyramidnet110-a64': 'pyramidnet29-a16',
  'resnet110-bottleneck': 'resnet29-bottleneck',
  resnet50: 'resnet18',
  resnet101: 'resnet34',
  resnet152: 'resnet50',
  'resnet50-os16': 'resnet18-os16',
  // There is no smaller VGG; without batch normalization it does not begin to learn from scratch.
  'vgg16-gap': 'vgg16-bn-gap',
  'resnext101-32x4d': 'resnext50-32x4d',
};
const smallEpochs = 30;
const smallImages = 10_000;

/** What can be asked for instead of what the budget says; undefined where it is not. */
export interface RecipeChanges {
  flags?: Readonly<Record<string, unknown>>;
  /** Texts of `--set`; they win over the flags. In `weights`, `{row}` is the name of the row. */
  set?: readonly string[];
}

/**
 * The configuration that a recipe is trained with.
 *
 * @param trainImages how many the data has: the small budget takes no more than there are
 * @throws ConfigError where a change is not valid; Error where the recipe cannot be trained here, or starts from weights
 *   that are not given
 */
export function recipeConfig(
  { row, config: full, startsFrom }: Recipe,
  budget: Budget,
  { data, trainImages }: { data: string; trainImages: number },
  { flags = {}, set = [] }: RecipeChanges = {},
): TrainConfig {
  if (full === undefined)
    throw new Error(`recipe ${row}: expected one that can be trained here, got one that is only quoted`);
  const asked = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const configOf = (smaller: TrainConfigInput): TrainConfig => {
    const { weights, ...config } = loadConfig({ flags: { ...full, ...smaller, data, ...asked }, set });
    return { ...config, ...(weights !== undefined && { weights: weights.replaceAll('{row}', row) }) };
  };
  const whole = configOf({});
  const isFineTuned = startsFrom !== undefined && whole.weights !== undefined;
  if (budget === 'full') {
    if (startsFrom === undefined || isFineTuned) return whole;
    throw new Error(
      `recipe ${row}: expected the weights of ${startsFrom}, which the paper fine-tunes, got none; ` +
        'give a safetensors file by --set weights=FILE, or train from scratch by --budget small',
    );
  }
  const limit = trainImages > smallImages ? { limitTrain: smallImages } : {};
  // Weights that are given are those of the paper's network, and its learning rates are for them.
  return configOf({
    epochs: Math.min(smallEpochs, whole.epochs ?? smallEpochs),
    ...limit,
    ...(isFineTuned ? {} : smallerNetwork(full)),
  });
}

function smallerNetwork({ model }: TrainConfigInput): TrainConfigInput {
  const network = smallNetworks[model ?? ''] ?? 'resnet20';
  // The paper's 0.25 is for PyramidNet-200; the authors used 0.1 for smaller networks. At that VGG does not learn.
  const learningRate = network.startsWith('vgg') ? 0.01 : 0.1;
  return { model: network, batchSize: 64, optimizer: { name: 'sgd', learningRate } };
}
