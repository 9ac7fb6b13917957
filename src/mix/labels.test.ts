import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stream } from '../random/index.ts';
import { cutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { labelPlan, type MixedLabels, mixLabels, mixSoftLabels, softLabels } from './labels.ts';
import { mixup } from './mixup.ts';
import type { MixPlan } from './plan.ts';

const PLAN: MixPlan = {
  method: 'cutmix',
  how: 'paste',
  stage: 0,
  height: 2,
  width: 4,
  permutation: [2, 0, 1],
  boxes: [[0, 0, 2, 1]],
  lambda: [0.75],
  labelWeight: [0.75],
};

test('mixed labels hold the own label, the label of the partner and the weight of the own', () => {
  expect(mixLabels([7, 8, 9], PLAN)).toEqual({
    a: Int32Array.of(7, 8, 9),
    b: Int32Array.of(9, 7, 8),
    lambda: Float32Array.of(0.75, 0.75, 0.75),
  });
});

test('per sample each label has its own weight, which need not be the share of pixels', () => {
  const { boxes } = PLAN;
  const perSample = { ...PLAN, boxes: [...boxes, ...boxes, ...boxes], lambda: [0.75, 0.75, 0.75] };
  expect(mixLabels([7, 8, 9], { ...perSample, labelWeight: [1, 0.5, 0] }).lambda).toEqual(Float32Array.of(1, 0.5, 0));
});

test('without a plan each sample is wholly its own', () => {
  const mixed = mixLabels(Uint8Array.of(2, 0), null);
  expect(mixed).toEqual({ a: Int32Array.of(2, 0), b: Int32Array.of(2, 0), lambda: Float32Array.of(1, 1) });
  expect(softLabels(mixed, 3)).toEqual(Float32Array.of(0, 0, 1, 1, 0, 0));
});

test('soft labels share each row between two classes, or give one class all of it', () => {
  const mixed: MixedLabels = { a: Int32Array.of(0, 1), b: Int32Array.of(2, 1), lambda: Float32Array.of(0.75, 0.25) };
  expect(softLabels(mixed, 3)).toEqual(Float32Array.of(0.75, 0, 0.25, 0, 1, 0));
});

const cases = fc.record({
  seed: fc.integer(),
  labels: fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
  granularity: fc.constantFrom('batch' as const, 'sample' as const),
});

function drawLabels({
  seed,
  labels,
  granularity,
}: {
  seed: number;
  labels: number[];
  granularity: 'batch' | 'sample';
}) {
  const shape = { batch: labels.length, height: 6, width: 11 };
  return mixLabels(labels, cutmix({ probability: 1, granularity }).sample(shape, stream(seed)));
}

test('every row of the soft labels sums to 1', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const soft = softLabels(drawLabels(drawn), 6);
      for (let n = 0; n < drawn.labels.length; n++) {
        const mass = soft.subarray(n * 6, (n + 1) * 6).reduce((sum, weight) => sum + weight, 0);
        expect(mass).toBeCloseTo(1, 6);
      }
    }),
  );
});

test('cross-entropy with soft labels is the weighted sum of the two cross-entropies', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const { a, b, lambda } = drawLabels(drawn);
      const soft = softLabels({ a, b, lambda }, 6);
      const random = stream(drawn.seed, 'logits');
      for (let n = 0; n < a.length; n++) {
        const logits = Array.from({ length: 6 }, () => 3 * random.normal());
        const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
        const crossEntropy = (label: number): number => logSum - logits[label]!;
        const twoTerms = lambda[n]! * crossEntropy(a[n]!) + (1 - lambda[n]!) * crossEntropy(b[n]!);
        const oneTerm = logits.reduce((sum, _, label) => sum + soft[n * 6 + label]! * crossEntropy(label), 0);
        expect(oneTerm).toBeCloseTo(twoTerms, 5);
      }
    }),
  );
});

test('one-hot labels mix to what class indices do, and soft ones row by row', () => {
  fc.assert(
    fc.property(cases, ({ seed, labels, granularity }) => {
      const random = stream(seed);
      const plan = cutmix({ probability: 1, granularity }).sample(
        { batch: labels.length, height: 6, width: 11 },
        random,
      );
      const oneHot = softLabels(mixLabels(labels, null), 6);
      const expected = softLabels(mixLabels(labels, plan), 6);
      mixSoftLabels(oneHot, 6, plan).forEach((weight, i) => {
        expect(weight).toBeCloseTo(expected[i]!, 6);
      });
    }),
  );
  const soft = Float32Array.of(0.5, 0.5, 1, 0, 0.25, 0.75);
  expect(mixSoftLabels(soft, 2, PLAN)).toEqual(Float32Array.of(0.4375, 0.5625, 0.875, 0.125, 0.4375, 0.5625));
  expect(soft).toEqual(Float32Array.of(0.5, 0.5, 1, 0, 0.25, 0.75));
});

test('the weight of the partner is what MixUp blends of it', () => {
  const plan = mixup({ granularity: 'sample' }).sample({ batch: 4, height: 3, width: 5 }, stream(3))!;
  const { lambda } = mixLabels([0, 1, 2, 3], plan);
  expect(lambda).toEqual(Float32Array.from(plan.lambda));
});

test('erasing leaves labels as they are, alone and beside a method that mixes them', () => {
  const erase = cutout().sample({ batch: 3, height: 2, width: 4 }, stream(1))!;
  expect(labelPlan([erase])).toBeNull();
  expect(mixLabels([7, 8, 9], erase)).toEqual(mixLabels([7, 8, 9], null));
  expect(mixLabels([7, 8, 9], [erase, PLAN])).toEqual(mixLabels([7, 8, 9], PLAN));
  expect(mixSoftLabels(Float32Array.of(1, 0), 2, [erase])).toEqual(Float32Array.of(1, 0));
});

test('two plans that mix labels are an error', () => {
  expect(() => mixLabels([7, 8, 9], [PLAN, { ...PLAN, method: 'mixup' }])).toThrow(
    'labels: expected at most one plan that mixes labels, got cutmix and mixup; draw one of them for each batch',
  );
});

test('labels that do not fit are an error', () => {
  expect(() => mixSoftLabels(new Float32Array(7), 2, null)).toThrow(
    'soft labels: expected rows of 2 classes, got 7 values',
  );
  expect(() => mixSoftLabels(new Float32Array(8), 2, PLAN)).toThrow('labels: expected 3,');
  expect(() => mixLabels([1, 2], PLAN)).toThrow('labels: expected 3, as many as the mix plan has samples, got 2');
  expect(() => mixLabels([7, 8, 9], { ...PLAN, width: 4n as never })).toThrow(
    'mix plan: expected a whole width from 1 on',
  );
  expect(() => mixLabels([1, -1], null)).toThrow('labels: expected whole numbers from 0 up, got -1 for sample 1');
  expect(() => mixLabels([0.5], null)).toThrow('got 0.5 for sample 0');
  expect(() => softLabels(mixLabels([1, 3], null), 3)).toThrow(
    'soft labels: expected labels in 0..2, got 3 for sample 1',
  );
});
