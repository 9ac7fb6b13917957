import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { type CutMixOptions, cutmix } from './cutmix.ts';
import { boxArea, checkPlanFits, type MixPlan } from './plan.ts';

const SHAPE = { batch: 5, height: 32, width: 32 };

function samplePlans(count: number, options: CutMixOptions, shape = SHAPE): (MixPlan | null)[] {
  const mixer = cutmix(options);
  return Array.from({ length: count }, (_, step) => mixer.sample(shape, stream(11, 'plans', step)));
}

const options: fc.Arbitrary<CutMixOptions> = fc.record({
  alpha: fc.constantFrom(0.001, 0.1, 1, 4),
  probability: fc.constantFrom(0.3, 1),
  granularity: fc.constantFrom('batch', 'sample'),
  recomputeLambda: fc.boolean(),
});
const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 40 }),
  width: fc.integer({ min: 1, max: 40 }),
});

test('every plan fits its batch, and lambda is the share of the pixels outside the box', () => {
  fc.assert(
    fc.property(options, shapes, fc.integer(), (chosen, shape, seed) => {
      const plan = cutmix(chosen).sample(shape, stream(seed));
      if (plan === null) return;
      checkPlanFits(plan, shape);
      expect(plan.boxes.length).toBe(chosen.granularity === 'sample' ? shape.batch : 1);
      plan.boxes.forEach((box, i) => {
        expect(plan.lambda[i]).toBe(1 - boxArea(box) / (shape.height * shape.width));
        if (chosen.recomputeLambda) expect(plan.labelWeight[i]).toBe(plan.lambda[i]);
        expect(plan.labelWeight[i]! >= 0 && plan.labelWeight[i]! <= 1).toBe(true);
      });
    }),
  );
});

test('one seed gives one plan, another seed another, and a plan survives JSON', () => {
  fc.assert(
    fc.property(options, fc.integer(), (chosen, seed) => {
      const plan = cutmix(chosen).sample(SHAPE, stream(seed));
      expect(cutmix(chosen).sample(SHAPE, stream(seed))).toEqual(plan);
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    }),
  );
  expect(cutmix().sample(SHAPE, stream(1))).not.toEqual(cutmix().sample(SHAPE, stream(2)));
});

describe('the share that remains', () => {
  // The mean of lambda′ by size and alpha: by exact enumeration for alpha 1, by simulation for the others.
  test.each([
    [32, 1, 0.700749],
    [28, 1, 0.703867],
    [224, 1, 0.682222],
    [32, 0.5, 0.7095],
    [32, 4, 0.69],
    [224, 0.5, 0.6916],
  ])('at %i pixels with alpha %f averages %f', (side, alpha, mean) => {
    const count = 20_000;
    const plans = samplePlans(count, { alpha }, { batch: 1, height: side, width: side });
    const average = plans.reduce((sum, plan) => sum + plan!.lambda[0]!, 0) / count;
    const variance = plans.reduce((sum, plan) => sum + (plan!.lambda[0]! - average) ** 2, 0) / count;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
  });

  test('at 32 pixels has the simulated quantiles, and the largest box is 30 pixels wide', () => {
    const lambdas = samplePlans(20_000, {}).map((plan) => plan!.lambda[0]!);
    const sorted = lambdas.toSorted((x, y) => x - y);
    const quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map((q) => sorted[Math.floor(q * sorted.length)]!);
    [0.367, 0.578, 0.719, 0.85, 0.965].forEach((expected, i) => {
      expect(Math.abs(quantiles[i]! - expected)).toBeLessThan(0.01);
    });
    expect(Math.abs(lambdas.filter((lambda) => lambda < 0.5).length / lambdas.length - 0.146)).toBeLessThan(0.01);
    expect(sorted[0]).toBeGreaterThanOrEqual(1 - 30 ** 2 / 32 ** 2);
  });

  test('is about 0.2 above the drawn lambda, which is the weight of the label where it is not recomputed', () => {
    const drawn = samplePlans(20_000, { recomputeLambda: false });
    const bias = drawn.reduce((sum, plan) => sum + plan!.lambda[0]! - plan!.labelWeight[0]!, 0) / drawn.length;
    expect(bias).toBeCloseTo(0.700749 - 0.5, 2);
  });
});

describe('the rate at which it is applied is its probability', () => {
  const count = 20_000;
  test.each([0, 0.1, 0.5, 1])('per batch, %f', (probability) => {
    const applied = samplePlans(count, { probability }).filter((plan) => plan !== null).length;
    expect(Math.abs(applied / count - probability)).toBeLessThanOrEqual(
      4 * Math.sqrt((probability * (1 - probability)) / count),
    );
  });

  test.each([0, 0.1, 0.5, 1])('per sample, %f', (probability) => {
    // With alpha so large that lambda is 0.5, a sample has an empty box only where it was not chosen.
    const plans = samplePlans(count / 5, { probability, granularity: 'sample', alpha: 1e6 });
    const applied = plans.flatMap((plan) => plan?.boxes ?? []).filter((box) => boxArea(box) > 0).length;
    expect(Math.abs(applied / count - probability)).toBeLessThanOrEqual(
      4 * Math.sqrt((probability * (1 - probability)) / count),
    );
  });
});

test('per sample, boxes differ within a batch, and a sample that is not chosen keeps its image and label', () => {
  const plan = samplePlans(1, { granularity: 'sample', probability: 0.5 }, { ...SHAPE, batch: 64 })[0]!;
  expect(new Set(plan.boxes.map((box) => JSON.stringify(box))).size).toBeGreaterThan(20);
  const whole = plan.boxes.map((box) => boxArea(box) === 0);
  expect(whole.filter(Boolean).length).toBeGreaterThan(16);
  whole.forEach((isWhole, n) => {
    if (isWhole) expect([plan.lambda[n], plan.labelWeight[n]]).toEqual([1, 1]);
  });
});

test('per sample, where no sample is chosen the method is not applied at all', () => {
  expect(cutmix({ granularity: 'sample', probability: 0 }).sample(SHAPE, stream(1))).toBeNull();
});

test('an option that is unknown or out of range is an error when the method is made', () => {
  const make = (wrong: object) => () => cutmix(wrong);
  expect(make({ alhpa: 1 })).toThrow("cutmix: unknown option 'alhpa'; did you mean 'alpha'?");
  expect(make({ alpha: 0 })).toThrow('cutmix: expected alpha to be a finite number above 0, got 0');
  expect(make({ alpha: Number.POSITIVE_INFINITY })).toThrow('got Infinity');
  expect(make({ alpha: '1' })).toThrow('expected alpha to be a finite number above 0, got 1');
  expect(make({ probability: 1.1 })).toThrow('cutmix: expected probability to be a number in 0..1, got 1.1');
  expect(make({ probability: -0.1 })).toThrow('got -0.1');
  expect(make({ probability: Number.NaN })).toThrow('got NaN');
  expect(make({ granularity: 'samples' })).toThrow("unknown value of granularity 'samples'; did you mean 'sample'?");
  expect(make({ box: 'toString' })).toThrow("cutmix: unknown value of box 'toString'. Valid: uniform");
  expect(make({ label: 'aera' })).toThrow("cutmix: unknown value of label 'aera'; did you mean 'area'?");
  expect(make({ recomputeLambda: 'no' })).toThrow('expected recomputeLambda to be true or false, got no');
});
