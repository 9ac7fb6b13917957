import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { boxSamplers, clippedBox, cutLength } from './boxes.ts';
import { boxArea } from './plan.ts';

test('a box in the middle reaches half a cut to each side', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox(15, 10, 8, 6, grid)).toEqual({ x1: 11, y1: 7, x2: 19, y2: 13 });
});

test('an odd cut loses one pixel, as in the official code', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox(15, 10, 9, 7, grid)).toEqual({ x1: 11, y1: 7, x2: 19, y2: 13 });
  expect(boxArea(clippedBox(15, 10, 1, 7, grid))).toBe(0);
});

test('a box at a corner is clipped to the image', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox(0, 0, 8, 6, grid)).toEqual({ x1: 0, y1: 0, x2: 4, y2: 3 });
  expect(clippedBox(29, 19, 8, 6, grid)).toEqual({ x1: 25, y1: 16, x2: 30, y2: 20 });
});

test('the cut covers 1 - lambda of the side squared, rounded down', () => {
  expect(cutLength(32, 0.75)).toBe(16);
  expect(cutLength(32, 0.5)).toBe(22); // 32 * 0.7071 = 22.63
  expect(cutLength(32, 1)).toBe(0);
  expect(cutLength(32, 0)).toBe(32);
});

test('every box lies inside its grid and keeps to the aspect ratio of the grid', () => {
  const sides = fc.integer({ min: 1, max: 300 });
  fc.assert(
    fc.property(
      fc.integer(),
      sides,
      sides,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seed, height, width, lambda) => {
        const box = boxSamplers.uniform(lambda, { height, width }, stream(seed));
        expect(0 <= box.x1 && box.x1 <= box.x2 && box.x2 <= width).toBe(true);
        expect(0 <= box.y1 && box.y1 <= box.y2 && box.y2 <= height).toBe(true);
        expect(box.x2 - box.x1).toBeLessThanOrEqual(width * Math.sqrt(1 - lambda));
        expect(box.y2 - box.y1).toBeLessThanOrEqual(height * Math.sqrt(1 - lambda));
      },
    ),
  );
});

test('the centre is uniform over rows and columns of an image that is not square', () => {
  // A cut of 2 x 4 pixels reaches 1 row and 2 columns to each side of its centre, which its end that is not clipped tells.
  const [height, width, count] = [8, 16, 32_000];
  const lambda = 1 - (2 / height) ** 2;
  const random = stream(5, 'centres');
  const cells = new Array<number>(height * width).fill(0);
  for (let i = 0; i < count; i++) {
    const { x1, y1, x2, y2 } = boxSamplers.uniform(lambda, { height, width }, random);
    const centreX = x1 > 0 ? x1 + 2 : x2 - 2;
    const centreY = y1 > 0 ? y1 + 1 : y2 - 1;
    cells[centreY * width + centreX]!++;
  }
  const expected = count / cells.length;
  const chiSquare = cells.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(181.99); // 127 degrees of freedom, 99.9 %
});

describe('the share that remains, lambda′, of square images with alpha = 1', () => {
  /**
   * By exact enumeration. Beta(1, 1) is uniform, so sqrt(1 - lambda) has the distribution function s^2 and a cut of k
   * pixels the probability ((k + 1)^2 - k^2) / side^2. Centres along x and y are independent and equally likely.
   * Returns the sum of all box areas and how often it is empty, over side^2 * side^2 equal chances.
   */
  function enumerateBoxes(side: number): { area: bigint; empty: bigint } {
    let area = 0n;
    let empty = 0n;
    for (let cut = 0; cut < side; cut++) {
      const ways = BigInt(2 * cut + 1);
      let lengths = 0n;
      let emptyCentres = 0n;
      for (let centre = 0; centre < side; centre++) {
        const { x1, x2 } = clippedBox(centre, 0, cut, cut, { height: side, width: side });
        lengths += BigInt(x2 - x1);
        if (x2 === x1) emptyCentres++;
      }
      area += ways * lengths ** 2n;
      empty += ways * (BigInt(side) ** 2n - (BigInt(side) - emptyCentres) ** 2n);
    }
    return { area, empty };
  }

  test('is exactly 23513247 / 33554432 on average at 32 pixels', () => {
    const chances = 32n ** 6n; // side^2 for the cut, side^2 for the centre, side^2 pixels
    const { area } = enumerateBoxes(32);
    expect((chances - area) * 33554432n).toBe(chances * 23513247n);
  });

  test.each([
    [28, 0.703867, 196n],
    [32, 0.700749, 256n],
    [64, 0.689903, 1024n],
    [96, 0.686311, 2304n],
    [224, 0.682222, 12544n],
  ])('at %i pixels is %f on average, and 1 for one box in %i that is empty', (side, mean, oneIn) => {
    const { area, empty } = enumerateBoxes(side);
    expect(1 - Number(area) / side ** 6).toBeCloseTo(mean, 6);
    expect(empty * oneIn).toBe(BigInt(side) ** 4n);
  });
});
