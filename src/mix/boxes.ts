import type { Box, Size } from '../geometry/index.ts';
import type { RandomStream } from '../random/index.ts';

export interface BoxOptions {
  /** lambda ~ Beta(alpha, alpha), which gives the box its size. */
  alpha: number;
  /** The side of a box of one fixed size instead, as a fraction of the image's. */
  boxSize: number | undefined;
}

/** A box, clipped to its grid, and the share of the grid that was to remain outside it before it was clipped. */
export interface DrawnBox {
  box: Box;
  lambda: number;
}

/** Draws a box's center. */
type CenterSampler = (grid: Size, random: RandomStream) => Point;

/** Where the box is: a new variant is one more entry. */
const centers = {
  /** Uniform over the pixels (CutMix, section 3.1; integer centers as in the official code). */
  uniform: uniformCenter,
  /** Gaussian around the image's (CutMix, section 4.1.3). */
  'center-gaussian': gaussianCenter,
  /** Uniform; the name of the paper's box of one size (section 4.1.3: 16 x 16 of 32 x 32), which is `boxSize` 0.5. */
  'fixed-size': uniformCenter,
} satisfies Record<string, CenterSampler>;

export type BoxName = keyof typeof centers;

export const boxNames = Object.keys(centers) as BoxName[];

/** A box around a drawn center, clipped like any other: of the size that a drawn lambda leaves, or of a fixed one. */
export function drawBox(name: BoxName, { alpha, boxSize }: BoxOptions, grid: Size, random: RandomStream): DrawnBox {
  if (boxSize === undefined) {
    const lambda = random.beta(alpha, alpha);
    return { lambda, box: boxOfShare(centers[name](grid, random), lambda, grid) };
  }
  const cutWidth = Math.round(grid.width * boxSize);
  const cutHeight = Math.round(grid.height * boxSize);
  return { lambda: 1 - boxSize ** 2, box: clippedBox(centers[name](grid, random), cutWidth, cutHeight, grid) };
}

interface Point {
  x: number;
  y: number;
}

export function uniformCenter({ height, width }: Size, random: RandomStream): Point {
  const x = random.integer(width);
  return { x, y: random.integer(height) };
}

/**
 * The paper gives the mean, the image's center, but neither the variance nor what happens to centers outside. Chosen: a
 * standard deviation of a quarter of the side, which keeps 95 % of the centers inside; the others move to the border.
 */
export function gaussianCenter({ height, width }: Size, random: RandomStream): Point {
  const along = (side: number): number => {
    const center = Math.round(side / 2 + (side / 4) * random.normal());
    return Math.min(Math.max(center, 0), side - 1);
  };
  const x = along(width);
  return { x, y: along(height) };
}

function boxOfShare(center: Point, lambda: number, grid: Size): Box {
  return clippedBox(center, cutLength(grid.width, lambda), cutLength(grid.height, lambda), grid);
}

/** The side of a box that should cover 1 - lambda of the image, before clipping (Eq. 2), truncated as officially. */
export function cutLength(side: number, lambda: number): number {
  return Math.trunc(side * Math.sqrt(1 - lambda));
}

/**
 * The box around a center, clipped at the image's border. It reaches half a cut, rounded down, to each side, as in the
 * official code: its unclipped sides are even, and a cut of 0 or 1 gives an empty box.
 */
export function clippedBox(center: Point, cutWidth: number, cutHeight: number, grid: Size): Box {
  const halfWidth = Math.floor(cutWidth / 2);
  const halfHeight = Math.floor(cutHeight / 2);
  return [
    Math.max(center.x - halfWidth, 0),
    Math.max(center.y - halfHeight, 0),
    Math.min(center.x + halfWidth, grid.width),
    Math.min(center.y + halfHeight, grid.height),
  ];
}
