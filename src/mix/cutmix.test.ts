import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxArea } from '../geometry/index.ts';
import { stream } from '../random/index.ts';
import { type CutMixOptions, cutmix, featureCutmix } from './cutmix.ts';
import { type LabelName, labelWeights } from './label-weights.ts';
import { checkPlanFits, type MixPlan } from './plan.ts';

const SHAPE = { batch: 5, height: 32, width: 32 };

function samplePlans(count: number, options: CutMixOptions, shape = SHAPE): (MixPlan | null)[] {
  const mixer = cutmix({ probability: 1, ...options });
  return Array.from({ length: count }, (_, step) => mixer.sample(shape, stream(11, 'plans', step)));
}

const rest = {
  probability: fc.constantFrom(0.3, 1),
  granularity: fc.constantFrom('batch', 'sample'),
  recomputeLambda: fc.boolean(),
} as const;
const options: fc.Arbitrary<CutMixOptions> = fc.oneof(
  fc.record({
    ...rest,
    alpha: fc.constantFrom(0.001, 0.1, 1, 4),
    box: fc.constantFrom('uniform', 'center-gaussian'),
  }),
  fc.record({
    ...rest,
    boxSize: fc.constantFrom(0.3, 1),
    box: fc.constantFrom('uniform', 'center-gaussian', 'fixed-size'),
  }),
);
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
  expect(cutmix({ probability: 1 }).sample(SHAPE, stream(1))).not.toEqual(
    cutmix({ probability: 1 }).sample(SHAPE, stream(2)),
  );
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

describe('the label of a sample', () => {
  const weights = (label: LabelName, more: CutMixOptions = {}) =>
    samplePlans(500, { label, ...more }, { batch: 2, height: 12, width: 20 }).map((plan) => ({
      remaining: plan!.lambda[0]!,
      weight: plan!.labelWeight[0]!,
    }));

  test('one-hot is that of the larger part, and its own in a tie', () => {
    for (const { remaining, weight } of weights('one-hot')) expect(weight).toBe(remaining >= 0.5 ? 1 : 0);
    expect(labelWeights['one-hot'](0.5)).toBe(1);
  });

  test('half is half of both, unless nothing was pasted', () => {
    const drawn = weights('half', { alpha: 0.1 });
    for (const { remaining, weight } of drawn) expect(weight).toBe(remaining === 1 ? 1 : 0.5);
    expect(drawn.some(({ weight }) => weight === 1)).toBe(true);
    for (const { remaining, weight } of weights('half', { alpha: 0.1, recomputeLambda: false })) {
      expect(weight).toBe(remaining === 1 ? 1 : 0.5);
    }
  });

  test('with a box of fixed size is 0.80859 its own on average at 32 pixels, or the 0.75 of an unclipped box', () => {
    const fixed = { box: 'fixed-size' as const };
    const count = 20_000;
    const average = samplePlans(count, fixed).reduce((sum, plan) => sum + plan!.labelWeight[0]!, 0) / count;
    expect(Math.abs(average - 0.80859375)).toBeLessThan(0.002); // 4.8 standard errors
    const drawn = samplePlans(20, { ...fixed, recomputeLambda: false });
    for (const plan of drawn) expect(plan!.labelWeight).toEqual([0.75]);
  });
});

test('a hidden map is cut as an image of its size is', () => {
  const stages = [SHAPE, { height: 16, width: 8 }];
  const plan = featureCutmix({ probability: 1, stages: 1 }).sample({ ...SHAPE, stages }, stream(4))!;
  const asImage = cutmix({ probability: 1 }).sample({ batch: 5, height: 16, width: 8 }, stream(4))!;
  expect(plan).toEqual({ ...asImage, method: 'feature-cutmix', stage: 1 });
});

test('an option that is unknown or out of range is an error when the method is made', () => {
  const make = (wrong: object) => () => cutmix(wrong);
  expect(make({ alhpa: 1 })).toThrow("cutmix: unknown option 'alhpa'; did you mean 'alpha'?");
  expect(make({ alpha: 0 })).toThrow(
    "cutmix: expected alpha to be a finite number above 0, got 0; to mix nothing, use 'none'",
  );
  expect(make({ alpha: Number.POSITIVE_INFINITY })).toThrow('got Infinity');
  expect(make({ alpha: '1' })).toThrow("expected alpha to be a finite number above 0, got '1'");
  expect(make({ probability: 1.1 })).toThrow('cutmix: expected probability to be a number in 0..1, got 1.1');
  expect(make({ probability: -0.1 })).toThrow('got -0.1');
  expect(make({ probability: Number.NaN })).toThrow('got NaN');
  expect(make({ granularity: 'samples' })).toThrow("unknown value of granularity 'samples'; did you mean 'sample'?");
  expect(make({ box: 'toString' })).toThrow(
    "cutmix: unknown value of box 'toString'. Valid: uniform, center-gaussian, fixed-size",
  );
  expect(make({ label: 'aera' })).toThrow("cutmix: unknown value of label 'aera'; did you mean 'area'?");
  expect(make({ boxSize: 0 })).toThrow('cutmix: expected boxSize to be a number above 0 and at most 1, got 0');
  expect(make({ boxSize: 16 })).toThrow('got 16');
  expect(make({ box: 'fixed-size', alpha: 1 })).toThrow(
    'cutmix: expected no alpha with a box of fixed size, got 1; boxSize sets its size',
  );
  expect(make({ boxSize: 0.5, alpha: 2 })).toThrow('expected no alpha with a box of fixed size, got 2');
  expect(make({ stages: [1] })).toThrow("cutmix: unknown option 'stages'");
  expect(make({ recomputeLambda: 'no' })).toThrow("expected recomputeLambda to be true or false, got 'no'");
});
