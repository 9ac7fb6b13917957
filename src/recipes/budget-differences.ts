import { loadConfig, type TrainConfig } from '../config/index.ts';
import type { DataParts, LabeledImages } from '../data/index.ts';
import { configDifferences } from '../experiments/index.ts';
import { resolvePrecision } from '../tasks/index.ts';
import type { Recipe, RecipeTable } from './recipe.ts';

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
  { dataName, pictures }: RecipeTable,
  recipes: readonly Recipe[],
  used: readonly TrainConfig[],
  { train }: DataParts<LabeledImages>,
): string[] {
  const sentences = recipes.flatMap((recipe, i) => settingsDifferences(recipe, used[i]!, train));
  const [name, expected] = [letters(train.name), letters(dataName)];
  // A folder of ImageNet may be named imagenet-2012; 'cifar100' has 'cifar10' in it and is another set.
  const sameData = expected.startsWith('cifar') ? name === expected : name.includes(expected);
  return [
    ...(sameData ? [] : [`data: ${train.name}, not ${dataName}`]),
    ...pictureDifferences(pictures, train),
    ...new Set(sentences),
  ];
}

function settingsDifferences({ config, startsFrom }: Recipe, got: TrainConfig, { length }: LabeledImages): string[] {
  // Which file it is that a recipe wants, no recipe can say.
  const { weights } = startsFrom === undefined ? {} : got;
  const full = loadConfig({ flags: { ...config, weights } });
  const others = configDifferences(full, got)
    .filter(({ key }) => !unsaid.includes(key))
    .map((one) => `${words[one.key] ?? one.key}: ${plain(one.got)}, not ${plain(one.expected)}`);
  const start =
    startsFrom === undefined || weights !== undefined ? [] : [`start: from scratch, not from ${startsFrom}`];
  const images =
    got.limitTrain === undefined
      ? []
      : [`training images: ${count(got.limitTrain)} drawn by the seed, not all ${count(length)}`];
  const precision =
    resolvePrecision(got.precision) === 'bf16' ? ["precision: bf16, not float32, as the authors' code"] : [];
  return [...others, ...start, ...images, ...precision];
}

/** Data in memory is other data, which is said already. */
function pictureDifferences(expected: RecipeTable['pictures'], set: LabeledImages): string[] {
  if (expected === undefined || !('pictures' in set)) return [];
  const size = set.height === expected.size ? [] : [`pictures: ${set.height} pixels, not ${expected.size}`];
  return set.fit === expected.fit ? size : [...size, `pictures: fit=${set.fit}, not ${expected.fit}`];
}

const count = (number: number): string => number.toLocaleString('en-US');
const plain = (json: string): string => json.replaceAll('"', '');
const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
