import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IouOptions, iou, type PixelConvention } from './box.ts';
import type { Box } from './index.ts';

test('the IoU of two boxes is the one computed by hand, in both conventions', () => {
  // 2x2 and 2x2 squares that share one pixel.
  expect(iou([0, 0, 2, 2], [1, 1, 3, 3])).toBe(1 / 7);
  // The same squares by their first and last pixels.
  expect(iou([0, 0, 1, 1], [1, 1, 2, 2], { pixels: 'inclusive' })).toBe(1 / 7);
  // Of clovaai/wsolevaluation's own tests.
  expect(iou([1, 2, 5, 6], [3, 1, 4, 5], { pixels: 'inclusive' })).toBeCloseTo(8 / 27, 12);
});

test('boxes that only touch share nothing, but inclusive ones with a common border share its pixels', () => {
  expect(iou([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  expect(iou([0, 0, 2, 2], [2, 0, 4, 2], { pixels: 'inclusive' })).toBe(3 / 15);
  expect(iou([5, 5, 5, 5], [5, 5, 5, 5], { pixels: 'inclusive' })).toBe(1);
});

/** Corners in 0..9, ordered as the convention wants it. */
const boxes = (pixels: PixelConvention) =>
  fc
    .tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
    .map(([x, y, w, h]): Box => {
      const least = pixels === 'inclusive' ? 0 : 1;
      return [x, y, x + w + least, y + h + least];
    });

function countPixels(is: (x: number, y: number) => boolean): number {
  let count = 0;
  for (let y = 0; y < 20; y++) for (let x = 0; x < 20; x++) if (is(x, y)) count++;
  return count;
}

test.each(['continuous', 'inclusive'] as const)('the IoU equals counting %s pixels, either way round', (pixels) => {
  const more = pixels === 'inclusive' ? 1 : 0;
  const isIn = ([x1, y1, x2, y2]: Box, x: number, y: number) => x >= x1 && x < x2 + more && y >= y1 && y < y2 + more;
  fc.assert(
    fc.property(boxes(pixels), boxes(pixels), (a, b) => {
      const both = countPixels((x, y) => isIn(a, x, y) && isIn(b, x, y));
      const either = countPixels((x, y) => isIn(a, x, y) || isIn(b, x, y));
      expect(iou(a, b, { pixels })).toBe(both / either);
      expect(iou(b, a, { pixels })).toBe(both / either);
    }),
  );
});

test.each([
  [0, 0, 0, 3],
  [4, 0, 2, 3],
  [0, 0, Number.NaN, 3],
  [0, 0, Number.POSITIVE_INFINITY, 3],
])('[%f, %f, %f, %f] is no box, and the error says which one it was', (...box) => {
  expect(() => iou(box, [0, 0, 1, 1])).toThrow(/^iou: first box: expected finite .* x1 < x2 .*, got \[/);
  expect(() => iou([0, 0, 1, 1], box)).toThrow('iou: second box');
});

test('what is no list of four numbers is no box, and a misspelled convention is none', () => {
  const whole: Box = [0, 0, 1, 1];
  for (const [given, named] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [[0, 0, 1], '[0, 0, 1]'],
    [['0', 0, 1, 1], "['0', 0, 1, 1]"],
    ['wide', "'wide'"],
  ]) {
    expect(() => iou(given as unknown as Box, whole)).toThrow(`got ${named};`);
  }
  const misspelled = 'inclusiv' as PixelConvention;
  expect(() => iou(whole, whole, { pixels: misspelled })).toThrow(
    "iou: unknown value of pixels 'inclusiv'; did you mean 'inclusive'?",
  );
  const unknown = { pixel: 'inclusive' } as IouOptions;
  expect(() => iou(whole, whole, unknown)).toThrow("iou: unknown option 'pixel'; did you mean 'pixels'? Valid: pixels");
});

test('an inclusive box may be one pixel wide but not turned round', () => {
  const wide: Box = [0, 0, 9, 9];
  expect(iou([3, 0, 3, 9], wide, { pixels: 'inclusive' })).toBe(0.1);
  expect(() => iou([3, 0, 2.5, 9], wide, { pixels: 'inclusive' })).toThrow('x1 <= x2');
});
