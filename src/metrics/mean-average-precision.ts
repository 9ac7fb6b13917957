import { iouThreshold, pixelOptions } from '../geometry/index.ts';
import { either, integer, listOf, type OptionsOf, option, quoted, resolveOptions } from '../options/index.ts';
import { type Detection, type GroundTruth, type Label, labelKind } from './detection.ts';
import { type DetectionTable, detectionTable, groupOf } from './detection-table.ts';
import {
  type ClassMatches,
  classMatcher,
  IGNORED,
  type MatchingRule,
  matchingOptions,
  TRUE_POSITIVE,
} from './match-class.ts';
import { byScore } from './match-detections.ts';
import {
  averagePrecision,
  averagePrecisionOptions,
  curveOf,
  type Interpolation,
  type PrecisionRecallCurve,
} from './precision-recall.ts';

const iouThresholds = either(
  iouThreshold,
  listOf(iouThreshold, 'IoUs', { min: 1 }),
  `${iouThreshold.expected}, or a list of at least one`,
);

const ownOptions = {
  /** One IoU threshold or several, above 0 and at most 1, whose average precisions are averaged. Default 0.5. */
  iouThresholds: option(iouThresholds, { default: 0.5, description: 'IoU thresholds to average over' }),
  /** All classes there are; any other is an error. Default: those that occur. */
  classes: option(listOf(labelKind, 'a list of numbers or texts'), {
    description: 'all classes there are',
    otherwise: 'those that occur',
  }),
  /** How many of each image and class count, at least 1: the surest ones. Default: all of them. */
  maxDetections: option(integer({ min: 1 }), {
    description: 'how many detections of an image and class count',
    otherwise: 'all',
  }),
};

const meanAveragePrecisionOptions = { ...ownOptions, ...averagePrecisionOptions, ...matchingOptions, ...pixelOptions };

export type MeanAveragePrecisionOptions = OptionsOf<
  typeof ownOptions & typeof averagePrecisionOptions & typeof matchingOptions & typeof pixelOptions
>;

export interface ClassAveragePrecision {
  label: Label;
  /** Ground truths that count, and detections, of this class. */
  positives: number;
  detections: number;
  /** The mean over the IoU thresholds; null for a class without a ground truth that counts. */
  averagePrecision: number | null;
  /** At each IoU threshold; empty for such a class. */
  perThreshold: number[];
}

export interface MeanAveragePrecision {
  /** Over all classes that have one, and all thresholds; null where no class has a ground truth that counts. */
  mean: number | null;
  /** In the order of `classes`; else as they first occur in the ground truths, then in the detections. */
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
 * A class without a ground truth that counts has no recall: its average precision is null and it is left out of the mean,
 * also where there are detections of it (the VOC kit makes it NaN, pycocotools -1, left out likewise). A class without
 * detections has 0. `maxDetections` is per image and class, as in pycocotools.
 *
 * All rows are needed at once, since the detections of all images are ordered by their scores: those of several batches
 * or processes are measured by joining their lists, image by image in the order of the set, as equal scores stay in order.
 *
 * @throws naming the first detection or ground truth with a box without size, a score that is NaN, or a class that is not
 *   one of `classes`, with the nearest of them, a field that is unknown; or where there are both, not of a single common
 *   image, and their images' names look like the same ones written in two ways
 */
export function meanAveragePrecision(
  detections: readonly Detection[],
  groundTruths: readonly GroundTruth[],
  options: MeanAveragePrecisionOptions = {},
): MeanAveragePrecision {
  const settings = resolveOptions('meanAveragePrecision', meanAveragePrecisionOptions, options);
  const thresholds = [settings.iouThresholds].flat();
  const table = detectionTable('meanAveragePrecision', detections, groundTruths, settings);
  checkCommonImage(detections, groundTruths);
  const perClass = table.classes.map((label, number) => ofClass(table, label, number, { ...settings, thresholds }));
  return {
    mean: meanOf(perClass.flatMap((one) => one.averagePrecision ?? [])),
    perClass,
    perThreshold: thresholds.map((threshold, t) => ({
      iouThreshold: threshold,
      mean: meanOf(perClass.flatMap(({ perThreshold }) => perThreshold[t] ?? [])),
    })),
  };
}

/**
 * Names of images that are written in two ways would give an average precision of 0. Early in a training nothing may be
 * found but in images without objects, and 0 is right: so only names that look like others are refused.
 */
function checkCommonImage(detections: readonly Detection[], groundTruths: readonly GroundTruth[]): void {
  const images = new Set(groundTruths.map(({ image }) => image));
  if (images.size === 0 || detections.some(({ image }) => images.has(image))) return;
  const alike = new Set([...images].map(stemOf));
  const types = new Set([...images].map((image) => typeof image));
  if (!detections.some(({ image }) => alike.has(stemOf(image)) || !types.has(typeof image))) return;
  throw new Error(
    'meanAveragePrecision: expected detections in images of the ground truth, got none: the first detection is of ' +
      `${quoted(detections[0]!.image)}, the first ground truth of ${quoted(groundTruths[0]!.image)}; ` +
      'write images the same way in both',
  );
}

/** The name of a picture without its folders and ending; of a number without leading zeros. */
function stemOf(image: Label): string {
  const name = String(image)
    .replace(/^.*[\\/]/, '')
    .replace(/\.\w+$/, '')
    .toLowerCase();
  return name.replace(/^0+(?=\d)/, '');
}

interface Settings extends MatchingRule {
  thresholds: readonly number[];
  interpolation: Interpolation;
  maxDetections: number | undefined;
}

function ofClass(
  table: DetectionTable,
  label: Label,
  classNumber: number,
  { thresholds, interpolation, maxDetections, ...rule }: Settings,
): ClassAveragePrecision {
  const all = byScore(table, classNumber);
  const positives = groupOf(table.groundTruths.byClass, classNumber).filter(
    (row) => table.groundTruths.ignored[row] === 0,
  ).length;
  const one = { label, positives, detections: all.length };
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
function surest({ detections, imageCount }: DetectionTable, order: Uint32Array, most: number | undefined): Uint32Array {
  if (most === undefined) return order;
  const seen = new Uint32Array(imageCount);
  return order.filter((row) => seen[detections.images[row]!]!++ < most);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
