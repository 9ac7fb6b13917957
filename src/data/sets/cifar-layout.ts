import type { Normalization } from '../images.ts';

/** One label byte of a record: how many classes it tells apart, and which file names them. */
export interface CifarLabel {
  classes: number;
  namesFile: string;
}

/** The published binary layout of a CIFAR data set: records of one byte per label and 32 x 32 pixels, red plane first. */
export interface CifarLayout {
  name: string;
  /** The name of the folder in the published archive. */
  folder: string;
  train: readonly string[];
  test: readonly string[];
  /** The label bytes of a record, in their order. */
  labels: readonly CifarLabel[];
}

export const cifar10: CifarLayout = {
  name: 'CIFAR-10',
  folder: 'cifar-10-batches-bin',
  train: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin'],
  test: ['test_batch.bin'],
  labels: [{ classes: 10, namesFile: 'batches.meta.txt' }],
};

export const cifar100: CifarLayout = {
  name: 'CIFAR-100',
  folder: 'cifar-100-binary',
  train: ['train.bin'],
  test: ['test.bin'],
  labels: [
    { classes: 20, namesFile: 'coarse_label_names.txt' },
    { classes: 100, namesFile: 'fine_label_names.txt' },
  ],
};

export const cifarLayouts: readonly CifarLayout[] = [cifar10, cifar100];

/** The official code normalizes CIFAR-100 with the statistics of CIFAR-10 too (train.py of CutMix-PyTorch). */
export const cifarNormalization: Normalization = {
  mean: [125.3 / 255, 123.0 / 255, 113.9 / 255],
  std: [63.0 / 255, 62.1 / 255, 66.7 / 255],
};

/** The files with records in them. */
export function recordFiles(layout: CifarLayout): string[] {
  return [...layout.train, ...layout.test];
}

/** Every file that is read, of any layout. */
export const cifarFileNames: ReadonlySet<string> = new Set(
  cifarLayouts.flatMap((layout) => [...recordFiles(layout), ...layout.labels.map(({ namesFile }) => namesFile)]),
);
