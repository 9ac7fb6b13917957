import type { Detection, GroundTruth, Label } from './detection.ts';
import { type DetectionTable, detectionTable } from './detection-table.ts';
import { groupOf } from './group-by.ts';
import { type ClassMatches, classMatcher, IGNORED, type MatchingRule, TRUE_POSITIVE } from './match-class.ts';
import { byScore, type MatchDetectionsOptions, matchingRules } from './match-detections.ts';
import { anything, checkOptions, isShare, quoted } from './options.ts';
import {
  averagePrecision,
  curveOf,
  type Interpolation,
  interpolations,
  type PrecisionRecallCurve,
} from './precision-recall.ts';

export interface MeanAveragePrecisionOptions extends Pick<MatchDetectionsOptions, 'strict' | 'pixels' | 'protocol'> {
  /** One IoU threshold or several, whose average precisions are averaged. Default 0.5. */
  iouThresholds?: number | readonly number[];
  /** Default `all-points`. */
  interpolation?: Interpolation;
  /** All classes there are; any other is an error. Default: those that occur. */
  classes?: readonly Label[];
  /** The surest ones of each image and class that count. Default: all of them. */
  maxDetections?: number;
}

export interface ClassAveragePrecision {
  label: Label;
  /** Truths that count, and detections, of this class. */
  positives: number;
  detections: number;
  /** The mean over the IoU thresholds; null for a class without a truth that counts. */
  averagePrecision: number | null;
  /** At each IoU threshold; empty for such a class. */
  perThreshold: number[];
}

export interface MeanAveragePrecision {
  /** Over all classes that have one, and all thresholds; null where no class has a truth that counts. */
  mean: number | null;
  /** In the order of `classes`; else as they first occur in the truths, then in the detections. */
  perClass: ClassAveragePrecision[];
  /** The mean over the classes at each IoU threshold. */
  perThreshold: { iouThreshold: number; mean: number | null }[];
}

/** The options that make {@link meanAveragePrecision} COCO's AP, "AP at IoU=.50:.05:.95". */
export const cocoAveragePrecision = {
  iouThresholds: Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100),
  interpolation: '101-point',
  protocol: 'coco',
  maxDetections: 100,
} as const satisfies MeanAveragePrecisionOptions;

/** The options that make {@link meanAveragePrecision} VOC's since 2010: inclusive pixels, IoU 0.5, all points. */
export const vocAveragePrecision = {
  pixels: 'inclusive',
  interpolation: 'all-points',
} as const satisfies MeanAveragePrecisionOptions;

/** The same for VOC 2007, whose curve has 11 points. */
export const voc2007AveragePrecision = {
  pixels: 'inclusive',
  interpolation: '11-point',
} as const satisfies MeanAveragePrecisionOptions;

/**
 * The mean over classes of the average precision, in 0..1: one number for a detector. How detections are matched is
 * described at `matchDetections`, how the curve becomes a number at `averagePrecision`.
 *
 * A class without a truth that counts has no recall: its average precision is null and it is left out of the mean, also
 * where there are detections of it (the VOC kit makes it NaN, pycocotools -1, left out likewise). A class without
 * detections has 0. `maxDetections` is per image and class, as in pycocotools.
 *
 * @throws naming the first detection or truth with a box without size, a score that is NaN, or a class that is not one
 *   of `classes`, with the nearest of them; or where there are detections and truths, but not of a single common image
 */
export function meanAveragePrecision(
  detections: readonly Detection[],
  truths: readonly GroundTruth[],
  options: MeanAveragePrecisionOptions = {},
): MeanAveragePrecision {
  checkOptions('meanAveragePrecision', options, optionRules);
  checkCommonImage(detections, truths);
  const { interpolation = 'all-points', classes, maxDetections = Number.POSITIVE_INFINITY } = options;
  const { strict = false, pixels = 'continuous', protocol = 'voc' } = options;
  const thresholds = [options.iouThresholds ?? 0.5].flat();
  const table = detectionTable(detections, truths, { pixels, classes });
  const settings = { thresholds, interpolation, maxDetections, rule: { strict, pixels, protocol } };
  const perClass = table.classes.map((_, classNumber) => ofClass(table, classNumber, settings));
  const withTruths = perClass.filter(({ positives }) => positives > 0);
  return {
    mean: meanOf(withTruths.map((one) => one.averagePrecision!)),
    perClass,
    perThreshold: thresholds.map((iouThreshold, t) => ({
      iouThreshold,
      mean: meanOf(withTruths.map(({ perThreshold }) => perThreshold[t]!)),
    })),
  };
}

const optionRules = {
  ...matchingRules,
  iouThresholds: {
    expected: 'a number above 0 and at most 1, or a list of at least one',
    isValid: (value: unknown) => [value].flat().length > 0 && [value].flat().every(isShare),
  },
  interpolation: interpolations,
  classes: anything,
  maxDetections: {
    expected: 'a number of at least 1',
    isValid: (value: unknown) => typeof value === 'number' && value >= 1,
  },
};

/** Names of images that are written in two ways would give an average precision of 0. */
function checkCommonImage(detections: readonly Detection[], truths: readonly GroundTruth[]): void {
  if (detections.length === 0 || truths.length === 0) return;
  const images = new Set(truths.map(({ image }) => image));
  if (detections.some(({ image }) => images.has(image))) return;
  throw new Error(
    'meanAveragePrecision: expected detections in the images of the truths, got none: the first detection is of ' +
      `${quoted(detections[0]!.image)}, the first truth of ${quoted(truths[0]!.image)}; write images the same way in both`,
  );
}

interface Settings {
  thresholds: readonly number[];
  interpolation: Interpolation;
  maxDetections: number;
  rule: MatchingRule;
}

function ofClass(
  table: DetectionTable,
  classNumber: number,
  { thresholds, interpolation, maxDetections, rule }: Settings,
): ClassAveragePrecision {
  const all = byScore(table, classNumber);
  const positives = groupOf(table.truths.byClass, classNumber).filter((row) => table.truths.ignored[row] === 0).length;
  const one = { label: table.classes[classNumber]!, positives, detections: all.length };
  if (positives === 0) return { ...one, averagePrecision: null, perThreshold: [] };
  const order = surest(table, all, maxDetections);
  const matcher = classMatcher(table, classNumber, order, rule);
  const perThreshold = thresholds.map((threshold) => {
    const curve = curveOfMatches(table, order, matcher(threshold), positives);
    return averagePrecision(curve, { interpolation });
  });
  return { ...one, averagePrecision: meanOf(perThreshold), perThreshold };
}

/** A plain loop: `filter` and `map` of typed arrays would take most of the time. */
function curveOfMatches(
  { detections }: DetectionTable,
  order: Uint32Array,
  { outcomes }: ClassMatches,
  positives: number,
): PrecisionRecallCurve {
  const scores = new Float64Array(order.length);
  const right = new Uint8Array(order.length);
  let count = 0;
  for (let k = 0; k < order.length; k++) {
    if (outcomes[k] === IGNORED) continue;
    scores[count] = detections.scores[order[k]!]!;
    right[count++] = outcomes[k] === TRUE_POSITIVE ? 1 : 0;
  }
  return curveOf(scores.subarray(0, count), right.subarray(0, count), positives);
}

/** The first `most` of `order` of each image. */
function surest({ detections, imageCount }: DetectionTable, order: Uint32Array, most: number): Uint32Array {
  if (most === Number.POSITIVE_INFINITY) return order;
  const seen = new Uint32Array(imageCount);
  return order.filter((row) => seen[detections.images[row]!]!++ < most);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
