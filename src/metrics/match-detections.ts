import { iouThreshold, pixelOptions } from '../geometry/index.ts';
import { type OptionsOf, option, resolveOptions } from '../options/index.ts';
import { type Detection, type GroundTruth, scoreKind } from './detection.ts';
import { type DetectionTable, detectionTable, groupOf } from './detection-table.ts';
import { classMatcher, matchingOptions, outcomes } from './match-class.ts';

const ownOptions = {
  /** How much a detection and a ground truth must overlap: above 0, at most 1. Default 0.5. */
  iouThreshold: option(iouThreshold, { default: 0.5, description: 'the IoU that is enough' }),
  /** Detections with a lower score are left out. Default: none are. */
  confidence: option(scoreKind, { description: 'the lowest score that counts', otherwise: 'all count' }),
};

const matchDetectionsOptions = { ...ownOptions, ...matchingOptions, ...pixelOptions };

export type MatchDetectionsOptions = OptionsOf<typeof ownOptions & typeof matchingOptions & typeof pixelOptions>;

/**
 * A detection is a `true positive`, a `false positive`, `ignored` for having found what does not count, or
 * `unconfident` and left out.
 */
export type Outcome = (typeof outcomes)[number] | 'unconfident';

export interface DetectionMatch {
  score: number;
  outcome: Outcome;
  /** Place in the list of ground truths of the one that was found; null for a detection that is false or left out. */
  groundTruth: number | null;
  /** With that ground truth; for a false detection the largest with any of its class and image. 0 where there is none. */
  iou: number;
}

export interface DetectionMatches {
  /** One for each detection given, in that order. */
  detections: DetectionMatch[];
  truePositives: number;
  falsePositives: number;
  /** Ground truths that count: neither difficult nor crowds. */
  positives: number;
  /** Of those, how many no detection found. */
  missed: number;
  /** Of the detections that count, the share that is true; null where none counts. */
  precision: number | null;
  /** Of the ground truths that count, the share that was found; null where none counts. */
  recall: number | null;
}

/**
 * Which detections are right: each is compared with the ground truth of its own class and image, those with higher
 * scores first, equal scores in the order given. A ground truth makes one detection a true positive; others of it are
 * false. Those that are difficult or crowds make theirs ignored. The two protocols differ in which ground truth a
 * detection is compared with ({@link MatchingProtocol}). Under `voc` a crowd is as a difficult one; under `coco` a
 * difficult one, which COCO does not know, is ignored but found once only, as COCO's outside of an area range.
 *
 * Everingham et al. 2010, "The PASCAL Visual Object Classes (VOC) Challenge", section 4.2; Lin et al. 2014, "Microsoft
 * COCO", as measured by pycocotools.
 *
 * @throws naming the first detection or ground truth with a box without size, a score that is NaN, an image or a class that
 *   is neither a number nor a text, or is a number where another is the same as text, or a field that there is not
 */
export function matchDetections(
  detections: readonly Detection[],
  groundTruths: readonly GroundTruth[],
  options: MatchDetectionsOptions = {},
): DetectionMatches {
  const settings = resolveOptions('matchDetections', matchDetectionsOptions, options);
  const { confidence = Number.NEGATIVE_INFINITY } = settings;
  const table = detectionTable('matchDetections', detections, groundTruths, settings);
  const matches = detections.map(
    ({ score }): DetectionMatch => ({ score, outcome: 'unconfident', groundTruth: null, iou: 0 }),
  );
  for (const classNumber of table.classes.keys()) {
    const order = byScore(table, classNumber).filter((row) => detections[row]!.score >= confidence);
    const found = classMatcher(table, classNumber, order, settings)(settings.iouThreshold);
    for (const [k, row] of order.entries()) {
      const groundTruth = found.groundTruths[k]!;
      const match = matches[row]!;
      match.outcome = outcomes[found.outcomes[k]!]!;
      match.groundTruth = groundTruth < 0 ? null : groundTruth;
      match.iou = found.ious[k]!;
    }
  }
  return { detections: matches, ...count(matches, table) };
}

/** Rows of the detections of a class by descending score, equal ones in their order. */
export function byScore({ detections }: DetectionTable, classNumber: number): Uint32Array {
  const { scores, byClass } = detections;
  return groupOf(byClass, classNumber)
    .slice()
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
}

function count(matches: readonly DetectionMatch[], { groundTruths }: DetectionTable) {
  const number = (wanted: Outcome) => matches.filter(({ outcome }) => outcome === wanted).length;
  const truePositives = number('true positive');
  const falsePositives = number('false positive');
  const counted = truePositives + falsePositives;
  const positives = groundTruths.ignored.filter((ignored) => ignored === 0).length;
  return {
    truePositives,
    falsePositives,
    positives,
    missed: positives - truePositives,
    precision: counted === 0 ? null : truePositives / counted,
    recall: positives === 0 ? null : truePositives / positives,
  };
}
