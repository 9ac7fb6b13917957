import { expect, it } from 'vitest';
import { stream } from '../random/index.ts';
import { confidentJoint } from './confident-learning.ts';

it('is the joint of the paper, worked out by hand for seven samples of three classes', () => {
  const labels = [0, 0, 0, 1, 1, 2, 2];
  const probabilities = [
    ...[0.75, 0.25, 0.0], // as labeled
    ...[0.5, 0.375, 0.125], // reaches no threshold
    ...[0.25, 0.75, 0.0], // counts as 1
    ...[0.125, 0.625, 0.25], // as labeled
    ...[0.625, 0.25, 0.125], // counts as 0
    ...[0.0, 0.5, 0.5], // reaches both 1 and 2, as probable: the lower class
    ...[0.25, 0.0, 0.75], // as labeled
  ];
  const { thresholds, joint, suspects } = confidentJoint(probabilities, labels, 3);
  // t_0 = (0.75 + 0.5 + 0.25) / 3, t_1 = (0.625 + 0.25) / 2, t_2 = (0.5 + 0.75) / 2.
  expect([...thresholds]).toEqual([0.5, 0.4375, 0.625]);
  expect([...joint]).toEqual([2, 1, 0, 1, 1, 0, 0, 1, 1]);
  expect(suspects).toEqual([
    { sample: 2, label: 0, likely: 1, margin: 0.5 },
    { sample: 4, label: 1, likely: 0, margin: 0.375 },
    { sample: 5, label: 2, likely: 1, margin: 0 },
  ]);
});

it('does not suspect a sample that is predicted as labeled, though it counts as another class', () => {
  // t_0 = 0.7, t_1 = 0.4: the third sample reaches that of class 1 alone, and is predicted as labeled.
  const { joint, suspects } = confidentJoint([0.9, 0.1, 0.5, 0.5, 0.6, 0.4], [0, 0, 1], 2);
  expect([...joint]).toEqual([1, 1, 0, 1]);
  expect(suspects).toEqual([]);
});

it('a class without samples has no threshold, and nothing counts as it', () => {
  const { thresholds, joint } = confidentJoint([0.25, 0.75, 1, 0], [0, 0], 2);
  expect([...thresholds]).toEqual([0.625, Number.POSITIVE_INFINITY]);
  expect([...joint]).toEqual([1, 0, 0, 0]);
});

it('finds labels that were exchanged on purpose, most of them and no other', () => {
  const [classes, each] = [5, 60];
  const random = stream(1, 'subset');
  const truth = Array.from({ length: classes * each }, (_, n) => n % classes);
  // Mostly sure: the class has 0.5 to 1, the rest is shared among the others.
  const probabilities = truth.flatMap((label) => {
    const own = 1 - 0.5 * random.uniform() ** 3;
    const shares = Array.from({ length: classes }, (_, c) => (c === label ? 0 : random.uniform()));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share, c) => (c === label ? own : ((1 - own) * share) / sum));
  });
  const planted = new Set(Array.from({ length: 20 }, (_, i) => 13 * i));
  const labels = truth.map((label, n) => (planted.has(n) ? (label + 1 + (n % 4)) % classes : label));
  const { suspects } = confidentJoint(probabilities, labels, classes);
  const right = suspects.filter(({ sample, likely }) => planted.has(sample) && likely === truth[sample]);
  expect(suspects.filter(({ sample }) => !planted.has(sample))).toEqual([]);
  expect(right.length).toBeGreaterThanOrEqual(12);
  expect(confidentJoint(probabilities, truth, classes).suspects).toEqual([]);
});

it('what does not fit is an error', () => {
  expect(() => confidentJoint([0.5], [0], 2)).toThrow('expected probabilities [1, 2]');
  expect(() => confidentJoint([], [], 2)).toThrow('at least one sample');
});
