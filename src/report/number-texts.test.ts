import { expect, test } from 'vitest';
import { pairedTTest } from '../metrics/index.ts';
import { intervalText, pairedText, publishedText } from './number-texts.ts';

test('a difference is said with its p, or with why there is none', () => {
  expect(pairedText(pairedTTest([0.09, 0.08, 0.07], [0.1, 0.1, 0.1]))).toBe('−2.00 (p 0.074)');
  expect(pairedText(pairedTTest([0.1], [0.12]))).toBe('−2.00 (one seed: no test)');
  expect(pairedText(pairedTTest([0.3, 0.4], [0.2, 0.3]))).toBe('+10.00 (no spread: no test)');
  expect(pairedText(undefined)).toBe('');
});

test('an interval has the sign of both ends, and is left out where there is none', () => {
  // -2 ± 4.303 / sqrt(3), in points.
  expect(intervalText(pairedTTest([0.09, 0.08, 0.07], [0.1, 0.1, 0.1]))).toBe('−4.48 to +0.48');
  expect(intervalText(pairedTTest([0.1], [0.12]))).toBe('');
});

test('what a paper printed are its errors, or its localization where it has no errors', () => {
  expect(publishedText({ published: { top1Error: 0.1447, top5Error: 0.0297 } })).toBe('14.47 / 2.97');
  expect(publishedText({ published: { top1Error: 0.0288 } })).toBe('2.88');
  expect(publishedText({ published: { top1Localization: 0.5481 } })).toBe('54.81');
  expect(publishedText({})).toBe('a plot only');
});
