import type { Box, Size } from '../geometry/index.ts';
import { kind, option } from '../options/index.ts';

/** Pixels are neighbors at their sides (4), or at their corners too (8). */
export type Connectivity = 4 | 8;

export const connectivityOptions = {
  /** Whether components are 4-connected (pixels touch at sides) or 8-connected (at corners too). Default 8. */
  connectivity: option(
    kind<Connectivity>('4 or 8', { enum: [4, 8] }, (value) => value === 4 || value === 8),
    { default: 8, description: 'how many neighbors a pixel has' },
  ),
};

/** The pixels around one, clockwise from above: sides at even places, corners at odd ones. */
const around = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
] as const;

/**
 * The connected components of a set of pixels that only grows: disjoint sets, the smaller one put below the larger, that
 * know their boxes and areas. A component is named by one of its pixels, its root, which may change when it is joined to
 * another.
 *
 * Pixels stand in a grid with an empty border of one, so that all have eight neighbors.
 */
export class ComponentForest {
  /** The roots of all components: the first `count`, in no particular order. */
  readonly roots: Int32Array;
  count = 0;

  readonly #stride: number;
  readonly #steps: Int32Array;
  /** For each set of neighbors those that may be in different components. */
  readonly #toAsk: Uint8Array;
  readonly #isThere: Uint8Array;
  readonly #parents: Int32Array;
  // Of roots only:
  readonly #placeInRoots: Int32Array;
  readonly #areas: Int32Array;
  readonly #twiceContourAreas: Int32Array;
  readonly #firsts: Int32Array;
  /** The left, top, right and bottom pixel. */
  readonly #extents: Int32Array;

  constructor({ height, width }: Size, connectivity: Connectivity) {
    const cells = (height + 2) * (width + 2);
    this.#stride = width + 2;
    this.#steps = Int32Array.from(around, ([x, y]) => y * this.#stride + x);
    this.#toAsk = connectivity === 8 ? firstOfRuns : sides;
    this.#isThere = new Uint8Array(cells);
    this.roots = new Int32Array(height * width);
    this.#parents = new Int32Array(cells);
    this.#placeInRoots = new Int32Array(cells);
    this.#areas = new Int32Array(cells);
    this.#twiceContourAreas = new Int32Array(cells);
    this.#firsts = new Int32Array(cells);
    this.#extents = new Int32Array(4 * cells);
  }

  /** Adds the pixel in column x and row y, which must not be there yet. */
  add(x: number, y: number): void {
    const cell = this.#cell(x, y);
    const touched = this.#neighbors(cell);
    let root = -1;
    for (let left = this.#toAsk[touched]!; left > 0; left &= left - 1) {
      const other = this.#find(cell + this.#steps[31 - Math.clz32(left & -left)]!);
      root = root < 0 ? other : this.#join(root, other);
    }
    this.#isThere[cell] = 1;
    if (root < 0) this.#begin(cell, x, y);
    else this.#extend(root, cell, x, y);
    this.#twiceContourAreas[this.#parents[cell]!]! += fullCorners[touched]!;
  }

  /** The root of the component of the pixel in column x and row y, which must be there. */
  rootAt(x: number, y: number): number {
    return this.#find(this.#cell(x, y));
  }

  /** How many pixels. */
  area(root: number): number {
    return this.#areas[root]!;
  }

  /**
   * The area between the centers of the pixels on the border, less than that of holes; 0 where the component is one pixel
   * thin. Four pixels in a square have 1, three of them one half. Means nothing of 4-connected components.
   */
  contourArea(root: number): number {
    return this.#twiceContourAreas[root]! / 2;
  }

  /** Where the component's first pixel stands in reading order: of two components, the earlier one's is smaller. */
  first(root: number): number {
    return this.#firsts[root]!;
  }

  /** The tight box, its ends exclusive. */
  box(root: number): Box {
    const extents = this.#extents;
    const i = 4 * root;
    return [extents[i]!, extents[i + 1]!, extents[i + 2]! + 1, extents[i + 3]! + 1];
  }

  #cell(x: number, y: number): number {
    return (y + 1) * this.#stride + x + 1;
  }

  /** Which pixels around a cell are there, as bits in the order of `around`. */
  #neighbors(cell: number): number {
    const isThere = this.#isThere;
    const above = cell - this.#stride;
    const below = cell + this.#stride;
    return (
      isThere[above]! |
      (isThere[above + 1]! << 1) |
      (isThere[cell + 1]! << 2) |
      (isThere[below + 1]! << 3) |
      (isThere[below]! << 4) |
      (isThere[below - 1]! << 5) |
      (isThere[cell - 1]! << 6) |
      (isThere[above - 1]! << 7)
    );
  }

  #begin(cell: number, x: number, y: number): void {
    this.#parents[cell] = cell;
    this.#placeInRoots[cell] = this.count;
    this.roots[this.count++] = cell;
    this.#areas[cell] = 1;
    this.#firsts[cell] = cell;
    this.#extents.set([x, y, x, y], 4 * cell);
  }

  #extend(root: number, cell: number, x: number, y: number): void {
    this.#parents[cell] = root;
    this.#areas[root]!++;
    if (cell < this.#firsts[root]!) this.#firsts[root] = cell;
    this.#stretch(root, x, y, x, y);
  }

  #find(cell: number): number {
    const parents = this.#parents;
    let at = cell;
    while (parents[at] !== at) {
      // Halves the way for the next one who asks.
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }

  /** @returns the root of both */
  #join(a: number, b: number): number {
    if (a === b) return a;
    const [root, gone] = this.#areas[a]! >= this.#areas[b]! ? [a, b] : [b, a];
    this.#parents[gone] = root;
    this.#areas[root]! += this.#areas[gone]!;
    this.#twiceContourAreas[root]! += this.#twiceContourAreas[gone]!;
    this.#firsts[root] = Math.min(this.#firsts[root]!, this.#firsts[gone]!);
    const [left, top, right, bottom] = this.#extents.subarray(4 * gone, 4 * gone + 4);
    this.#stretch(root, left!, top!, right!, bottom!);
    // The last root takes the place of the one that is none any more.
    const last = this.roots[--this.count]!;
    this.roots[this.#placeInRoots[gone]!] = last;
    this.#placeInRoots[last] = this.#placeInRoots[gone]!;
    return root;
  }

  #stretch(root: number, left: number, top: number, right: number, bottom: number): void {
    const extents = this.#extents;
    const i = 4 * root;
    if (left < extents[i]!) extents[i] = left;
    if (top < extents[i + 1]!) extents[i + 1] = top;
    if (right > extents[i + 2]!) extents[i + 2] = right;
    if (bottom > extents[i + 3]!) extents[i + 3] = bottom;
  }
}

/** A number for each set of neighbors, as bits in the order of `around`. */
function forEachSet(numberOf: (has: (k: number) => boolean) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, set) => numberOf((k) => ((set >> (k & 7)) & 1) === 1));
}

const bits = (ks: readonly number[]): number => ks.reduce((set, k) => set | (1 << k), 0);
const all = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * Of each run of neighbors around the pixel the first: those next to one another touch, so they are in one component
 * where corners count. All around is one run without a beginning.
 */
const firstOfRuns = forEachSet((has) => (all.every(has) ? 1 : bits(all.filter((k) => has(k) && !has(k + 7)))));

const sides = forEachSet((has) => bits([0, 2, 4, 6].filter(has)));

/**
 * In how many of the four squares of two by two pixels around a pixel at least two others are: each of those gains half
 * a pixel of contour area, from two pixels to three or from three to four.
 */
const fullCorners = forEachSet((has) => [0, 2, 4, 6].filter((k) => [k, k + 1, k + 2].filter(has).length >= 2).length);
