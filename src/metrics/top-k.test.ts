import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topKError } from './top-k.ts';

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

test('a tie counts against the sample until k covers all that tie', () => {
  const constant = Float32Array.of(1, 1, 1);
  expect(topKError(constant, [0], 3, 1)).toBe(1);
  expect(topKError(constant, [0], 3, 2)).toBe(1);
  expect(topKError(constant, [0], 3, 3)).toBe(0);
});

test('a sample with a NaN logit is wrong at every k, wherever the NaN is', () => {
  expect(topKError(Float32Array.of(Number.NaN, 1, 2), [0], 3, 3)).toBe(1);
  expect(topKError(Float32Array.of(Number.NaN, 1, 2), [2], 3, 1)).toBe(1);
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
  expect(() => topKError(logits, labels, 4, 1)).toThrow('expected logits [3, 4], that is 12 values, got 9');
  expect(() => topKError(logits, [0, 3, 1], 3, 1)).toThrow('expected labels in 0..2, got 3 for sample 1');
  expect(() => topKError(logits, labels, 3, 0)).toThrow('expected k to be a whole number from 1 up, got 0');
  expect(() => topKError(new Float32Array(0), [], 3, 1)).toThrow('expected at least one sample, got 0');
});
