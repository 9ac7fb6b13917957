import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxArea } from '../geometry/index.ts';
import { stream } from '../random/index.ts';
import { clippedBox, cutLength, drawBox, gaussianCenter, uniformCenter } from './boxes.ts';

test('a box in the middle reaches half a cut to each side', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox({ x: 15, y: 10 }, 8, 6, grid)).toEqual([11, 7, 19, 13]);
});

test('an odd cut loses one pixel, as in the official code', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox({ x: 15, y: 10 }, 9, 7, grid)).toEqual([11, 7, 19, 13]);
  expect(boxArea(clippedBox({ x: 15, y: 10 }, 1, 7, grid))).toBe(0);
});

test('a box at a corner is clipped to the image', () => {
  const grid = { height: 20, width: 30 };
  expect(clippedBox({ x: 0, y: 0 }, 8, 6, grid)).toEqual([0, 0, 4, 3]);
  expect(clippedBox({ x: 29, y: 19 }, 8, 6, grid)).toEqual([25, 16, 30, 20]);
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
      fc.constantFrom(0.1, 1, 4),
      fc.constantFrom('uniform' as const, 'center-gaussian' as const),
      (seed, height, width, alpha, name) => {
        const { box, lambda } = drawBox(name, { alpha, boxSize: undefined }, { height, width }, stream(seed));
        expect(0 <= box[0] && box[0] <= box[2] && box[2] <= width).toBe(true);
        expect(0 <= box[1] && box[1] <= box[3] && box[3] <= height).toBe(true);
        expect(box[2] - box[0]).toBeLessThanOrEqual(width * Math.sqrt(1 - lambda));
        expect(box[3] - box[1]).toBeLessThanOrEqual(height * Math.sqrt(1 - lambda));
      },
    ),
  );
});

test('the center is uniform over rows and columns of an image that is not square', () => {
  const [height, width, count] = [8, 16, 32_000];
  const random = stream(5, 'centers');
  const cells = new Array<number>(height * width).fill(0);
  for (let i = 0; i < count; i++) {
    const { x, y } = uniformCenter({ height, width }, random);
    cells[y * width + x]!++;
  }
  const expected = count / cells.length;
  const chiSquare = cells.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(181.99); // 127 degrees of freedom, 99.9 %
});

test('a Gaussian center is the middle of the image on average, a quarter of the side away, and never outside', () => {
  const grid = { height: 40, width: 80 };
  const random = stream(6, 'centers');
  const centers = Array.from({ length: 20_000 }, () => gaussianCenter(grid, random));
  const moments = (values: number[]): [number, number] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  };
  for (const [values, side] of [
    [centers.map(({ x }) => x), 80],
    [centers.map(({ y }) => y), 40],
  ] as const) {
    const [mean, deviation] = moments(values);
    expect(Math.abs(mean - side / 2)).toBeLessThan(side / 80);
    // A normal variable clamped at two standard deviations has a standard deviation of 0.959.
    expect(Math.abs(deviation - (0.959 * side) / 4)).toBeLessThan(side / 80);
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBe(side - 1);
  }
});

describe('a box of half the side, 16 of 32 pixels', () => {
  const grid = { height: 32, width: 32 };
  const areas = Array.from({ length: 32 * 32 }, (_, i) =>
    boxArea(clippedBox({ x: i % 32, y: Math.floor(i / 32) }, 16, 16, grid)),
  );

  test('covers 0.19140625 of the image on average over all centers, and between 8 x 8 and 16 x 16 pixels', () => {
    expect(areas.reduce((sum, area) => sum + area, 0) / areas.length / 1024).toBe(0.19140625);
    expect([Math.min(...areas), Math.max(...areas)]).toEqual([64, 256]);
  });

  test.each([
    [8, 32, 0.0549],
    [112, 224, 0.19140625],
  ])('as %i of %i covers %f', (cut, side, share) => {
    // Both directions are alike and independent.
    const lengths = Array.from({ length: side }, (_, x) => {
      const box = clippedBox({ x, y: 0 }, cut, cut, { height: side, width: side });
      return box[2] - box[0];
    });
    const mean = lengths.reduce((sum, length) => sum + length, 0) / side / side;
    expect(mean ** 2).toBeCloseTo(share, 4);
  });

  test('is what a fixed size draws: any of these boxes, at a drawn lambda of 0.75', () => {
    const random = stream(9);
    const drawn = Array.from({ length: 4000 }, () => drawBox('fixed-size', { alpha: 1, boxSize: 0.5 }, grid, random));
    expect(new Set(drawn.map(({ lambda }) => lambda))).toEqual(new Set([0.75]));
    const mean = drawn.reduce((sum, { box }) => sum + boxArea(box), 0) / drawn.length;
    const variance = areas.reduce((sum, area) => sum + (area - 196) ** 2, 0) / areas.length;
    expect(Math.abs(mean - 196)).toBeLessThan(4 * Math.sqrt(variance / drawn.length));
  });

  test('around a Gaussian center is larger on average, as fewer of it are cut off', () => {
    const random = stream(11);
    const drawn = Array.from({ length: 4000 }, () =>
      drawBox('center-gaussian', { alpha: 1, boxSize: 0.5 }, grid, random),
    );
    expect(new Set(drawn.map(({ lambda }) => lambda))).toEqual(new Set([0.75]));
    const mean = drawn.reduce((sum, { box }) => sum + boxArea(box), 0) / drawn.length;
    // By the lengths along one side of all centers, each as probable as the clamped, rounded Gaussian has it.
    const random1 = stream(12);
    const lengths = Array.from({ length: 40_000 }, () => {
      const center = Math.min(Math.max(Math.round(16 + 8 * random1.normal()), 0), 31);
      return Math.min(center + 8, 32) - Math.max(center - 8, 0);
    });
    const side = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(mean).toBeGreaterThan(210);
    expect(mean / side ** 2).toBeCloseTo(1, 1);
  });

  test('keeps the aspect ratio of an image that is not square', () => {
    const wide = { height: 40, width: 80 };
    const boxes = Array.from({ length: 200 }, (_, i) =>
      drawBox('fixed-size', { alpha: 1, boxSize: 0.3 }, wide, stream(i)),
    );
    expect(Math.max(...boxes.map(({ box }) => box[2] - box[0]))).toBe(24);
    expect(Math.max(...boxes.map(({ box }) => box[3] - box[1]))).toBe(12);
  });
});

describe('the share that remains, lambda′, of square images with alpha = 1', () => {
  /**
   * By exact enumeration. Beta(1, 1) is uniform, so sqrt(1 - lambda) has the distribution function s^2 and a cut of k
   * pixels the probability ((k + 1)^2 - k^2) / side^2. Centers along x and y are independent and equally likely.
   * Returns the sum of all box areas and how often it is empty, over side^2 * side^2 equal chances.
   */
  function enumerateBoxes(side: number): { area: bigint; empty: bigint } {
    let area = 0n;
    let empty = 0n;
    for (let cut = 0; cut < side; cut++) {
      const ways = BigInt(2 * cut + 1);
      let lengths = 0n;
      let emptyCenters = 0n;
      for (let center = 0; center < side; center++) {
        const [x1, , x2] = clippedBox({ x: center, y: 0 }, cut, cut, { height: side, width: side });
        lengths += BigInt(x2 - x1);
        if (x2 === x1) emptyCenters++;
      }
      area += ways * lengths ** 2n;
      empty += ways * (BigInt(side) ** 2n - (BigInt(side) - emptyCenters) ** 2n);
    }
    return { area, empty };
  }

  test('is exactly 23513247 / 33554432 on average at 32 pixels', () => {
    const chances = 32n ** 6n; // side^2 for the cut, side^2 for the center, side^2 pixels
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
