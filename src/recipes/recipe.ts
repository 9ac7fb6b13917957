import type { TrainConfigInput } from '../config/index.ts';
import type { PictureFit } from '../data/index.ts';
import type { Published } from '../experiments/index.ts';

/** One row of a table of the paper. */
export interface Recipe {
  /** Unique in its table, as in `cutmix`. */
  row: string;
  /** For people, as in `CutMix`. */
  title: string;
  /**
   * The paper's full training of it, without the data. Left out where it cannot be trained here: the network is none
   * of ours and the paper only quotes its numbers.
   */
  config?: Readonly<TrainConfigInput>;
  /**
   * What the paper's training starts from, in words, where that is not a network with weights drawn anew. The weights
   * themselves have to be given.
   */
  startsFrom?: string;
  /** Left out where the paper shows only a plot. */
  published?: Published;
  /** The paper took the numbers from another one (its starred rows). */
  quoted?: true;
  /** The row that it is compared with: the same network without the method. Left out for such a row itself. */
  baseline?: string;
  /** What the paper leaves open and was chosen here, or what the number is not. */
  note?: string;
}

/** A table of the CutMix paper (Yun et al., ICCV 2019; arXiv 1905.04899v2). */
export interface RecipeTable {
  /** Short name, as in `T5`. */
  table: string;
  /** As in `Table 5`. */
  source: string;
  title: string;
  /** The data set that the paper trained on. */
  dataName: string;
  /** The folder that it is published as; left out where it has none of one name. */
  dataFolder?: string;
  /** What the paper shows of pictures, as options of the data. Left out where that is what is shown by default. */
  pictures?: { size: number; fit: PictureFit };
  /** What is measured of every network besides its errors, since the published numbers are of it. */
  suites?: readonly string[];
  rows: readonly Recipe[];
}

/**
 * `full`: the paper's. `small`: a smaller network, at most 30 epochs of at most 10,000 images, in batches of 64. Where the
 * paper fine-tunes, `small` trains from scratch, or fine-tunes the paper's network where its weights are given.
 */
export type Budget = 'small' | 'full';
/** Every budget, the smallest first. */
export const budgets: readonly Budget[] = ['small', 'full'];

/** Percent as they were printed, as a fraction with the same digits: 14.47 is 0.1447. */
export const fraction = (percent: number): number => Number((percent / 100).toFixed(4));

/** Printed percent as fractions, with the digits that were printed. */
export function published(top1: number, top5?: number): { top1Error: number; top5Error?: number } {
  return { top1Error: fraction(top1), ...(top5 === undefined ? {} : { top5Error: fraction(top5) }) };
}
