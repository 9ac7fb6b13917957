import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference } from '../../tests/support/numbers.ts';
import { crossEntropyLoss, ShapeError, scope, type Tensor, tensor } from '../torch/index.ts';
import { crossEntropy } from './index.ts';

const labels = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));
const doubles = (values: readonly number[], shape: readonly number[]) => tensor(Float64Array.from(values), { shape });

const batches = fc.integer({ min: 1, max: 5 }).chain((batch) =>
  fc.integer({ min: 2, max: 6 }).chain((classes) => {
    const label = fc.integer({ min: 0, max: classes - 1 });
    const list = <T>(one: fc.Arbitrary<T>, count: number) => fc.array(one, { minLength: count, maxLength: count });
    return fc.record({
      batch: fc.constant(batch),
      classes: fc.constant(classes),
      logits: list(fc.double({ min: -30, max: 30, noNaN: true }), batch * classes),
      a: list(label, batch),
      b: list(label, batch),
      lambda: list(fc.double({ min: 0, max: 1, noNaN: true }), batch),
      smoothing: fc.double({ min: 0, max: 0.9, noNaN: true }),
    });
  }),
);

/** - sum over classes of target * log softmax, sample by sample, with the target moved toward uniform. */
function plain(logits: number[], targets: number[], classes: number, smoothing: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, n) => {
    const row = logits.slice(n * classes, (n + 1) * classes);
    const largest = Math.max(...row);
    const normalizer = largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    return row.reduce((sum, value, c) => {
      const target = (1 - smoothing) * targets[n * classes + c]! + smoothing / classes;
      return sum - target * (value - normalizer);
    }, 0);
  });
}

describe('crossEntropy', () => {
  it('is linear in the target: mixed labels, the mixed soft label and the plain formula agree, smoothed or not', () => {
    fc.assert(
      fc.property(batches, ({ batch, classes, logits, a, b, lambda, smoothing }) => {
        const soft = Array.from({ length: batch * classes }, (_, i) => {
          const [n, c] = [Math.floor(i / classes), i % classes];
          return lambda[n]! * Number(a[n] === c) + (1 - lambda[n]!) * Number(b[n] === c);
        });
        scope(() => {
          const given = doubles(logits, [batch, classes]);
          const options = { labelSmoothing: smoothing, reduction: 'none' as const };
          const values = (targets: Parameters<typeof crossEntropy>[1]) => crossEntropy(given, targets, options).data() as Float64Array; // biome-ignore format: one line
          const mixed = values({ a: labels(...a), b: labels(...b), lambda: doubles(lambda, [batch]) });
          const [ofA, ofB] = [values(labels(...a)), values(labels(...b))];
          const expected = plain(logits, soft, classes, smoothing);
          expect(largestDifference(mixed, expected)).toBeLessThan(1e-12 * 100);
          expect(largestDifference(values(doubles(soft, [batch, classes])), expected)).toBeLessThan(1e-12 * 100);
          expect(largestDifference(mixed, lambda.map((l, n) => l * ofA[n]! + (1 - l) * ofB[n]!))).toBeLessThan(1e-12 * 100); // biome-ignore format: one law
        });
      }),
    );
  });

  it("equals LibTorch's own, mean and smoothing included", () => {
    const logits = leafOf([4, 7], 3, 6);
    const targets = labels(0, 6, 3, 3);
    for (const labelSmoothing of [0, 0.1]) {
      const expected = crossEntropyLoss(logits, targets, { labelSmoothing }).item();
      expect(crossEntropy(logits, targets, { labelSmoothing }).item()).toBeCloseTo(expected, 12);
    }
  });

  it("weighs classes as PyTorch's cross_entropy does soft labels, under mixing and smoothing too", () => {
    const logits = doubles([1, 2, -1, 0.5, -0.25, 3], [2, 3]);
    const weight = doubles([0.5, 2, 1.25], [3]);
    const soft = doubles([0.25, 0.75, 0, 0, 0.6, 0.4], [2, 3]);
    const mixed = { a: labels(0, 1), b: labels(1, 2), lambda: doubles([0.25, 0.6], [2]) };
    for (const labelSmoothing of [0, 0.1]) {
      const expected = crossEntropyLoss(logits, soft, { weight, labelSmoothing }).item();
      const given = { classWeights: weight, labelSmoothing };
      expect(crossEntropy(logits, soft, given).item()).toBeCloseTo(expected, 12);
      expect(crossEntropy(logits, mixed, given).item()).toBeCloseTo(expected, 12);
    }
    expect(() => crossEntropy(logits, soft, { classWeights: doubles([1, 2], [2]) })).toThrow(
      'crossEntropy: expected classWeights [3], got [2]',
    );
  });

  it('is log(classes) where nothing is known, and survives logits that overflow exp', () => {
    expect(crossEntropy(tensor([[3, 3, 3, 3]]), labels(2)).item()).toBeCloseTo(Math.log(4), 6);
    expect(crossEntropy(tensor([[1000, 0]]), labels(1)).item()).toBe(1000);
  });

  it('computes in float32 what comes in bfloat16', () => {
    const logits = tensor([[1, 2, 3]], { dtype: 'bfloat16' });
    const loss = crossEntropy(logits, labels(0));
    expect(loss.dtype).toBe('float32');
    expect(loss.item()).toBeCloseTo(Math.log(Math.exp(0) + Math.exp(1) + Math.exp(2)), 6);
  });

  it.each<[string, () => Parameters<typeof crossEntropy>[1]]>([
    ['labels', () => labels(1, 0, 3)],
    ['soft labels', () => doubles([0.1, 0.2, 0.3, 0.4, 1, 0, 0, 0, 0, 0.5, 0.5, 0], [3, 4])],
    ['mixed labels', () => ({ a: labels(1, 0, 3), b: labels(2, 0, 1), lambda: doubles([0.3, 0.5, 1], [3]) })],
  ])('has the gradient of central differences for %s', (_, targets) => {
    const compute = (logits: Tensor) => crossEntropy(logits, targets(), { labelSmoothing: 0.1 });
    expect(gradcheck(compute, [leafOf([3, 4], 2, 4)])).toBeLessThan(1e-8);
  });

  const logits = tensor(new Float32Array(9), { shape: [3, 3] });
  it.each<[string, () => Tensor, string]>([
    ['too few labels', () => crossEntropy(logits, labels(1, 2)), 'expected targets int64 [3] or floating [3, 3], got int64[2]'], // biome-ignore format: a case
    ['labels as floats', () => crossEntropy(logits, tensor([0, 1, 2])), 'got float32[3]'],
    ['labels of 32 bits', () => crossEntropy(logits, tensor(Int32Array.of(0, 1, 2))), 'got int32[3]'],
    [
      'soft labels of other classes',
      () =>
        crossEntropy(
          logits,
          tensor([
            [1, 0],
            [1, 0],
            [1, 0],
          ]),
        ),
      'got float32[3, 2]',
    ],
    ['a lambda that would broadcast', () => crossEntropy(logits, { a: labels(0, 1, 2), b: labels(0, 1, 2), lambda: tensor([[1], [1], [1]]) }), 'lambda floating [3], got int64[3], int64[3] and float32[3, 1]'], // biome-ignore format: a case
    ['logits of one sample', () => crossEntropy(tensor([1, 2]), labels(0)), 'expected logits [N, classes], got [2]'],
  ])('refuses %s', (_, body, message) => {
    expect(body).toThrow(ShapeError);
    expect(body).toThrow(message);
  });

  it('refuses a label that is no class and a smoothing of 1', () => {
    expect(() => crossEntropy(logits, labels(0, 1, 3))).toThrow(/out of bounds/);
    expect(() => crossEntropy(logits, labels(0, 1, 2), { labelSmoothing: 1 })).toThrow(
      'labelSmoothing in [0, 1), got 1',
    );
  });
});
