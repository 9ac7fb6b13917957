import { checkOption, choice, type OptionsOf, option, resolveOptions } from '../options/index.ts';
import { scoreKind } from './detection.ts';
import { outcomes } from './match-class.ts';
import type { Outcome } from './match-detections.ts';

export interface PrecisionRecallCurve {
  /** Ground truths that there are to find. */
  positives: number;
  /** Of each detection that counts, from the surest on. */
  scores: Float64Array;
  /** Shares when this detection and all surer ones are taken, in 0..1. Recall never falls. */
  precision: Float64Array;
  recall: Float64Array;
}

/** A detection of which is known whether it is right, such as those of `matchDetections`. */
export interface ScoredOutcome {
  score: number;
  outcome: Outcome;
}

/**
 * How precision and recall change as less and less sure detections are taken. Equal scores stay in the order given and
 * are points of their own, as in VOC's and COCO's measures.
 *
 * For a curve of one class give only its detections and ground truths to `matchDetections`; of several it is one curve
 * over all.
 *
 * @param positives ground truths that count, found or not: the `positives` of `matchDetections`; at least 1, since without
 *   them there is no recall
 * @throws where a score is NaN, an outcome is none, or fewer ground truths count than were found
 */
export function precisionRecallCurve(detections: readonly ScoredOutcome[], positives: number): PrecisionRecallCurve {
  for (const [i, { score, outcome }] of detections.entries()) {
    const owner = `precisionRecallCurve: detection ${i}`;
    checkOption(owner, 'score', scoreKind, score);
    checkOption(owner, 'outcome', outcomeKind, outcome);
  }
  const counted = detections.filter(({ outcome }) => outcome === 'true positive' || outcome === 'false positive');
  const sorted = counted.toSorted((a, b) => b.score - a.score);
  return curveOf(
    Float64Array.from(sorted, ({ score }) => score),
    Uint8Array.from(sorted, ({ outcome }) => (outcome === 'true positive' ? 1 : 0)),
    positives,
  );
}

const outcomeKind = choice<Outcome>([...outcomes, 'unconfident']);

/**
 * @param scores of the detections that count, in descending order
 * @param right 1 for those that are true positives
 */
export function curveOf(scores: Float64Array, right: Uint8Array, positives: number): PrecisionRecallCurve {
  const precision = new Float64Array(right.length);
  const recall = new Float64Array(right.length);
  if (positives === 0)
    throw new Error('precisionRecallCurve: expected ground truths that count, got 0; leave such a class out');
  let found = 0;
  for (let i = 0; i < right.length; i++) {
    found += right[i]!;
    precision[i] = found / (i + 1);
    recall[i] = found / positives;
  }
  if (!Number.isInteger(positives) || positives < found) {
    throw new Error(
      `precisionRecallCurve: expected at least the ${found} ground truths found as positives, got ${positives}`,
    );
  }
  return { positives, scores, precision, recall };
}

/**
 * `all-points`: VOC from 2010 on. `11-point`: VOC 2007. `11-point-numpy`: the same at the recalls of the usual Python tools,
 * `numpy.arange(0, 1.1, 0.1)`. `101-point`: COCO.
 */
export type Interpolation = (typeof interpolations)[number];

const interpolations = ['all-points', '11-point', '101-point', '11-point-numpy'] as const;

export const averagePrecisionOptions = {
  /** At which recalls the curve is read. Default `all-points`. */
  interpolation: option(choice(interpolations), {
    default: 'all-points',
    description: 'at which recalls the curve is read',
  }),
};

export type AveragePrecisionOptions = OptionsOf<typeof averagePrecisionOptions>;

/**
 * The area under the precision-recall curve, in 0..1, after each precision was raised to the largest at its recall or a
 * higher one. `all-points` sums precision times gained recall; the others are the mean of the precision at the recalls
 * 0, 1/10, ..., 1 or 0, 0.01, ..., 1, which is 0 where no such recall is reached.
 *
 * The eleven recalls of `11-point` are exact, as VOC defines them. Tools in Python make them by `numpy.arange(0, 1.1, 0.1)` or
 * `linspace(0, 1, 11)` (`voc_eval` of py-faster-rcnn and all that took it over, mmdetection, R. Padilla's), and so ask for a
 * hair more than 3/10, 6/10 and 7/10: a class that reaches one of these exactly, as 3 found of 10, misses it there, which is
 * up to 1/11 each. `11-point-numpy` has these recalls, for numbers beside theirs: one published example has 0.3333 so and
 * 0.3689 with exact ones. The 101 recalls are pycocotools', which is COCO's definition: its `linspace` has ten that are a hair
 * above i/100 (0.35, 0.41, ...), so that 7 found of 20 reach 35 of them and not 36.
 *
 * @returns 0 where nothing was detected
 */
export function averagePrecision(
  { precision, recall }: PrecisionRecallCurve,
  options: AveragePrecisionOptions = {},
): number {
  const { interpolation } = resolveOptions('averagePrecision', averagePrecisionOptions, options);
  const envelope = precision.slice();
  for (let i = envelope.length - 2; i >= 0; i--) envelope[i] = Math.max(envelope[i]!, envelope[i + 1]!);
  if (interpolation === 'all-points') return areaUnder(envelope, recall);
  let sum = 0;
  let i = 0;
  for (const level of recallLevels[interpolation]) {
    while (i < recall.length && recall[i]! < level) i++;
    sum += envelope[i] ?? 0;
  }
  return sum / recallLevels[interpolation].length;
}

/** `i * 0.1` and `i * 0.01` are what `numpy.arange(0, 1.1, 0.1)` and `numpy.linspace(0, 1, 101)` compute. */
const recallLevels = {
  '11-point': Array.from({ length: 11 }, (_, i) => i / 10),
  '11-point-numpy': Array.from({ length: 11 }, (_, i) => i * 0.1),
  '101-point': Array.from({ length: 101 }, (_, i) => i * 0.01),
};

function areaUnder(precision: Float64Array, recall: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < recall.length; i++) sum += (recall[i]! - (recall[i - 1] ?? 0)) * precision[i]!;
  return sum;
}
