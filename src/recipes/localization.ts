/**
 * Table 9 of the paper: weakly supervised localization on CUB-200-2011 and ImageNet, by networks that are fine-tuned from
 * ones trained on ImageNet, with a new classifier (appendix B). The classifier learns ten times as fast as the rest, and
 * so does the convolution that VGG-GAP adds to VGG-16: it is as new.
 *
 * What the appendix leaves open, and was chosen here:
 * - whether a method acts in the fine-tuning, or only in the training before it: it acts in the fine-tuning, as in the
 *   later code of some of the authors (clovaai/wsolevaluation); the user chooses what the given weights were trained
 *   with, for all rows or for each (`weights=DIR/{row}.safetensors`);
 * - the methods' parameters: those of Table 3, so that CutMix mixes every batch, as in that code;
 * - Nesterov's momentum and mirrored pictures: both, as in the paper's other trainings.
 */

import type { TrainConfigInput } from '../config/index.ts';
import type { Recipe, RecipeTable } from './recipe.ts';
import { fraction } from './recipe.ts';

/** Appendix B's words for one data set. */
interface Training extends Pick<TrainConfigInput, 'epochs' | 'batchSize'> {
  milestones: number[];
  /** Of all but the classifier. */
  learningRates: { resnet50: number; vgg16: number };
}

const networks = {
  resnet50: { title: 'ResNet-50', model: 'resnet50-os16' },
  vgg16: { title: 'VGG-GAP', model: 'vgg16-gap' },
} as const;
type Network = keyof typeof networks;

const methods = {
  baseline: { title: '', mix: 'none' },
  mixup: { title: ' + MixUp', mix: 'mixup:alpha=1' },
  cutout: { title: ' + Cutout', mix: 'cutout' },
  cutmix: { title: ' + CutMix', mix: 'cutmix:probability=1' },
} as const;
type Method = keyof typeof methods;

/** Percent, as printed. */
type Printed = Record<Network, Record<Method, number>>;

function fineTuned(
  { epochs, batchSize, milestones, learningRates }: Training,
  network: Network,
  printed: Record<Method, number>,
): Recipe[] {
  const { title, model } = networks[network];
  const config: TrainConfigInput = {
    ...{ model, weightsHead: 'skip', epochs, batchSize },
    optimizer: { name: 'sgd', learningRate: learningRates[network], headLearningRateMultiplier: 10 },
    schedule: { name: 'milestones', milestones },
  };
  return (Object.keys(methods) as Method[]).map((name) => ({
    row: name === 'baseline' ? network : `${network}-${name}`,
    title: `${title}${methods[name].title}`,
    config: { ...config, mix: methods[name].mix },
    startsFrom: 'a network trained on ImageNet',
    published: { top1Localization: fraction(printed[name]) },
    ...(name === 'baseline'
      ? {}
      : { baseline: network, note: 'Whether it acts in fine-tuning is not stated: here it does.' }),
  }));
}

/** Another method of localization, whose number the paper quotes. */
function quoted([row, title, percent]: [row: string, title: string, percent: number]): Recipe {
  const note = 'Quoted in the paper, and not trained here: a method of localization of its own.';
  return { row, title, published: { top1Localization: fraction(percent) }, quoted: true, note };
}

function table(
  about: Pick<RecipeTable, 'table' | 'dataName' | 'dataFolder'>,
  training: Training,
  printed: Printed,
  others: [row: string, title: string, percent: number][],
): RecipeTable {
  return {
    ...about,
    source: 'Table 9',
    title: `Localization on ${about.dataName}, fine-tuned`,
    pictures: { size: 224, fit: 'stretch' },
    suites: ['localization'],
    rows: [
      ...fineTuned(training, 'vgg16', printed.vgg16),
      ...others.map(quoted),
      ...fineTuned(training, 'resnet50', printed.resnet50),
    ],
  };
}

export const table9 = table(
  { table: 'T9', dataName: 'CUB-200-2011', dataFolder: 'CUB_200_2011' },
  // A tenth of the learning rate every 150 epochs.
  { epochs: 600, batchSize: 32, milestones: [0.25, 0.5, 0.75], learningRates: { resnet50: 1e-3, vgg16: 1e-4 } },
  {
    vgg16: { baseline: 37.12, mixup: 41.73, cutout: 44.83, cutmix: 52.53 },
    resnet50: { baseline: 49.41, mixup: 49.3, cutout: 52.78, cutmix: 54.81 },
  },
  [
    ['vgg16-acol', 'VGG-GAP + ACoL', 45.92],
    ['vgg16-adl', 'VGG-GAP + ADL', 52.36],
    ['inception-v3-spg', 'InceptionV3 + SPG', 46.64],
  ],
);

export const table9ImageNet = table(
  { table: 'T9-ImageNet', dataName: 'ImageNet' },
  // A tenth of the learning rate every 6 epochs.
  { epochs: 20, batchSize: 256, milestones: [0.3, 0.6, 0.9], learningRates: { resnet50: 0.01, vgg16: 0.01 } },
  {
    vgg16: { baseline: 42.73, mixup: 42.54, cutout: 43.13, cutmix: 43.45 },
    resnet50: { baseline: 46.3, mixup: 45.84, cutout: 46.69, cutmix: 47.25 },
  },
  [
    ['vgg16-acol', 'VGG-GAP + ACoL', 45.83],
    ['vgg16-adl', 'VGG-GAP + ADL', 44.92],
    ['googlenet-has', 'GoogLeNet + HaS', 45.21],
    ['inception-v3-spg', 'InceptionV3 + SPG', 48.6],
  ],
);
