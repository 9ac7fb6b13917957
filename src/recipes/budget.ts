/** A recipe as it is trained: at the paper's full budget, or at one that a laptop can afford. */
import type { DataSource } from '../data/index.ts';
import { loadConfig, resolvePrecision, type TrainConfig, type TrainConfigInput } from '../train/index.ts';
import { configDifferences } from './config-differences.ts';
import type { Recipe, RecipeTable } from './recipe.ts';

/** `full`: the paper's. `small`: a smaller network, 30 epochs of at most 10,000 images, in batches of 64. */
export type Budget = 'small' | 'full';
export const budgets: readonly Budget[] = ['small', 'full'];

/** What stands for the paper's network: a smaller relative. */
const smallNetworks: Readonly<Record<string, string>> = {
  'pyramidnet200-a240': 'resnet20',
  'pyramidnet110-a64': 'pyramidnet29-a16',
  'resnet110-bottleneck': 'resnet29-bottleneck',
  resnet50: 'resnet18',
  resnet101: 'resnet34',
  resnet152: 'resnet50',
  'resnext101-32x4d': 'resnext50-32x4d',
};
const smallTraining: TrainConfigInput = {
  epochs: 30,
  batchSize: 64,
  // The paper's 0.25 is for PyramidNet-200; the authors used 0.1 for smaller networks.
  optimizer: { name: 'sgd', learningRate: 0.1 },
};
const smallImages = 10_000;

/** What can be asked for instead of what the budget says; undefined where it is not. */
export interface RecipeChanges {
  flags?: Readonly<Record<string, unknown>>;
  /** Texts of `--set`; they win over the flags. */
  set?: readonly string[];
}

/**
 * The configuration that a recipe is trained with.
 *
 * @param trainImages how many the data has: the small budget takes no more than there are
 * @throws ConfigError where a change is not valid; Error where the recipe cannot be trained here
 */
export function recipeConfig(
  { row, config: full }: Recipe,
  budget: Budget,
  { data, trainImages }: { data: string; trainImages: number },
  { flags = {}, set = [] }: RecipeChanges = {},
): TrainConfig {
  if (full === undefined)
    throw new Error(`recipe ${row}: expected one that can be trained here, got one that is only quoted`);
  const smaller = budget === 'full' ? {} : smallerThan(full, trainImages);
  const asked = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return loadConfig({ flags: { ...full, ...smaller, data, ...asked }, set });
}

function smallerThan({ model }: TrainConfigInput, trainImages: number): TrainConfigInput {
  const limit = trainImages > smallImages ? { limitTrain: smallImages } : {};
  return { ...smallTraining, ...limit, model: smallNetworks[model ?? ''] ?? 'resnet20' };
}

/** Keys with better words than their own, and keys that sentences of their own say or that no reader asks for. */
const words: Readonly<Record<string, string>> = {
  model: 'network',
  batchSize: 'batch size',
  'optimizer.learningRate': 'learning rate',
};
const unsaid = ['data', 'limitTrain', 'seed', 'threads', 'precision', 'evalBatchSize'];

/**
 * What is not as in the paper, one sentence each: the network, epochs, images, and every other setting.
 *
 * @param used the configuration of each recipe, in the same order
 */
export function budgetDifferences(
  { dataName }: RecipeTable,
  recipes: readonly Recipe[],
  used: readonly TrainConfig[],
  { train }: DataSource,
): string[] {
  const sentences = recipes.flatMap((recipe, i) => {
    const [full, got] = [loadConfig({ flags: recipe.config ?? {} }), used[i]!];
    const images =
      got.limitTrain === undefined
        ? []
        : [`training images: ${count(got.limitTrain)} drawn by the seed, not all ${count(train.length)}`];
    const others = configDifferences(full, got)
      .filter(({ key }) => !unsaid.includes(key))
      .map((one) => `${words[one.key] ?? one.key}: ${plain(one.got)}, not ${plain(one.expected)}`);
    const precision =
      resolvePrecision(got.precision) === 'bf16' ? ["precision: bf16, not float32, as the authors' code"] : [];
    return [...others, ...images, ...precision];
  });
  const [name, expected] = [letters(train.name), letters(dataName)];
  // A folder of ImageNet may be named imagenet-2012; 'cifar100' has 'cifar10' in it and is another set.
  const sameData = expected.startsWith('cifar') ? name === expected : name.includes(expected);
  return [...(sameData ? [] : [`data: ${train.name}, not ${dataName}`]), ...new Set(sentences)];
}

const count = (number: number): string => number.toLocaleString('en-US');
const plain = (json: string): string => json.replaceAll('"', '');
const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
