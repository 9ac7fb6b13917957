import { expect, it } from 'vitest';
import { largestDifference } from '../../tests/support/numbers.ts';
import type { Batch } from '../data/index.ts';
import { toInput } from './input.ts';

const mean = [0.5, 0.25, 0.1];
const std = [0.2, 0.3, 0.4];
const shape: Batch['shape'] = [2, 3, 4, 5];
const images = Uint8Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => (i * 37) % 256);
const batch = { images, shape, labels: Int32Array.of(0, 1), indices: Int32Array.of(0, 1), step: 0 };

it.each([true, false])(
  'scales bytes to 0..1 and normalizes each channel by its own numbers (NHWC: %s)',
  (channelsLast) => {
    const input = toInput(batch, { normalization: { mean, std }, channelsLast });
    const expected = Float32Array.from(images, (value, i) => {
      const channel = Math.floor(i / 20) % 3;
      return (value / 255 - mean[channel]!) / std[channel]!;
    });
    expect(input.dtype).toBe('float32');
    expect(input.shape).toEqual([2, 3, 4, 5]);
    expect(input.strides).toEqual(channelsLast ? [60, 1, 15, 3] : [60, 20, 5, 1]);
    expect(largestDifference(input.data() as Float32Array, expected)).toBeLessThan(1e-6);
  },
);

it('leaves the bytes as they were', () => {
  const before = images.slice();
  toInput(batch, { normalization: { mean, std }, channelsLast: false });
  expect(images).toEqual(before);
});
