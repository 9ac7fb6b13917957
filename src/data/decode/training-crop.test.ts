import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../random/index.ts';
import { sampleTrainingCrop } from './training-crop.ts';

const large = { width: 500, height: 375 };

describe('sampleTrainingCrop', () => {
  it('stays inside of pictures of any shape, also where no crop of the wanted ratio fits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        (width, height, seed) => {
          const { box } = sampleTrainingCrop({ width, height }, stream(seed));
          expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
          expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(1);
          expect(box.left + box.width).toBeLessThanOrEqual(width);
          expect(box.top + box.height).toBeLessThanOrEqual(height);
        },
      ),
    );
  });

  it('draws areas evenly over 0.08 to 1 of a square picture where every ratio fits, and ratios evenly in the logarithm', () => {
    // Below 3/4 of the area every ratio fits into a square, so that none is drawn again.
    const random = stream(1, 'areas');
    const boxes = Array.from({ length: 5000 }, () => {
      const { box } = sampleTrainingCrop({ width: 4000, height: 4000 }, random, { scale: [0.08, 0.7] });
      return box;
    });
    const areas = boxes.map(({ width, height }) => (width * height) / 16e6);
    const ratios = boxes.map(({ width, height }) => Math.log(width / height) / Math.log(4 / 3));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
    expect(mean(areas)).toBeCloseTo(0.39, 2);
    expect(variance(areas)).toBeCloseTo(0.62 ** 2 / 12, 3);
    expect(mean(ratios)).toBeCloseTo(0, 1);
    expect(variance(ratios)).toBeCloseTo(1 / 3, 1);
    expect(Math.min(...areas)).toBeGreaterThan(0.0799);
    expect(Math.max(...areas)).toBeLessThan(0.7001);
  });

  it('takes the middle of a picture too long for any crop, as torchvision does', () => {
    const all = { scale: [1, 1] as const, size: 8 };
    expect(sampleTrainingCrop({ width: 100, height: 10 }, stream(0), all).box).toEqual({
      left: 43,
      top: 0,
      width: 13,
      height: 10,
    });
    expect(sampleTrainingCrop({ width: 10, height: 100 }, stream(0), all).box).toEqual({
      left: 0,
      top: 43,
      width: 10,
      height: 13,
    });
  });

  it('mirrors half of the pictures, and none without flip, where all else stays', () => {
    let flips = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const plan = sampleTrainingCrop(large, stream(seed));
      if (plan.flip) flips++;
      expect(sampleTrainingCrop(large, stream(seed), { flip: false })).toEqual({ ...plan, flip: false });
    }
    expect(Math.abs(flips / 2000 - 0.5)).toBeLessThan(0.03);
  });

  it('leaves the colors out where they are off, where all else stays', () => {
    const { color, ...rest } = sampleTrainingCrop(large, stream(5));
    expect(color).toBeDefined();
    expect(sampleTrainingCrop(large, stream(5), { color: false })).toEqual(rest);
  });

  it('is plain JSON', () => {
    const plan = sampleTrainingCrop(large, stream(6));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
