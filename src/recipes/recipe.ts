import type { TrainConfigInput } from '../train/index.ts';
import type { Published } from './results.ts';

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
  rows: readonly Recipe[];
}
