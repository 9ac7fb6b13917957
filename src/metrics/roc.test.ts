import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aupr, auroc, detectionAccuracy, tnrAtTpr } from './roc.ts';

test('a published vector has its published areas', () => {
  // Of the Python package ood-metrics: labels 0 0 0 1 0, scores 0.1 0.3 0.6 0.9 1.3; AUROC 0.75, FPR at 95 % TPR 0.25.
  const [positives, negatives] = [[0.9], [0.1, 0.3, 0.6, 1.3]];
  expect(auroc(positives, negatives)).toBe(0.75);
  expect(1 - tnrAtTpr(positives, negatives)).toBe(0.25);
});

test('four scores a side are computed by hand', () => {
  const [positives, negatives] = [
    [0.9, 0.8, 0.8, 0.3],
    [0.8, 0.4, 0.2, 0.1],
  ];
  // Won: 4, 3 and a half, 3 and a half, 2 of 16.
  expect(auroc(positives, negatives)).toBe(13 / 16);
  // Half of the positives need 0.8, and get the equal one too; all need 0.3.
  expect(tnrAtTpr(positives, negatives, { tpr: 0.5 })).toBe(3 / 4);
  expect(tnrAtTpr(positives, negatives, { tpr: 0.75 })).toBe(3 / 4);
  expect(tnrAtTpr(positives, negatives)).toBe(2 / 4);
  // At 0.8: three of four and three of four.
  expect(detectionAccuracy(positives, negatives)).toBe(3 / 4);
  // Precisions 1, 3/4, 4/6 where recall becomes 1/4, 3/4, 1.
  expect(aupr(positives, negatives)).toBeCloseTo(1 / 4 + (2 / 4) * (3 / 4) + (1 / 4) * (4 / 6), 12);
  // From below: 0.1 and 0.2 are out, then 0.3 is not, 0.4 is, then 0.8 of both sides.
  expect(aupr(positives, negatives, { positive: 'out' })).toBeCloseTo(
    2 / 4 + (1 / 4) * (3 / 4) + (1 / 4) * (4 / 7),
    12,
  );
});

test('sets apart are perfect, exchanged they are as bad as can be, and a constant score says nothing', () => {
  expect([auroc([2, 3], [0, 1]), tnrAtTpr([2, 3], [0, 1]), detectionAccuracy([2, 3], [0, 1])]).toEqual([1, 1, 1]);
  // As MixUp with uniform noise in the CutMix paper: the AUROC falls to 0, detection accuracy only to one half.
  expect([auroc([0, 1], [2, 3]), tnrAtTpr([0, 1], [2, 3]), detectionAccuracy([0, 1], [2, 3])]).toEqual([0, 0, 0.5]);
  expect([auroc([1, 1], [1]), tnrAtTpr([1, 1], [1]), detectionAccuracy([1, 1], [1])]).toEqual([0.5, 0, 0.5]);
  expect(aupr([1, 1], [1])).toBe(2 / 3);
});

test('infinite scores are ordered like any other', () => {
  expect(auroc([Number.POSITIVE_INFINITY, 0], [Number.NEGATIVE_INFINITY, 0])).toBe(3.5 / 4);
  expect(tnrAtTpr([Number.NEGATIVE_INFINITY], [Number.NEGATIVE_INFINITY, 1])).toBe(0);
});

test('19 of 20 are 95 %, although 0.95 is not a number of floating point', () => {
  const positives = Array.from({ length: 20 }, (_, i) => i);
  expect(tnrAtTpr(positives, [0.5, 1.5])).toBe(1 / 2);
});

// Few different scores, so that ties are common.
const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 25 });
const share = (list: readonly number[], is: (score: number) => boolean) => list.filter(is).length / list.length;

test('the AUROC equals counting all pairs, a tie as one half', () => {
  fc.assert(
    fc.property(scores, scores, (positives, negatives) => {
      const won = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
      expect(auroc(positives, negatives)).toBe(won.reduce((sum: number, one) => sum + one, 0) / won.length);
    }),
  );
});

test('the other scores equal trying every threshold', () => {
  fc.assert(
    fc.property(scores, scores, fc.constantFrom(0.5, 0.9, 0.95, 1), (positives, negatives, tpr) => {
      const thresholds = [-Infinity, ...positives, ...negatives, Infinity];
      const rates = thresholds.map((t) => ({
        t,
        tpr: share(positives, (s) => s >= t),
        tnr: share(negatives, (s) => s < t),
      }));
      const highest = Math.max(...rates.filter((rate) => rate.tpr >= tpr).map(({ t }) => t));
      expect(tnrAtTpr(positives, negatives, { tpr })).toBeCloseTo(
        share(negatives, (s) => s < highest),
        12,
      );
      const best = Math.max(...rates.map((rate) => (rate.tpr + rate.tnr) / 2));
      expect(detectionAccuracy(positives, negatives)).toBeCloseTo(best, 12);
    }),
  );
});

test('only the order of the scores matters', () => {
  fc.assert(
    fc.property(scores, scores, (positives, negatives) => {
      const other = (list: readonly number[]) => Float64Array.from(list, (score) => Math.exp(score));
      for (const of of [auroc, tnrAtTpr, detectionAccuracy, aupr]) {
        expect(of(other(positives), other(negatives))).toBe(of(positives, negatives));
      }
    }),
  );
});

test('an empty side, NaN and a rate out of range are errors', () => {
  for (const [name, of] of Object.entries({ auroc, tnrAtTpr, detectionAccuracy, aupr })) {
    expect(() => of([], [1])).toThrow(`${name}: expected at least one positive score, got none`);
    expect(() => of([1], [])).toThrow('at least one negative score');
    expect(() => of([1], [1, Number.NaN])).toThrow('got NaN for negative 1');
  }
  expect(() => aupr([1], [Number.NaN], { positive: 'out' })).toThrow('got NaN for negative 0');
  expect(() => aupr([1], [1], { positive: 'negative' as 'out' })).toThrow(
    "unknown value of positive 'negative'. Valid: in, out",
  );
  expect(() => tnrAtTpr([1], [1], { tpr: 95 })).toThrow('expected tpr to be a number above 0 and at most 1, got 95');
});
