import { expect, test } from 'vitest';
import { median, summarize } from './statistics.ts';

test('the median of an odd count is the middle value by size, not by text', () => {
  expect(median([10, 9, 100])).toBe(10);
});

test('the median of an even count is the mean of the two middle values', () => {
  expect(median([4, 1, 3, 10])).toBe(3.5);
});

test('a summary keeps the rounds in their order', () => {
  const rounds = [3, 1, 2];
  expect(summarize(rounds)).toEqual({ median: 2, min: 1, max: 3, rounds: [3, 1, 2] });
});

test('the median of nothing is an error', () => {
  expect(() => median([])).toThrow('expected at least one value');
});
