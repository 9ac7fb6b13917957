import { expect, test } from 'vitest';
import { boxArea } from '../geometry/index.ts';
import { quoted } from '../options/index.ts';
import { stream } from '../random/index.ts';
import { type CutoutOptions, cutout } from './cutout.ts';
import type { MixPlan } from './plan.ts';

function boxesOf(options: CutoutOptions, height: number, width: number): MixPlan {
  return cutout(options).sample({ batch: 4000, height, width }, stream(4))!;
}

test('erases 16 x 16 of 32 x 32 pixels by default, clipped: 0.19140625 of the image on average, 64 to 256 pixels', () => {
  const { boxes, lambda, permutation, labelWeight } = boxesOf({}, 32, 32);
  const areas = boxes.map(boxArea);
  expect([Math.min(...areas), Math.max(...areas)]).toEqual([64, 256]);
  const erased = 1 - lambda.reduce((sum, share) => sum + share, 0) / lambda.length;
  expect(Math.abs(erased - 0.19140625)).toBeLessThan(0.004);
  expect(lambda).toEqual(areas.map((area) => 1 - area / 1024));
  expect(labelWeight).toEqual([1]);
  expect(permutation).toEqual(areas.map((_, n) => n));
});

test.each([
  ['half of the shorter side', {}, 20, 33, 10],
  ['112 of 224', {}, 224, 224, 112],
  ['as many pixels as asked for', { length: 8 }, 20, 33, 8],
  ['one less where that is odd', { length: 7 }, 20, 33, 6],
] as const)('is a square: %s', (_, options, height, width, side) => {
  const { boxes } = boxesOf(options, height, width);
  expect(Math.max(...boxes.map(([x1, , x2]) => x2 - x1))).toBe(side);
  expect(Math.max(...boxes.map(([, y1, , y2]) => y2 - y1))).toBe(side);
  expect(Math.min(...boxes.map(([x1]) => x1))).toBe(0);
  expect(Math.max(...boxes.map(([, , x2]) => x2))).toBe(width);
  expect(Math.max(...boxes.map(([, , , y2]) => y2))).toBe(height);
});

test('an option that is unknown or out of range is an error when the method is made', () => {
  const make = (wrong: object) => () => cutout(wrong);
  for (const length of [0, 1, 16.5, Number.NaN, 'whole']) {
    expect(make({ length })).toThrow(
      `cutout: expected length to be half or a whole number of at least 2, got ${quoted(length)}`,
    );
  }
  expect(make({ size: 16 })).toThrow("cutout: unknown option 'size'");
  expect(make({ alpha: 1 })).toThrow('Valid: length, probability, granularity, schedule');
});
