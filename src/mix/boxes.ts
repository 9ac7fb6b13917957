import type { RandomStream } from '../random/index.ts';
import type { Box, Grid } from './plan.ts';

/** Draws where the box is, for a share `lambda` in [0, 1] of the image that is to remain outside it. */
export type BoxSampler = (lambda: number, grid: Grid, random: RandomStream) => Box;

/** Where the box is: a new variant is one more entry. */
export const boxSamplers = {
  /** The centre is uniform over the pixels (CutMix, section 3.1; integer centres as in the official code). */
  uniform: (lambda, grid, random) => {
    const centreX = random.integer(grid.width);
    const centreY = random.integer(grid.height);
    return clippedBox(centreX, centreY, cutLength(grid.width, lambda), cutLength(grid.height, lambda), grid);
  },
} satisfies Record<string, BoxSampler>;

export type BoxName = keyof typeof boxSamplers;

/** The side of a box that should cover 1 - lambda of the image, before clipping (Eq. 2), truncated as officially. */
export function cutLength(side: number, lambda: number): number {
  return Math.trunc(side * Math.sqrt(1 - lambda));
}

/**
 * The box around a centre, clipped at the image's border. It reaches half a cut, rounded down, to each side, as in the
 * official code: its unclipped sides are even, and a cut of 0 or 1 gives an empty box.
 */
export function clippedBox(centreX: number, centreY: number, cutWidth: number, cutHeight: number, grid: Grid): Box {
  const halfWidth = Math.floor(cutWidth / 2);
  const halfHeight = Math.floor(cutHeight / 2);
  return {
    x1: Math.max(centreX - halfWidth, 0),
    y1: Math.max(centreY - halfHeight, 0),
    x2: Math.min(centreX + halfWidth, grid.width),
    y2: Math.min(centreY + halfHeight, grid.height),
  };
}
