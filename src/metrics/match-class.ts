import { area, intersection, type PixelConvention } from '../geometry/index.ts';
import { boolean, choice, option } from '../options/index.ts';
import { type DetectionTable, groupBy, groupOf } from './detection-table.ts';

/**
 * Which ground truth a detection is compared with. Both take the detections of a class by descending score.
 *
 * `voc` (the PASCAL VOC development kit): that of its class and image with the largest IoU, whether or not it was found
 * before; a second detection of it is false.
 * `coco` (pycocotools): of those not yet found, the one with the largest IoU; ground truths that count go before those
 * that do not. A crowd is found by any number of detections, each by the share of its own area that lies inside.
 */
export type MatchingProtocol = (typeof matchingProtocols)[number];

const matchingProtocols = ['voc', 'coco'] as const;

/** Of all measures of detections, beside `pixelOptions`. */
export const matchingOptions = {
  /** Which ground truth a detection is compared with. Default `voc`. */
  protocol: option(choice(matchingProtocols), { default: 'voc', description: 'whose rules say what is found' }),
  /** Whether the IoU must be above the threshold, not just at least it. Default false. */
  strict: option(boolean, { default: false, description: 'whether an IoU of exactly the threshold is too little' }),
};

export interface MatchingRule {
  protocol: MatchingProtocol;
  strict: boolean;
  pixels: PixelConvention;
}

export const outcomes = ['false positive', 'true positive', 'ignored'] as const;
export const [FALSE_POSITIVE, TRUE_POSITIVE, IGNORED] = [0, 1, 2] as const;

/** Every detection with every ground truth of its class and image; of the k-th detection from start[k] to start[k+1]. */
interface Pairs {
  start: Uint32Array;
  groundTruths: Uint32Array;
  ious: Float64Array;
}

/** What became of the detections of one class, in the order in which they were given. */
export interface ClassMatches {
  /** Places in {@link outcomes}. */
  outcomes: Uint8Array;
  /** The ground truth that made a detection true or ignored; -1 for a false one. */
  groundTruths: Int32Array;
  /** With that ground truth; for a false detection the largest with any, 0 where there is none. */
  ious: Float64Array;
}

/**
 * Matches detections of one class with its ground truth, at one IoU threshold after another: the IoUs are computed once.
 *
 * @param order rows of the detections, the best first
 */
export function classMatcher(
  table: DetectionTable,
  classNumber: number,
  order: Uint32Array,
  rule: MatchingRule,
): (iouThreshold: number) => ClassMatches {
  const pairs = pairUp(table, classNumber, order, rule);
  const { ignored, crowd } = table.groundTruths;
  const choose = rule.protocol === 'voc' ? nearestTruth : nearestFreeTruth;
  const found = new Uint8Array(ignored.length);
  const isFree = (groundTruth: number) => found[groundTruth] === 0 || crowd[groundTruth] === 1;
  return (iouThreshold) => {
    const isEnough = rule.strict ? (iou: number) => iou > iouThreshold : (iou: number) => iou >= iouThreshold;
    for (const groundTruth of pairs.groundTruths) found[groundTruth] = 0;
    const matches = emptyMatches(order.length);
    for (let k = 0; k < order.length; k++) {
      const pair = choose(pairs, k, ignored, isEnough, isFree);
      const groundTruth = pairs.groundTruths[pair] ?? -1;
      matches.ious[k] = pair < 0 ? largestIou(pairs, k) : pairs.ious[pair]!;
      if (groundTruth < 0 || (ignored[groundTruth] === 0 && found[groundTruth] === 1)) continue;
      matches.outcomes[k] = ignored[groundTruth] === 1 ? IGNORED : TRUE_POSITIVE;
      matches.groundTruths[k] = groundTruth;
      found[groundTruth] = 1;
    }
    return matches;
  };
}

function emptyMatches(count: number): ClassMatches {
  return {
    outcomes: new Uint8Array(count),
    groundTruths: new Int32Array(count).fill(-1),
    ious: new Float64Array(count),
  };
}

/** The rule of VOC. @returns the place of the pair, or -1 */
function nearestTruth(
  { start, ious }: Pairs,
  k: number,
  _ignored: Uint8Array,
  isEnough: (iou: number) => boolean,
): number {
  let best = -1;
  for (let pair = start[k]!; pair < start[k + 1]!; pair++) {
    if (best < 0 || ious[pair]! > ious[best]!) best = pair;
  }
  return best >= 0 && isEnough(ious[best]!) ? best : -1;
}

/** The rule of COCO. Of equal IoUs the last, as in pycocotools. */
function nearestFreeTruth(
  { start, groundTruths, ious }: Pairs,
  k: number,
  ignored: Uint8Array,
  isEnough: (iou: number) => boolean,
  isFree: (groundTruth: number) => boolean,
): number {
  let best = -1;
  for (let pair = start[k]!; pair < start[k + 1]!; pair++) {
    if (!isFree(groundTruths[pair]!) || !isEnough(ious[pair]!)) continue;
    const preferred = best < 0 ? -1 : ignored[groundTruths[pair]!]! - ignored[groundTruths[best]!]!;
    if (preferred < 0 || (preferred === 0 && ious[pair]! >= ious[best]!)) best = pair;
  }
  return best;
}

function largestIou({ start, ious }: Pairs, k: number): number {
  let largest = 0;
  for (let pair = start[k]!; pair < start[k + 1]!; pair++) largest = Math.max(largest, ious[pair]!);
  return largest;
}

function pairUp(table: DetectionTable, classNumber: number, order: Uint32Array, rule: MatchingRule): Pairs {
  const { detections, groundTruths, imageCount } = table;
  const rows = groupOf(groundTruths.byClass, classNumber);
  const byImage = groupBy(
    Uint32Array.from(rows, (row) => groundTruths.images[row]!),
    imageCount,
  );
  const start = new Uint32Array(order.length + 1);
  for (let k = 0; k < order.length; k++) {
    const image = detections.images[order[k]!]!;
    start[k + 1] = start[k]! + byImage.start[image + 1]! - byImage.start[image]!;
  }
  const pairs = { start, groundTruths: new Uint32Array(start.at(-1)!), ious: new Float64Array(start.at(-1)!) };
  for (let k = 0; k < order.length; k++) {
    const from = byImage.start[detections.images[order[k]!]!]!;
    for (let pair = start[k]!; pair < start[k + 1]!; pair++) {
      const groundTruth = rows[byImage.members[from + pair - start[k]!]!]!;
      pairs.groundTruths[pair] = groundTruth;
      pairs.ious[pair] = pairIou(table, order[k]!, groundTruth, rule);
    }
  }
  return pairs;
}

function pairIou(
  { detections, groundTruths }: DetectionTable,
  detection: number,
  groundTruth: number,
  rule: MatchingRule,
): number {
  const both = intersection(detections.boxes, 4 * detection, groundTruths.boxes, 4 * groundTruth, rule.pixels);
  const own = area(detections.boxes, 4 * detection, rule.pixels);
  if (rule.protocol === 'coco' && groundTruths.crowd[groundTruth] === 1) return both / own;
  return both / (own + area(groundTruths.boxes, 4 * groundTruth, rule.pixels) - both);
}
