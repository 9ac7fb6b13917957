import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reliabilityTable } from './calibration.ts';
import { confusionMatrix } from './confusion.ts';
import { argmax, rankOf, topKError, topKErrors } from './top-k.ts';

// Labels by rank: row 0 first, row 1 second, row 2 third.
const logits = Float32Array.of(3, 1, 2, 3, 1, 2, 3, 1, 2);
const labels = [0, 2, 1];

test('top-k error is counted by hand for three samples of three classes', () => {
  expect(topKError(logits, labels, 3, 1)).toBe(2 / 3);
  expect(topKError(logits, labels, 3, 2)).toBe(1 / 3);
  expect(topKError(logits, labels, 3, 3)).toBe(0);
});

test('more than there are classes is the same as all of them', () => {
  expect(topKError(logits, labels, 3, 5)).toBe(0);
});

test('of equal scores the class of the lower index stands first', () => {
  const constant = Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1);
  expect([0, 1, 2].map((label) => rankOf(constant, 3, 1, label))).toEqual([0, 1, 2]);
  expect(topKErrors(constant, [0, 1, 2], 3, [1, 2, 3])).toEqual([2 / 3, 1 / 3, 0]);
  expect([...argmax(constant, 3)]).toEqual([0, 0, 0]);
  // The larger one first, then the two equal ones, then the smallest.
  expect([0, 1, 2, 3].map((label) => rankOf([2, 5, 2, -1], 4, 0, label))).toEqual([1, 0, 2, 3]);
});

test('the prediction is the largest score, the lowest class of several as large', () => {
  expect([...argmax(Float32Array.of(1, 3, 2, 5, 5, 0, -1, -2, -0.5), 3)]).toEqual([1, 0, 2]);
});

// As of a network that computes in bfloat16: between 1 and 2 its numbers are 128ths.
const bfloat16 = fc.integer({ min: 128, max: 140 }).map((value) => value / 128);
const tiedSamples = fc.array(fc.record({ row: fc.array(bfloat16, { minLength: 7, maxLength: 7 }), label: fc.nat(6) }), {
  minLength: 1,
  maxLength: 20,
});

test('with many ties, ranks are places in a stable sort, and every measure says the same of the first', () => {
  fc.assert(
    fc.property(tiedSamples, (samples) => {
      const scores = Float32Array.from(samples.flatMap(({ row }) => row));
      const labels = samples.map(({ label }) => label);
      const sorted = samples.map(({ row }) => row.map((_, c) => c).sort((a, b) => row[b]! - row[a]! || a - b));
      for (const [n, order] of sorted.entries()) {
        expect(order.map((label) => rankOf(scores, 7, n, label))).toEqual([0, 1, 2, 3, 4, 5, 6]);
      }
      const predicted = argmax(scores, 7);
      expect([...predicted]).toEqual(sorted.map(([first]) => first));
      const wrongAt = (k: number) => sorted.filter((order, n) => !order.slice(0, k).includes(labels[n]!)).length;
      expect(topKErrors(scores, labels, 7, [1, 5])).toEqual([wrongAt(1) / labels.length, wrongAt(5) / labels.length]);
      const right = labels.length - wrongAt(1);
      const counts = confusionMatrix(labels, predicted, 7);
      expect([0, 1, 2, 3, 4, 5, 6].reduce((sum, c) => sum + counts[8 * c]!, 0)).toBe(right);
      const shares = scores.map((score) => score / 2);
      const hits = reliabilityTable(shares, labels, 7).reduce((sum, { count, accuracy }) => sum + count * accuracy, 0);
      expect(hits).toBeCloseTo(right, 9);
    }),
  );
});

test('a sample with a NaN logit is wrong at every k, wherever the NaN is', () => {
  expect(topKError(Float32Array.of(Number.NaN, 1, 2), [0], 3, 3)).toBe(1);
  expect(topKError(Float32Array.of(Number.NaN, 1, 2), [2], 3, 1)).toBe(1);
  expect(topKErrors(Float32Array.of(1, Number.NaN), [0], 2, [1, 5])).toEqual([1, 1]);
  expect(rankOf([1, Number.NaN], 2, 0, 0)).toBe(Number.POSITIVE_INFINITY);
  expect([...argmax(Float32Array.of(1, Number.NaN, 2, Number.NaN), 4)]).toEqual([1]);
});

test('infinite logits are ordered like any other', () => {
  const infinite = Float32Array.of(Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY);
  expect(topKError(infinite, [0], 3, 1)).toBe(0);
  expect(topKError(infinite, [2], 3, 2)).toBe(1);
});

test('without ties it equals sorting each row', () => {
  const rows = fc.array(fc.record({ row: fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }), label: fc.nat(4) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (samples, k) => {
      const wrong = samples.filter(({ row, label }) => {
        const best = row.map((_, i) => i).sort((i, j) => row[j]! - row[i]!);
        return !best.slice(0, k).includes(label);
      });
      const flat = Float32Array.from(samples.flatMap(({ row }) => row));
      const error = topKError(
        flat,
        samples.map(({ label }) => label),
        5,
        k,
      );
      expect(error).toBe(wrong.length / samples.length);
    }),
  );
});

test('what does not fit is an error', () => {
  expect(() => topKError(logits, labels, 4, 1)).toThrow('topKError: expected scores [3, 4], that is 12 values, got 9');
  expect(() => topKError(logits, [0, 3, 1], 3, 1)).toThrow('expected labels in 0..2, got 3 for sample 1');
  expect(() => topKError(logits, labels, 3, 0)).toThrow(
    'topKError: expected k to be a whole number of at least 1, got 0',
  );
  expect(() => topKErrors(logits, labels, 3, [1, 0.5])).toThrow('topKErrors: expected k to be');
  expect(() => rankOf(logits, 3, 3, 0)).toThrow('rankOf: expected a row of 3, from 0 on, got 3');
  expect(() => rankOf(logits, 3, 0, 3)).toThrow('rankOf: expected labels in 0..2, got 3 for sample 0');
  expect(() => argmax(logits, 2)).toThrow('argmax: expected scores [N, 2], row by row, got 9 values');
  expect(() => topKError(new Float32Array(0), [], 3, 1)).toThrow('expected at least one sample, got none');
});
