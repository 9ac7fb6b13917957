import { stream } from '../../random/index.ts';

/** Which images one process visits in an epoch, and in which order. */
export interface EpochOrderOptions {
  /** Training: a new order every epoch. Otherwise the set's own order. */
  shuffle: boolean;
  seed: number;
  rank: number;
  worldSize: number;
}

/**
 * The number of images one rank visits in an epoch. In training every rank has the same number, so that all take the
 * same number of steps, and up to worldSize - 1 images of each epoch are left out. In evaluation nothing is left out or
 * repeated, so the first ranks may have one image more.
 */
export function shareLength(length: number, { shuffle, rank, worldSize }: EpochOrderOptions): number {
  return shuffle ? Math.floor(length / worldSize) : Math.ceil((length - rank) / worldSize);
}

/** The images of one rank in one epoch: every worldSize-th of the epoch's order, from number `rank` on. */
export function epochOrder(length: number, epoch: number, options: EpochOrderOptions): Int32Array {
  const { shuffle, seed, rank, worldSize } = options;
  const order = shuffle ? stream(seed, 'shuffle', epoch).permutation(length) : undefined;
  return Int32Array.from({ length: shareLength(length, options) }, (_, i) => {
    const place = i * worldSize + rank;
    return order === undefined ? place : order[place]!;
  });
}
