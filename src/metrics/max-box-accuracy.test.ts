import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, iou } from '../geometry/index.ts';
import { componentBoxes, largestBoxes } from './map-boxes.ts';
import {
  boxThresholds,
  MaxBoxAccuracyAccumulator,
  mapIous,
  maxBoxAccuracy,
  maxBoxAccuracyV2,
  wsolevaluationGroundTruth,
} from './max-box-accuracy.ts';

test('the thresholds are a thousand, from 0 to 0.999', () => {
  expect(boxThresholds).toHaveLength(1000);
  expect([boxThresholds[0], boxThresholds[150], boxThresholds.at(-1)]).toEqual([0, 0.15, 0.999]);
});

const image = (largest: number[], any = largest) => ({
  largest: Float32Array.from(largest),
  any: Float32Array.from(any),
});

test('the accuracy is that of the one threshold that is best for all images, by hand', () => {
  const images = [image([0.6, 0.2, 0.1]), image([0.4, 0.5, 0.1]), image([0, 0.9, 0.8])];
  expect(maxBoxAccuracy(images)).toEqual({ accuracy: 2 / 3, best: 1, curve: [1 / 3, 2 / 3, 1 / 3] });
  expect(maxBoxAccuracy(images, { iouThreshold: 0.1 })).toMatchObject({ accuracy: 1, best: 1 });
});

test('images counted in several processes and merged have the accuracy of all together', () => {
  const images = [image([0.6, 0.2, 0.1]), image([0.4, 0.5, 0.1]), image([0, 0.9, 0.8])];
  const [one, other, idle] = [0, 1, 2].map(() => new MaxBoxAccuracyAccumulator()) as [
    MaxBoxAccuracyAccumulator,
    MaxBoxAccuracyAccumulator,
    MaxBoxAccuracyAccumulator,
  ];
  one.add(images[0]!.largest);
  for (const { largest } of images.slice(1)) other.add(largest);
  const sent = structuredClone({ images: other.images, right: other.right });
  for (const part of [idle, sent]) one.merge(part);
  expect(one.result()).toEqual(maxBoxAccuracy(images));
  expect(() => one.merge({ images: 1, right: new Uint32Array(2) })).toThrow('expected 3 thresholds of every image');
});

test('an IoU of exactly the threshold is enough, also where it is not a number of floating point', () => {
  expect(maxBoxAccuracy([image([7 / 10])], { iouThreshold: 0.7 }).accuracy).toBe(1);
  expect(maxBoxAccuracy([image([3 / 10])], { iouThreshold: 0.3 }).accuracy).toBe(1);
  expect(maxBoxAccuracy([image([0.6999])], { iouThreshold: 0.7 }).accuracy).toBe(0);
});

test('the second version takes any box, and the best threshold of each of its three IoUs', () => {
  const images = [image([0, 0], [0.75, 0.4]), image([0, 0], [0.2, 0.35])];
  const { accuracy, perIou } = maxBoxAccuracyV2(images);
  expect(perIou.map(({ iouThreshold, accuracy, best }) => [iouThreshold, accuracy, best])).toEqual([
    [0.3, 1, 1],
    [0.5, 0.5, 0],
    [0.7, 0.5, 0],
  ]);
  expect(accuracy).toBeCloseTo(2 / 3, 12);
});

test('the IoUs of a map are those of its boxes with the ground-truth box that each meets best', () => {
  const cell = fc.array(fc.nat(4), { minLength: 36, maxLength: 36 });
  const box = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(2), fc.nat(2)).map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
  const truthLists = fc.array(box, { minLength: 1, maxLength: 3 });
  const thresholds = [0, 0.1, 0.3, 0.6, 0.9];
  const size = { height: 6, width: 6, protocol: 'wsolevaluation' } as const;
  fc.assert(
    fc.property(cell, truthLists, (cells, groundTruth) => {
      const map = Float32Array.from(cells, (value) => value / 4);
      const best = (boxes: readonly Box[]) =>
        Math.fround(Math.max(...boxes.flatMap((a) => groundTruth.map((b) => iou(a, b, { pixels: 'inclusive' })))));
      const { largest, any } = mapIous(map, groundTruth, { height: 6, width: 6, thresholds });
      expect([...largest]).toEqual(largestBoxes(map, thresholds, size).map((one) => best([one])));
      expect([...any]).toEqual(componentBoxes(map, thresholds, size).map(best));
    }),
  );
});

test('a bright square is found exactly in continuous pixels, and one pixel too large by wsolevaluation', () => {
  const map = new Float32Array(100);
  for (let y = 2; y < 6; y++) map.fill(1, 10 * y + 3, 10 * y + 8);
  const size = { height: 10, width: 10, thresholds: [0.5] };
  expect(mapIous(map, [[3, 2, 8, 6]], { ...size, protocol: 'continuous' }).largest[0]).toBe(1);
  expect(mapIous(map, [[3, 2, 7, 5]], size).largest[0]).toBe(Math.fround(20 / 30));
});

test("ground-truth boxes are scaled and rounded down as in wsolevaluation's own tests", () => {
  const to = (height: number, width: number) => ({ height, width });
  expect(wsolevaluationGroundTruth([1, 2, 4, 3], to(20, 10), to(10, 35))).toEqual([3, 1, 14, 1]);
  expect(wsolevaluationGroundTruth([1, 2, 1, 2], to(3, 3), to(3, 3))).toEqual([1, 2, 1, 2]);
});

test('no images, images without ground truth and different numbers of thresholds are errors', () => {
  expect(() => maxBoxAccuracy([])).toThrow('expected at least one image');
  expect(() => maxBoxAccuracy([image([0, 1]), image([0])])).toThrow(
    'expected 2 thresholds of every image, got 1 of image 1',
  );
  expect(() => maxBoxAccuracy([image([])])).toThrow('at one threshold or more, got none');
  expect(() => maxBoxAccuracy([image([1])], { iouThreshold: 50 })).toThrow('at most 1, got 50');
  expect(() => maxBoxAccuracyV2([image([1])], { iouThresholds: [] })).toThrow('at least one number');
  expect(() => maxBoxAccuracyV2([image([1])], { iouThresholds: [0.5, Number.NaN] })).toThrow('got [0.5, NaN]');
  expect(() => mapIous(new Float32Array(1), [], { height: 1, width: 1 })).toThrow(
    'expected at least one ground-truth box',
  );
  expect(() => mapIous(new Float32Array(1), [[1, 0, 0, 0]], { height: 1, width: 1 })).toThrow(
    'mapIous: ground-truth box: expected',
  );
});
