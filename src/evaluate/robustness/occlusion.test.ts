import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numbers } from '../../../tests/support/numbers.ts';
import { tensor } from '../../torch/index.ts';
import { centeredBox, occlude } from './occlusion.ts';

it('puts the box in the middle, with one more row and column after it where an odd number is left', () => {
  expect(centeredBox({ height: 4, width: 4 }, 0.5)).toEqual([1, 1, 3, 3]);
  expect(centeredBox({ height: 5, width: 5 }, 0.4)).toEqual([1, 1, 3, 3]);
  expect(centeredBox({ height: 224, width: 224 }, 0.125)).toEqual([98, 98, 126, 126]);
  expect(centeredBox({ height: 2, width: 6 }, 0.5)).toEqual([1, 0, 4, 1]);
});

it('hides the center, or all but the center, of each channel by its color', () => {
  const pixels = tensor([[[[1, 2, 3, 4]], [[5, 6, 7, 8]]]]);
  const options = { share: 0.5, color: [0.25, 0.75] };
  const rows = (kind: 'center' | 'boundary') => [...occlude(pixels.expand([1, 2, 2, 4]), { ...options, kind }).data()];
  expect(rows('center')).toEqual([1, 0.25, 0.25, 4, 1, 2, 3, 4, 5, 0.75, 0.75, 8, 5, 6, 7, 8]);
  expect(rows('boundary')).toEqual([
    ...[0.25, 2, 3, 0.25, 0.25, 0.25, 0.25, 0.25],
    ...[0.75, 6, 7, 0.75, 0.75, 0.75, 0.75, 0.75],
  ]);
  expect([...pixels.data()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('hides nothing or everything at the ends, and with center and boundary each pixel exactly once', () => {
  const side = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(side, side, fc.double({ min: 0, max: 1, noNaN: true }), (height, width, share) => {
      const pixels = tensor(numbers(2 * height * width, 1), { shape: [2, 1, height, width] });
      const hiddenBy = (kind: 'center' | 'boundary', part: number) =>
        [...(occlude(pixels, { kind, share: part, color: [2] }).data() as Float64Array)].map((value) => value === 2);
      expect(hiddenBy('center', 0)).not.toContain(true);
      expect(hiddenBy('boundary', 1)).not.toContain(true);
      expect(hiddenBy('center', 1)).not.toContain(false);
      expect(hiddenBy('boundary', 0)).not.toContain(false);
      const [center, boundary] = [hiddenBy('center', share), hiddenBy('boundary', share)];
      expect(center.map((hidden) => !hidden)).toEqual(boundary);
      expect(center.filter(Boolean).length).toBe(2 * Math.round(share * height) * Math.round(share * width));
    }),
    { numRuns: 50 },
  );
});

it('says what is wrong with a share or a color', () => {
  const pixels = tensor([[[[1]], [[1]], [[1]]]]);
  const attempt = (share: number, color: number[]) => () => occlude(pixels, { kind: 'center', share, color });
  expect(attempt(1.5, [0, 0, 0])).toThrow('occlude: expected share to be a number in 0..1, got 1.5');
  expect(attempt(0.5, [0])).toThrow('occlude: expected a color of 3 channels, got 1');
});
