import { expect, test } from 'vitest';
import type { Box } from '../geometry/index.ts';
import { localizationAccuracy } from './localization.ts';

const square: Box = [0, 0, 10, 10];
const half: Box = [0, 0, 10, 5];
const away: Box = [50, 50, 60, 60];

test('four images are counted by hand', () => {
  const images = [
    { groundTruth: [square], predicted: square, rightClass: true },
    { groundTruth: [away, square], predicted: square, rightClass: false }, // any ground-truth box may be found
    { groundTruth: [square], predicted: away, rightClass: true },
    { groundTruth: [square], predicted: half, rightClass: true }, // an IoU of exactly 0.5
  ];
  expect(localizationAccuracy(images)).toEqual({ top1: 1 / 4, gtKnown: 2 / 4, classification: 3 / 4 });
  expect(localizationAccuracy(images, { strict: false })).toEqual({
    top1: 2 / 4,
    gtKnown: 3 / 4,
    classification: 3 / 4,
  });
  expect(localizationAccuracy(images, { iouThreshold: 0.4 })).toEqual({
    top1: 2 / 4,
    gtKnown: 3 / 4,
    classification: 3 / 4,
  });
});

test('the pixel convention decides about a narrow miss', () => {
  // 50 of 100, or 66 of 121 pixels.
  const images = [{ groundTruth: [square], predicted: half, rightClass: true }];
  expect(localizationAccuracy(images).top1).toBe(0);
  expect(localizationAccuracy(images, { pixels: 'inclusive' }).top1).toBe(1);
});

test('images without boxes, boxes without size and no images at all are errors', () => {
  const good = { groundTruth: [square], predicted: square, rightClass: true };
  expect(() => localizationAccuracy([])).toThrow('expected at least one image');
  expect(() => localizationAccuracy([good], { iouThreshold: 50 })).toThrow(
    'localizationAccuracy: expected iouThreshold to be a number above 0 and at most 1, got 50',
  );
  expect(() => localizationAccuracy([good, { ...good, groundTruth: [] }])).toThrow(
    'image 1: expected at least one ground-truth box',
  );
  expect(() => localizationAccuracy([{ ...good, groundTruth: [[0, 0, 0, 1]] }])).toThrow(
    'image 0: ground-truth box: expected',
  );
  expect(() => localizationAccuracy([{ ...good, predicted: [3, 0, 1, 1] }])).toThrow(
    'image 0: predicted box: expected',
  );
});
