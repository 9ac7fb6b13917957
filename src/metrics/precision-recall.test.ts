import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averagePrecision, precisionRecallCurve, type ScoredOutcome } from './precision-recall.ts';

const of = (score: number, outcome: ScoredOutcome['outcome']): ScoredOutcome => ({ score, outcome });
const right = (score: number) => of(score, 'true positive');
const wrong = (score: number) => of(score, 'false positive');

test('the curve and its areas are the ones computed by hand', () => {
  // Surest first: right, wrong, right; one of three ground truths is missed.
  const curve = precisionRecallCurve([right(0.5), wrong(0.7), right(0.9)], 3);
  expect([...curve.scores]).toEqual([0.9, 0.7, 0.5]);
  expect([...curve.precision]).toEqual([1, 1 / 2, 2 / 3]);
  expect([...curve.recall]).toEqual([1 / 3, 1 / 3, 2 / 3]);
  expect(averagePrecision(curve)).toBeCloseTo((1 + 2 / 3) / 3, 12);
  // Recalls 0..0.3 have 1, 0.4..0.6 have 2/3, the rest 0.
  expect(averagePrecision(curve, { interpolation: '11-point' })).toBeCloseTo((4 + 3 * (2 / 3)) / 11, 12);
  // 0..0.33 and 0.34..0.66.
  expect(averagePrecision(curve, { interpolation: '101-point' })).toBeCloseTo((34 + 33 * (2 / 3)) / 101, 12);
});

test("a recall that is reached exactly counts, and with numpy's recalls does not at 3, 6 and 7 of 10", () => {
  for (const [found, exact, numpy] of [
    [2, 3, 3],
    [3, 4, 3],
    [5, 6, 6],
    [6, 7, 6],
    [7, 8, 7],
    [10, 11, 11],
  ] as const) {
    const curve = precisionRecallCurve(new Array(found).fill(right(1)), 10);
    expect(averagePrecision(curve, { interpolation: '11-point' })).toBeCloseTo(exact / 11, 12);
    expect(averagePrecision(curve, { interpolation: '11-point-numpy' })).toBeCloseTo(numpy / 11, 12);
  }
});

test('detections that are ignored or left out are no points', () => {
  const curve = precisionRecallCurve([of(0.9, 'ignored'), right(0.8), of(0.1, 'unconfident')], 1);
  expect([...curve.scores]).toEqual([0.8]);
  expect(averagePrecision(curve)).toBe(1);
});

test('equal scores stay in the order given', () => {
  expect(averagePrecision(precisionRecallCurve([right(0.5), wrong(0.5)], 1))).toBe(1);
  expect(averagePrecision(precisionRecallCurve([wrong(0.5), right(0.5)], 1))).toBe(0.5);
});

test("the 101 recalls are pycocotools', some of which are a hair above i/100: 7 of 20 reach 35 of them", () => {
  const curve = precisionRecallCurve(
    Array.from({ length: 7 }, () => right(0.9)),
    20,
  );
  expect(averagePrecision(curve, { interpolation: '101-point' })).toBeCloseTo(35 / 101, 12);
});

test('nothing detected is 0, nothing to find an error', () => {
  expect(averagePrecision(precisionRecallCurve([], 4))).toBe(0);
  expect(averagePrecision(precisionRecallCurve([], 4), { interpolation: '11-point' })).toBe(0);
  expect(() => precisionRecallCurve([wrong(0.3)], 0)).toThrow('expected ground truths that count, got 0');
});

test('a recall that is reached exactly counts', () => {
  // 3 of 10 found: 0.1, 0.2 and 0.3 are reached; 3 * 0.1 is more than 0.3 in floating point.
  const curve = precisionRecallCurve([right(3), right(2), right(1)], 10);
  expect(averagePrecision(curve, { interpolation: '11-point' })).toBeCloseTo(4 / 11, 12);
  const hundred = precisionRecallCurve(
    Array.from({ length: 29 }, (_, i) => right(-i)),
    100,
  );
  expect(averagePrecision(hundred, { interpolation: '101-point' })).toBeCloseTo(30 / 101, 12);
});

const outcomes = fc.array(
  fc.record({ score: fc.nat(20), outcome: fc.constantFrom('true positive', 'false positive') }),
  {
    maxLength: 30,
  },
) as fc.Arbitrary<ScoredOutcome[]>;

test('every interpolation equals its definition, the largest precision at a recall or a higher one', () => {
  fc.assert(
    fc.property(outcomes, fc.nat(5), (detections, missed) => {
      const found = detections.filter(({ outcome }) => outcome === 'true positive').length;
      const positives = found + missed;
      fc.pre(positives > 0);
      // Points by whole numbers: of the surest n, t are right.
      const sorted = detections.toSorted((a, b) => b.score - a.score);
      const points = sorted.map((_, i) => {
        const t = sorted.slice(0, i + 1).filter(({ outcome }) => outcome === 'true positive').length;
        return { t, precision: t / (i + 1) };
      });
      const precisionFrom = (isReached: (t: number) => boolean) =>
        Math.max(0, ...points.filter(({ t }) => isReached(t)).map(({ precision }) => precision));
      const mean = (last: number, reaches: (t: number, i: number) => boolean) => {
        const levels = Array.from({ length: last + 1 }, (_, i) => precisionFrom((t) => reaches(t, i)));
        return levels.reduce((sum, precision) => sum + precision, 0) / (last + 1);
      };
      const steps = Array.from({ length: found }, (_, i) => precisionFrom((t) => t >= i + 1));
      const curve = precisionRecallCurve(detections, positives);
      expect(averagePrecision(curve)).toBeCloseTo(steps.reduce((sum, p) => sum + p, 0) / positives, 10);
      expect(averagePrecision(curve, { interpolation: '11-point' })).toBeCloseTo(
        mean(10, (t, i) => t * 10 >= i * positives),
        10,
      );
      // Those of numpy.arange(0, 1.1, 0.1), as it prints them.
      const arange = [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9, 1];
      expect(averagePrecision(curve, { interpolation: '11-point-numpy' })).toBeCloseTo(
        mean(10, (t, i) => t / positives >= arange[i]!),
        10,
      );
      // COCO's levels are doubles, some a hair above i/100.
      expect(averagePrecision(curve, { interpolation: '101-point' })).toBeCloseTo(
        mean(100, (t, i) => t / positives >= i * 0.01),
        10,
      );
    }),
  );
});

test('what does not fit is an error', () => {
  expect(() => precisionRecallCurve([right(1), right(Number.NaN)], 2)).toThrow(
    'detection 1: expected score to be a number, got NaN',
  );
  expect(() => precisionRecallCurve([right(1), right(2)], 1)).toThrow(
    'expected at least the 2 ground truths found as positives, got 1',
  );
  expect(() => precisionRecallCurve([right(undefined as unknown as number)], 1)).toThrow(
    'detection 0: expected score to be a number, got undefined',
  );
  expect(() => precisionRecallCurve([of(1, 'correct' as 'ignored')], 1)).toThrow(
    "detection 0: unknown value of outcome 'correct'",
  );
  const misspelled = '10-point' as '11-point';
  expect(() => averagePrecision(precisionRecallCurve([], 1), { interpolation: misspelled })).toThrow(
    "averagePrecision: unknown value of interpolation '10-point'; did you mean '11-point'? Valid: all-points, 11-point, 101-point",
  );
});
