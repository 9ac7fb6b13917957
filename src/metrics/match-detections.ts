import { type PixelConvention, pixelConventions } from '../geometry/index.ts';
import { type Detection, type GroundTruth, isScore } from './detection.ts';
import { type DetectionTable, detectionTable } from './detection-table.ts';
import { groupOf } from './group-by.ts';
import { classMatcher, type MatchingProtocol, matchingProtocols, outcomes } from './match-class.ts';
import { checkOptions, share, yesOrNo } from './options.ts';

export interface MatchDetectionsOptions {
  /** How much a detection and a truth must overlap: above 0, at most 1. Default 0.5. */
  iouThreshold?: number;
  /** Detections with a lower score are left out. Default: none are. */
  confidence?: number;
  /** The IoU must be above the threshold; else, by default, at least it. */
  strict?: boolean;
  /** Default `continuous`. */
  pixels?: PixelConvention;
  /** Default `voc`. */
  protocol?: MatchingProtocol;
}

/**
 * A detection is a `true positive`, a `false positive`, `ignored` for having found what does not count, or
 * `unconfident` and left out.
 */
export type Outcome = (typeof outcomes)[number] | 'unconfident';

export interface DetectionMatch {
  score: number;
  outcome: Outcome;
  /** Place in the list of truths of the one that was found; null for a detection that is false or left out. */
  truth: number | null;
  /** With that truth; for a false detection the largest with any of its class and image. 0 where there is none. */
  iou: number;
}

export interface DetectionMatches {
  /** One for each detection given, in that order. */
  detections: DetectionMatch[];
  truePositives: number;
  falsePositives: number;
  /** Truths that count: neither difficult nor crowds. */
  positives: number;
  /** Of those, how many no detection found. */
  missed: number;
  /** Of the detections that count, the share that is true; null where none counts. */
  precision: number | null;
  /** Of the truths that count, the share that was found; null where none counts. */
  recall: number | null;
}

/**
 * Which detections are right: each is compared with the truths of its own class and image, those with higher scores
 * first, equal scores in the order given. A truth makes one detection a true positive; others of it are false. Truths
 * that are difficult or crowds make theirs ignored. The two protocols differ in which truth a detection is compared
 * with ({@link MatchingProtocol}). Under `voc` a crowd is as a difficult truth; under `coco` a difficult truth, which
 * COCO does not know, is one that is ignored but found once only, as COCO's truths outside of an area range.
 *
 * Everingham et al. 2010, "The PASCAL Visual Object Classes (VOC) Challenge", section 4.2; Lin et al. 2014, "Microsoft
 * COCO", as measured by pycocotools.
 *
 * @throws naming the first detection or truth with a box without size, a score that is NaN, or an image or a label that
 *   is a number where another is the same as text
 */
export function matchDetections(
  detections: readonly Detection[],
  truths: readonly GroundTruth[],
  options: MatchDetectionsOptions = {},
): DetectionMatches {
  checkOptions('matchDetections', options, {
    ...matchingRules,
    iouThreshold: share,
    confidence: { expected: 'a number', isValid: isScore },
  });
  const {
    iouThreshold = 0.5,
    confidence = Number.NEGATIVE_INFINITY,
    strict = false,
    pixels = 'continuous',
    protocol = 'voc',
  } = options;
  const table = detectionTable(detections, truths, { pixels });
  const matches = detections.map(
    ({ score }): DetectionMatch => ({ score, outcome: 'unconfident', truth: null, iou: 0 }),
  );
  for (const classNumber of table.classes.keys()) {
    const order = byScore(table, classNumber).filter((row) => detections[row]!.score >= confidence);
    const found = classMatcher(table, classNumber, order, { protocol, strict, pixels })(iouThreshold);
    for (const [k, row] of order.entries()) {
      const truth = found.truths[k]!;
      const match = matches[row]!;
      match.outcome = outcomes[found.outcomes[k]!]!;
      match.truth = truth < 0 ? null : truth;
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

/** Of the options that both measures of detections have. */
export const matchingRules = { strict: yesOrNo, pixels: pixelConventions, protocol: matchingProtocols };

function count(matches: readonly DetectionMatch[], { truths }: DetectionTable) {
  const number = (wanted: Outcome) => matches.filter(({ outcome }) => outcome === wanted).length;
  const truePositives = number('true positive');
  const falsePositives = number('false positive');
  const counted = truePositives + falsePositives;
  const positives = truths.ignored.filter((ignored) => ignored === 0).length;
  return {
    truePositives,
    falsePositives,
    positives,
    missed: positives - truePositives,
    precision: counted === 0 ? null : truePositives / counted,
    recall: positives === 0 ? null : truePositives / positives,
  };
}
