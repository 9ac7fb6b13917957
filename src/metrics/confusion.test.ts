import { expect, test } from 'vitest';
import { balancedAccuracy, classErrors, confusionMatrix, mostConfused } from './confusion.ts';

const labels = [0, 0, 0, 1, 1, 2];
const predicted = [0, 1, 1, 1, 2, 0];

test('the matrix of six samples is the one counted by hand, labels down and predictions across', () => {
  expect([...confusionMatrix(labels, predicted, 3)]).toEqual([1, 2, 0, 0, 1, 1, 1, 0, 0]);
});

test('the most frequent mistake comes first, and what was right is no mistake', () => {
  const counts = confusionMatrix(labels, predicted, 3);
  expect(mostConfused(counts, 3, 2)).toEqual([
    { label: 0, predicted: 1, count: 2 },
    { label: 1, predicted: 2, count: 1 },
  ]);
  expect(mostConfused(counts, 3, 10)).toHaveLength(3);
});

test('what does not fit is an error', () => {
  expect(() => confusionMatrix([0], [0, 1], 2)).toThrow('expected 1 predictions, one a label, got 2');
  expect(() => confusionMatrix([0], [2], 2)).toThrow('expected predictions in 0..1, got 2 for sample 0');
  expect(() => confusionMatrix([-1], [0], 2)).toThrow('got -1 for sample 0');
});

test('errors of each class, and their balanced accuracy, are those counted by hand', () => {
  const ofClasses = classErrors(confusionMatrix([...labels, 0], [...predicted, 0], 4), 4);
  expect(ofClasses.map(({ samples, errors }) => [samples, errors])).toEqual([
    [4, 2],
    [2, 1],
    [1, 1],
    [0, 0],
  ]);
  // (2/4 + 1/2 + 0/1) / 3: the class without samples does not count.
  expect(balancedAccuracy(ofClasses)).toBeCloseTo(1 / 3, 15);
  // Always the most frequent class: 4 of 7 right, but no better than chance.
  expect(balancedAccuracy(classErrors(confusionMatrix([...labels, 0], Array(7).fill(0), 3), 3))).toBeCloseTo(1 / 3, 15);
  expect(() => balancedAccuracy([])).toThrow('at least one sample');
});
