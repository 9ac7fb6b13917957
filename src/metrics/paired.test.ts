import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holmAdjusted, pairedTTest, studentQuantile, studentWithin, summarize } from './paired.ts';

test('the mean and the spread of three values are computed by hand', () => {
  expect(summarize([2, 4, 9])).toEqual({ count: 3, mean: 5, standardDeviation: Math.sqrt((9 + 1 + 16) / 2) });
  expect(summarize([7])).toEqual({ count: 1, mean: 7, standardDeviation: null });
  expect(() => summarize([])).toThrow('expected at least one value');
});

// Printed in every table of Student's distribution.
test.each([
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 3, 3.182],
  [0.95, 4, 2.776],
  [0.95, 5, 2.571],
  [0.95, 10, 2.228],
  [0.95, 30, 2.042],
  [0.99, 1, 63.657],
  [0.99, 2, 9.925],
  [0.99, 5, 4.032],
  [0.9, 7, 1.895],
])('%f of the distribution lies within the published t at %i degrees of freedom', (share, degrees, t) => {
  expect(studentQuantile(share, degrees)).toBeCloseTo(t, 3);
  expect(studentWithin(t, degrees)).toBeCloseTo(share, 3);
});

test('the share within t equals the integral of the density', () => {
  // Unscaled density (1 + x^2 / n)^(-(n + 1) / 2), by the midpoint rule, over its integral to a far end.
  const integral = (to: number, degrees: number) => {
    const parts = 100_000;
    let sum = 0;
    for (let i = 0; i < parts; i++) {
      const x = ((i + 0.5) * to) / parts;
      sum += (1 + x ** 2 / degrees) ** (-(degrees + 1) / 2);
    }
    return (sum * to) / parts;
  };
  for (const degrees of [5, 6, 9]) {
    expect(studentWithin(1.3, degrees)).toBeCloseTo(integral(1.3, degrees) / integral(300, degrees), 6);
  }
});

test('a paired test of three seeds is computed by hand', () => {
  // Differences -1, -2, -3: mean -2, deviation 1, t = 2 sqrt(3); at 2 degrees of freedom p = 1 - t / sqrt(2 + t^2).
  const { count, meanDifference, interval, p } = pairedTTest([9, 8, 7], [10, 10, 10]);
  expect([count, meanDifference]).toEqual([3, -2]);
  expect(p).toBeCloseTo(1 - Math.sqrt(12 / 14), 12);
  expect(interval![0]).toBeCloseTo(-2 - 4.30265 / Math.sqrt(3), 4);
  expect(interval![1]).toBeCloseTo(-2 + 4.30265 / Math.sqrt(3), 4);
});

test('one seed gives a difference but no test', () => {
  expect(pairedTTest([3], [5])).toEqual({ count: 1, meanDifference: -2, interval: null, p: null });
});

test('equal differences have no spread to test against, also where rounding gives them one; none at all is p = 1', () => {
  expect(pairedTTest([1, 2], [2, 3])).toEqual({ count: 2, meanDifference: -1, interval: null, p: null });
  // 0.3 - 0.2 and 0.4 - 0.3 differ in the last bits.
  expect(pairedTTest([0.3, 0.4], [0.2, 0.3])).toMatchObject({ interval: null, p: null });
  expect(pairedTTest([1, 2], [1, 2])).toMatchObject({ meanDifference: 0, interval: null, p: 1 });
});

test('p is in 0..1, the same when both sides are exchanged, and below 0.05 exactly where 0 is outside the interval', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), {
    minLength: 2,
    maxLength: 9,
  });
  fc.assert(
    fc.property(pairs, (list) => {
      const [values, baseline] = [list.map(([value]) => value), list.map(([, other]) => other)];
      const { p, interval } = pairedTTest(values, baseline);
      fc.pre(interval !== null);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(pairedTTest(baseline, values).p).toBe(p);
      if (Math.abs(p! - 0.05) > 1e-9) expect(interval![0] > 0 || interval![1] < 0).toBe(p! < 0.05);
    }),
  );
});

test('many pairs are tested too', () => {
  const values = Array.from({ length: 200_000 }, (_, i) => i % 2);
  expect(
    pairedTTest(
      values,
      values.map((value) => 1 - value),
    ).p,
  ).toBe(1);
});

test("what is no share or no number of degrees of freedom of Student's distribution is an error", () => {
  expect(() => studentQuantile(0.95, 0)).toThrow('expected degreesOfFreedom to be a whole number of at least 1, got 0');
  expect(() => studentQuantile(0.95, 2.5)).toThrow('got 2.5');
  expect(() => studentQuantile(1, 3)).toThrow('expected share to be a number from 0 to below 1, got 1');
});

test('lists of different lengths are an error', () => {
  expect(() => pairedTTest([1, 2], [1])).toThrow('expected as many values as of the baseline (1), got 2');
});

test('of several tests the smallest p counts as often as there are tests, and none below an earlier one', () => {
  // 3 x 0.01, 2 x 0.03, and 1 x 0.04, which is raised to what came before it.
  expect(holmAdjusted([0.04, 0.01, 0.03]).map((p) => p.toFixed(3))).toEqual(['0.060', '0.030', '0.060']);
  expect(holmAdjusted([0.5, 0.75])).toEqual([1, 1]);
  expect(holmAdjusted([0.03])).toEqual([0.03]);
  expect(holmAdjusted([])).toEqual([]);
});
