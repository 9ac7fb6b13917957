/** Tables 3 and 4 of the paper: ImageNet. Training as in section 4.1.1 and the official code. */

import type { TrainConfigInput } from '../config/index.ts';
import type { Recipe, RecipeTable } from './recipe.ts';
import { fraction, published } from './recipe.ts';

/**
 * The paper's training on ImageNet: a tenth of the learning rate after each quarter of 300 epochs. Its text names
 * cropping and flipping alone; the official code has color jitter and PCA lighting too, and so has this.
 */
function imageNetTraining(model: string): TrainConfigInput {
  return {
    model,
    epochs: 300,
    batchSize: 256,
    optimizer: { name: 'sgd', learningRate: 0.1 },
    schedule: { name: 'milestones', milestones: [0.25, 0.5, 0.75] },
    augment: { color: true },
  };
}

type Settings = Pick<TrainConfigInput, 'mix' | 'regularize'>;
type Details = Pick<Recipe, 'quoted' | 'baseline' | 'note'>;

const resNet50 = imageNetTraining('resnet50');

function resNet50Row(
  row: string,
  title: string,
  settings: Settings,
  errors: [number, number],
  more: Details = {},
): Recipe {
  const config = { ...resNet50, ...settings };
  return { row, title: `ResNet-50 + ${title}`, config, published: published(...errors), baseline: 'baseline', ...more };
}

/** A network that is none of ours, whose numbers the paper quotes. */
function quotedRow(row: string, title: string, errors: [number, number]): Recipe {
  const note = 'Quoted in the paper, and not trained here: there is no such network.';
  return { row, title, published: published(...errors), quoted: true, note };
}

/** Table 11: top-1 accuracy under FGSM with 8/255, in percent as printed. */
const fgsmAccuracy: Readonly<Record<string, number>> = { baseline: 8.2, mixup: 24.4, cutout: 11.5, cutmix: 31.0 };

function withFgsm(recipe: Recipe): Recipe {
  const accuracy = fgsmAccuracy[recipe.row];
  if (accuracy === undefined || recipe.published === undefined) return recipe;
  return { ...recipe, published: { ...recipe.published, fgsmTop1Accuracy: fraction(accuracy) } };
}

const onResNet50: Recipe[] = [
  { row: 'baseline', title: 'ResNet-50', config: resNet50, published: published(23.68, 7.05) },
  resNet50Row('cutout', 'Cutout', { mix: 'cutout' }, [22.93, 6.66]),
  resNet50Row('stochastic-depth', 'stochastic depth', { regularize: ['stochastic-depth:rate=0.25'] }, [22.46, 6.27]),
  resNet50Row('mixup', 'MixUp', { mix: 'mixup:alpha=1' }, [22.58, 6.4]),
  resNet50Row('manifold-mixup', 'Manifold MixUp', { mix: 'manifold-mixup:alpha=1' }, [22.5, 6.21]),
  resNet50Row('dropblock', 'DropBlock', { regularize: ['dropblock:keep=0.9,block=7'] }, [21.87, 5.98], {
    quoted: true,
    note: 'Quoted from the DropBlock paper (270 epochs); trained here as the other rows are, with its block of 7.',
  }),
  resNet50Row('feature-cutmix', 'Feature CutMix', { mix: 'feature-cutmix' }, [21.8, 6.06], {
    note: 'The layer is drawn per batch; from which ones is not stated: the image and the first three maps.',
  }),
  resNet50Row('cutmix', 'CutMix', { mix: 'cutmix:probability=1' }, [21.4, 5.92]),
];

export const table3: RecipeTable = {
  table: 'T3',
  source: 'Table 3',
  title: 'Methods on ImageNet, ResNet-50',
  dataName: 'ImageNet',
  rows: [
    {
      row: 'resnet152',
      title: 'ResNet-152',
      config: imageNetTraining('resnet152'),
      published: published(21.69, 5.94),
      quoted: true,
      note: "Quoted in the paper; trained here as the paper's own rows are.",
    },
    quotedRow('resnet101-se', 'ResNet-101 + SE', [20.94, 5.5]),
    quotedRow('resnet101-ge', 'ResNet-101 + GE', [20.74, 5.29]),
    quotedRow('resnet50-se', 'ResNet-50 + SE', [22.12, 5.99]),
    quotedRow('resnet50-ge', 'ResNet-50 + GE', [21.88, 5.8]),
    ...onResNet50.map(withFgsm),
  ],
};

/** Table 4 compares methods on each of two deeper networks. */
function deeperRow(
  network: { row: string; title: string; model: string },
  method: { row: string; title: string; mix: string } | undefined,
  errors: [number, number],
): Recipe {
  const config = imageNetTraining(network.model);
  const { row, title } = network;
  if (method === undefined) return { row, title, config, published: published(...errors) };
  return {
    row: `${row}-${method.row}`,
    title: `${title} + ${method.title}`,
    config: { ...config, mix: method.mix },
    published: published(...errors),
    baseline: row,
  };
}

const resNet101 = { row: 'resnet101', title: 'ResNet-101', model: 'resnet101' };
const resNeXt101 = { row: 'resnext101', title: 'ResNeXt-101 32x4d', model: 'resnext101-32x4d' };
const cutmix = { row: 'cutmix', title: 'CutMix', mix: 'cutmix:probability=1' };

export const table4: RecipeTable = {
  table: 'T4',
  source: 'Table 4',
  title: 'Deeper networks on ImageNet',
  dataName: 'ImageNet',
  rows: [
    deeperRow(resNet101, undefined, [21.87, 6.29]),
    deeperRow(resNet101, { row: 'cutout', title: 'Cutout', mix: 'cutout' }, [20.72, 5.51]),
    deeperRow(resNet101, { row: 'mixup', title: 'MixUp', mix: 'mixup:alpha=1' }, [20.52, 5.28]),
    deeperRow(resNet101, cutmix, [20.17, 5.24]),
    deeperRow(resNeXt101, undefined, [21.18, 5.57]),
    deeperRow(resNeXt101, cutmix, [19.47, 5.03]),
  ],
};
