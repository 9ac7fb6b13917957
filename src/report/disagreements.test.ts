import { expect, it } from 'vitest';
import type { Predictions } from '../evaluate/index.ts';
import { disagreements } from './disagreements.ts';

const predictions = (...probabilities: number[]): Predictions => ({
  checkpoint: 'step-00000001',
  badImages: [],
  classes: ['a', 'b'],
  labels: Int32Array.of(0, 0, 1, 1, 0),
  indices: Int32Array.of(0, 1, 3, 4, 5),
  probabilities: Float32Array.from(probabilities.flatMap((p) => [p, 1 - p])),
});

it('sorts five images by who is right, the clearest first, under their numbers in the set', () => {
  const first = predictions(0.75, 0.75, 0.25, 0.75, 0.625);
  const second = predictions(0.75, 0.25, 0.75, 0.75, 0.125);
  const { bothRight, bothWrong, firstRight, secondRight } = disagreements(first, second);
  expect([bothRight, bothWrong, secondRight]).toEqual([1, 1, []]);
  // All three differ by 0.5 in the probability of the label: the order of the set stays.
  expect(firstRight).toEqual([
    { index: 1, label: 0, predicted: [0, 1], confidence: [0.75, 0.75] },
    { index: 3, label: 1, predicted: [1, 0], confidence: [0.75, 0.75] },
    { index: 5, label: 0, predicted: [0, 1], confidence: [0.625, 0.875] },
  ]);
  const clearer = disagreements(first, predictions(0.75, 0.375, 0.75, 0.75, 0.0625));
  expect(clearer.firstRight.map(({ index }) => index)).toEqual([5, 3, 1]);
});

it('refuses predictions of other images', () => {
  const one = predictions(1, 1, 1, 1, 1);
  expect(() => disagreements(one, { ...one, indices: Int32Array.of(0, 1, 2, 3, 4) })).toThrow('the same images');
});
