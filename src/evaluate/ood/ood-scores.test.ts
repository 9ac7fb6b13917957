import { expect, it } from 'vitest';
import { oodScores } from './ood-scores.ts';

it('are the logarithm of the largest probability and of the sum of exponentials', () => {
  const logits = [1, 2, 3, -4, -4, -4];
  const scores = oodScores(Float32Array.from(logits), 3);
  const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
  expect(scores['max-softmax'][0]).toBeCloseTo(3 - Math.log(sum), 12);
  expect(scores.energy[0]).toBeCloseTo(Math.log(sum), 12);
  expect(scores['max-softmax'][1]).toBeCloseTo(-Math.log(3), 12);
  expect(scores.energy[1]).toBeCloseTo(-4 + Math.log(3), 12);
});

it('tell probabilities apart that all round to 1, and large logits do not overflow', () => {
  const scores = oodScores(Float32Array.from([50, 0, 60, 0, 1000, 0]), 2);
  const [first, second, third] = scores['max-softmax'];
  expect(1 + Math.exp(-50)).toBe(1);
  expect(first! / -Math.exp(-50)).toBeCloseTo(1, 12);
  expect(second).toBeGreaterThan(first!);
  expect(third).toBeGreaterThan(second!);
  expect([...scores.energy]).toEqual([50, 60, 1000]);
});

it('of a network of one class say nothing, and of NaN are NaN', () => {
  expect(oodScores([3], 1)['max-softmax'][0]).toBeCloseTo(0, 12);
  expect(oodScores([1, Number.NaN], 2)['max-softmax'][0]).toBeNaN();
});
