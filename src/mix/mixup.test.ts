import { expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { manifoldMixup, mixup } from './mixup.ts';

const SHAPE = { batch: 3, height: 4, width: 6 };

test.each([0.5, 1, 2])('lambda has the moments of Beta(alpha, alpha) at alpha %f', (alpha) => {
  const count = 20_000;
  const mixer = mixup({ alpha });
  const lambdas = Array.from({ length: count }, (_, step) => mixer.sample(SHAPE, stream(8, step))!.lambda[0]!);
  const mean = lambdas.reduce((sum, lambda) => sum + lambda, 0) / count;
  const variance = lambdas.reduce((sum, lambda) => sum + (lambda - mean) ** 2, 0) / count;
  const expected = 1 / (4 * (2 * alpha + 1));
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / count));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
});

test('labels have the weight of the images, and the partners are a permutation', () => {
  const plan = mixup({ granularity: 'sample' }).sample(SHAPE, stream(2))!;
  expect(plan.labelWeight).toEqual(plan.lambda);
  expect(plan.permutation.toSorted()).toEqual([0, 1, 2]);
});

test('an option that is unknown or out of range is an error when the method is made', () => {
  const make = (wrong: object) => () => mixup(wrong);
  expect(make({ alpha: 0 })).toThrow('mixup: expected alpha to be a finite number above 0, got 0; to mix nothing');
  expect(make({ alpha: -1 })).toThrow('got -1');
  expect(make({ box: 'uniform' })).toThrow("mixup: unknown option 'box'");
  expect(make({ stages: [0] })).toThrow('Valid: alpha, probability, granularity, schedule');
  expect(() => manifoldMixup({ stage: [0] } as object)).toThrow(
    "manifold-mixup: unknown option 'stage'; did you mean 'stages'?",
  );
});
