import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  cocoAveragePrecision,
  type Detection,
  type GroundTruth,
  meanAveragePrecision,
} from '../../src/metrics/index.ts';

interface Golden {
  truths: GroundTruth[];
  detections: Detection[];
  mean: number;
  /** For the classes 1, 2, ... the average precision at each IoU; null without truths. */
  perClass: (number[] | null)[];
}

const { truths, detections, mean, perClass } = JSON.parse(
  readFileSync(new URL('./coco-ap.golden.json', import.meta.url), 'utf8'),
) as Golden;

it('has the average precisions of pycocotools, at each IoU and class, to 1e-12', () => {
  const classes = perClass.map((_, i) => i + 1);
  const ours = meanAveragePrecision(detections, truths, { ...cocoAveragePrecision, classes });
  for (const [i, perThreshold] of perClass.entries()) {
    const found = ours.perClass[i]!;
    expect(found.averagePrecision === null).toBe(perThreshold === null);
    expect(found.perThreshold).toHaveLength(perThreshold?.length ?? 0);
    perThreshold?.forEach((value, t) => {
      expect(found.perThreshold[t]).toBeCloseTo(value, 12);
    });
  }
  expect(perClass.filter((one) => one === null)).toHaveLength(1);
  expect(ours.mean).toBeCloseTo(mean, 12);
});
