/** Table 8 and Figure 3 of the paper: what each choice in CutMix is worth. */

import { pyramidNet } from './cifar.ts';
import type { Recipe, RecipeTable } from './recipe.ts';
import { published } from './recipe.ts';

interface Variant {
  row: string;
  title: string;
  mix: string;
  /** Errors in percent, as printed; left out where the paper has a plot alone. */
  errors?: [top1: number, top5: number];
  note?: string;
}

const plotOnly = 'Figure 3 is a plot: its numbers are not printed.';

const variants: Variant[] = [
  { row: 'cutmix', title: 'CutMix', mix: 'cutmix:probability=0.5', errors: [14.47, 2.97] },
  {
    row: 'center-gaussian',
    title: 'Center Gaussian CutMix',
    mix: 'cutmix:probability=0.5,box=center-gaussian',
    errors: [15.95, 3.4],
    note: 'The variance is not stated: see box=center-gaussian.',
  },
  {
    row: 'fixed-size',
    title: 'Fixed-size CutMix',
    mix: 'cutmix:probability=0.5,box=fixed-size',
    errors: [14.97, 3.15],
    note: 'Whether boxes are clipped is not stated: clipped here, and lambda computed anew.',
  },
  { row: 'one-hot', title: 'One-hot CutMix', mix: 'cutmix:probability=0.5,label=one-hot', errors: [15.89, 3.32] },
  {
    row: 'scheduled',
    title: 'Scheduled CutMix',
    mix: 'cutmix:probability=1,schedule=linear',
    errors: [14.72, 3.17],
    note: 'Whether the probability rises by step or by epoch is not stated: by step here.',
  },
  {
    row: 'complete-label',
    title: 'Complete-label CutMix',
    mix: 'cutmix:probability=0.5,label=half',
    errors: [15.17, 3.1],
  },
  ...[0.1, 0.25, 0.5, 1, 2, 4].map((alpha) => ({
    row: `alpha-${alpha}`,
    title: `CutMix, alpha ${alpha}`,
    mix: `cutmix:alpha=${alpha},probability=0.5`,
    note: `${plotOnly} It shows every alpha below the baseline, and 1 as the best.`,
  })),
  ...[0, 1, 2, 3, 4].map((stage) => ({
    row: `feature-${stage}`,
    title: `Feature CutMix, layer ${stage}`,
    mix: `feature-cutmix:probability=0.5,stages=${stage}`,
    note: `${plotOnly} It shows all layers but 4 below the baseline, and 0, the image, as the best.`,
  })),
];

function recipe({ row, title, mix, errors, note }: Variant): Recipe {
  return {
    row,
    title,
    config: { ...pyramidNet, mix },
    ...(errors === undefined ? {} : { published: published(...errors) }),
    baseline: 'baseline',
    ...(note === undefined ? {} : { note }),
  };
}

export const table8: RecipeTable = {
  table: 'T8',
  source: 'Table 8 and Figure 3',
  title: 'Ablation of CutMix on CIFAR-100, PyramidNet-200 (alpha 240)',
  dataName: 'CIFAR-100',
  dataFolder: 'cifar-100-binary',
  rows: [
    { row: 'baseline', title: 'Baseline', config: pyramidNet, published: published(16.45, 3.69) },
    ...variants.map(recipe),
  ],
};
