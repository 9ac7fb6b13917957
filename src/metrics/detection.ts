import type { Box } from '../geometry/index.ts';

/** What stands for a class or an image. The number 1 and the text '1' are different ones. */
export type Label = number | string;

/** A box that a network found. */
export interface Detection {
  image: Label;
  label: Label;
  box: Box;
  /** How sure the network is: higher is surer, on any scale. */
  score: number;
}

/** Whether a score can be ordered. Infinite ones can. */
export const isScore = (score: unknown): boolean => typeof score === 'number' && !Number.isNaN(score);

/** A box that is really there. */
export interface GroundTruth {
  image: Label;
  label: Label;
  box: Box;
  /** Hard to see: finding it is no merit and missing it no fault. */
  difficult?: boolean;
  /** A region of many objects that were not told apart (COCO's `iscrowd`). */
  crowd?: boolean;
}
