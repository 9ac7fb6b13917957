/** What an experiment found, as plain data: what reports are made of, and what `results.json` holds. Errors are fractions. */

import type { Evaluation, OodScores } from '../evaluate/index.ts';
import type { PairedComparison, ReliabilityBin, Summary } from '../metrics/index.ts';
import type { EpochRecord, TestRecord } from '../runs/index.ts';

/** Trainings of a row: more would be a slip of the keys. */
export const mostSeeds = 1000;

/** What a paper prints of telling known images from others, as fractions. */
export type PublishedOod = Pick<OodScores, 'tnrAtTpr95' | 'auroc' | 'detectionAccuracy'>;

/** Numbers that a paper printed, as fractions. */
export interface Published {
  /** Left out where a table has none (Table 9). */
  top1Error?: number;
  top5Error?: number;
  /** Class and box right, by the paper's protocol (Table 9). */
  top1Localization?: number;
  /** Top-1 accuracy under FGSM with 8/255 (Table 11). */
  fgsmTop1Accuracy?: number;
  /** Means over seven unknown sets, by maximum softmax (Table 12). */
  ood?: PublishedOod;
}

/** One training of one row. */
export interface RunResult {
  seed: number;
  /** Path of the run folder. */
  run: string;
  /** Every epoch, the first one first. */
  epochs: EpochRecord[];
  last: EpochRecord;
  /** The best epoch by the task's goal (the lowest top-1 error), the later one of several. */
  best: EpochRecord;
  /** Which part it was chosen on: the validation part, or, where the data has none, the test part, as the paper does. */
  chosenOn: 'validation' | 'test';
  /** The test part by the best epoch's weights, where that was chosen on a validation part. */
  test?: TestRecord;
  /** Expected calibration error of the last checkpoint on the test images. */
  calibrationError: number;
  /** Test pictures that cannot be decoded and are left out of all errors; 0 where bad pictures end a training. */
  badImages: number;
  /** What the suites found that were asked for; left out where none was, or they failed. */
  evaluation?: Evaluation;
}

/** A number of the last and of the best epoch, over the seeds. */
export interface LastAndBest {
  last: Summary;
  best: Summary;
}

/** One method: a row of the table. */
export interface RowResult {
  /** Short name, as in `cutmix`; unique in the experiment. */
  row: string;
  /** For people, as in `CutMix`. */
  title: string;
  model: string;
  /** Texts of `--mix`, applied in turn; none for a baseline. */
  mix: string[];
  /** Texts of `--regularize`. */
  regularize: string[];
  labelSmoothing: number;
  /** The finished ones, by seed. */
  runs: RunResult[];
  top1: LastAndBest;
  top5: LastAndBest;
  calibrationError: Summary;
  /** Top-1 error against the baseline row, over the seeds that both have finished; left out for a baseline. */
  paired?: { baseline: string; last: PairedComparison; best: PairedComparison };
  /** Whether it is better than its baseline on the test images; left out for a baseline. */
  verdict?: Verdict;
  /** What the paper printed for this row, of the best epoch; on CIFAR the mean of three runs. */
  published?: Published;
}

/**
 * What the top-1 errors on the test images tell of a method and its baseline. Two things are left to chance: the seed, and which
 * images are measured. Better or worse is only what neither explains, of all methods that are compared (Holm's correction).
 */
export interface Verdict {
  kind: 'better' | 'worse' | 'cannot tell';
  /** Over the seeds that both have; of one seed there is no test. */
  seeds: PairedComparison;
  /** Over the images. */
  images: ImageComparison;
  /** How many methods were compared, and the larger of the two p after the correction for that. */
  methods: number;
  p: number;
}

/** A method against its baseline, image by image: a sign test over the test images, exact for the smallest sets. */
export interface ImageComparison {
  count: number;
  /** Those that it gets right with more seeds than the baseline, and those with fewer. */
  better: number;
  worse: number;
  p: number;
}

/** The best method beside its baseline, class by class and image by image: what their last checkpoints say of the test images. */
export interface Comparison {
  /** Short names: the baseline and the best method, or one row alone where there is nothing to compare. */
  rows: string[];
  /** Names of the classes, by label. */
  classes: string[];
  /** Of each row, of the images of all its runs together. */
  reliability: ReliabilityBin[][];
  /** Every pair of classes, also of the same, where there are up to 20; else the 15 mistakes that all rows together make most. */
  confusions: ConfusedPair[];
  /** By the first seed that both rows have; left out where there is none, or one row alone. */
  disagreements?: Disagreements;
}

/** How often the images of a class were taken for another. */
export interface ConfusedPair {
  label: number;
  predicted: number;
  /** Of each row: the share of the class's images, over all runs; 0 where the class has none. */
  shares: number[];
}

/** Which of two networks of one seed is right. */
export interface Disagreements {
  seed: number;
  /** Numbers of images. */
  bothRight: number;
  bothWrong: number;
  /** Those that the first network alone gets right, and those that the second does. */
  onlyRight: [OnlyRight, OnlyRight];
}

export interface OnlyRight {
  count: number;
  /** Up to twelve: those with the largest difference between the probabilities that the two networks give to the label. */
  clearest: Disagreement[];
}

/** An image on which two networks disagree about the truth. */
export interface Disagreement {
  /** Its number in the test set. */
  index: number;
  label: number;
  /** What each network predicted, and the probability that it gave to that. */
  predicted: [number, number];
  confidence: [number, number];
}

/** A training, or the measuring of one, that ended with an error; its row is compared without it. */
export interface FailedRun {
  row: string;
  seed: number;
  run: string;
  message: string;
}

export interface ExperimentResult {
  /** As in `Table 5: CIFAR-100, PyramidNet-200`. */
  title: string;
  /** The command that made it, where a command did. */
  command?: string;
  data: string;
  /** The network, or the networks joined by commas. */
  model: string;
  /** In words: epochs, images, batch size. */
  budget: string;
  /** What is not as in the paper, one sentence each; empty where nothing is, or nothing is compared with a paper. */
  differences: string[];
  /** What has to be known of the data, one sentence each. */
  remarks?: string[];
  /** What has to be known to compare with the paper's numbers, one sentence each: of settings it leaves open, and quoted rows. */
  notes?: string[];
  seeds: number[];
  /** Rows that have at least one finished run, in the order asked for. */
  rows: RowResult[];
  /** Left out where there is no row. */
  comparison?: Comparison;
  failures: FailedRun[];
  /** Finished trainings whose network the suites could not measure; their rows have all other numbers. */
  unmeasured: FailedRun[];
}
