import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedCalibrationError, reliabilityTable } from './calibration.ts';

test('the error of four samples is the one computed by hand', () => {
  // Confidences 0.9 right, 0.8 wrong in (0.75, 1]; 0.6 right, 0.7 right in (0.5, 0.75].
  const probabilities = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.4, 0.6, 0.3, 0.7);
  const labels = [0, 1, 1, 1];
  const table = reliabilityTable(probabilities, labels, 2, { bins: 4 });
  expect(table.map(({ count }) => count)).toEqual([0, 0, 2, 2]);
  expect(table.map(({ low, high }) => [low, high])[2]).toEqual([0.5, 0.75]);
  expect(table[2]!.confidence).toBeCloseTo(0.65, 6);
  expect(table[2]!.accuracy).toBe(1);
  expect(table[3]!.confidence).toBeCloseTo(0.85, 6);
  expect(table[3]!.accuracy).toBe(0.5);
  // (2 * |1 - 0.65| + 2 * |0.5 - 0.85|) / 4
  expect(expectedCalibrationError(probabilities, labels, 2, { bins: 4 })).toBeCloseTo(0.35, 6);
});

test('a confidence on the border of two bins belongs to the lower one', () => {
  const table = reliabilityTable(Float32Array.of(0.5, 0.25, 0.25), [0], 3, { bins: 2 });
  expect(table.map(({ count }) => count)).toEqual([1, 0]);
});

test('sure and always right is perfect, sure and always wrong is as bad as can be', () => {
  const sure = Float32Array.of(1, 0, 1, 0);
  expect(expectedCalibrationError(sure, [0, 0], 2)).toBe(0);
  expect(expectedCalibrationError(sure, [1, 1], 2)).toBe(1);
});

test('with one bin it is the distance between mean confidence and accuracy, and bins cut in two never give less', () => {
  const sample = fc.record({ p: fc.double({ min: 0.5, max: 1, noNaN: true }), label: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const probabilities = Float32Array.from(samples.flatMap(({ p }) => [p, 1 - p]));
      const labels = samples.map(({ label }) => label);
      const of = (bins: number) => expectedCalibrationError(probabilities, labels, 2, { bins });
      const confidence = samples.reduce((sum, { p }) => sum + p, 0) / samples.length;
      const accuracy = labels.filter((label) => label === 0).length / labels.length;
      expect(of(1)).toBeCloseTo(Math.abs(confidence - accuracy), 5);
      expect(of(30)).toBeGreaterThanOrEqual(of(15) - 1e-9);
    }),
  );
});

test('a network that says NaN has no calibration error', () => {
  expect(expectedCalibrationError(Float32Array.of(Number.NaN, Number.NaN, 0.9, 0.1), [0, 0], 2)).toBeNaN();
  // Wherever in the row it is; and whatever is said to be predicted, the sample is wrong.
  const row = Float32Array.of(0.6, Number.NaN);
  expect(expectedCalibrationError(row, [0], 2)).toBeNaN();
  expect([0, 1].map((label) => reliabilityTable(row, [label], 2)[0]!.accuracy)).toEqual([0, 0]);
});

test('what does not fit is an error', () => {
  expect(() => reliabilityTable(Float32Array.of(3, -1), [0], 2)).toThrow('got 3 for sample 0; apply softmax');
  expect(() => reliabilityTable(Float32Array.of(0.9, -3), [0], 2)).toThrow('got -3 for sample 0; apply softmax');
  expect(() => reliabilityTable(Float32Array.of(1, 0), [5], 2)).toThrow('expected labels in 0..1, got 5 for sample 0');
  expect(() => reliabilityTable(Float32Array.of(1, 0), [0, 1], 2)).toThrow('expected probabilities [2, 2]');
  expect(() => reliabilityTable(new Float32Array(0), [], 2)).toThrow('expected at least one sample');
  expect(() => reliabilityTable(Float32Array.of(1, 0), [0], 2, { bins: 0 })).toThrow('expected bins');
});
