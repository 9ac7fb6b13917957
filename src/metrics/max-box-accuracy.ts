import { type Box, bestOverlap, checkBox, checkTruths, type Size } from '../geometry/index.ts';
import { atThresholds } from './level-sweep.ts';
import { asksContourAreas, boxesOfAll, boxOfLargest, type MapBoxOptions, mapBoxRules, pixelsOf } from './map-boxes.ts';
import { anything, checkOptions, isShare, share } from './options.ts';

/** 0, 0.001, ..., 0.999: the thresholds of MaxBoxAcc. */
export const boxThresholds: readonly number[] = Array.from({ length: 1000 }, (_, i) => i * 0.001);

/** How well the boxes of one image's map meet its true ones at each threshold. */
export interface MapIous {
  /** The IoU of the largest component's box with the true box that it meets best. */
  largest: Float32Array;
  /** The largest IoU of any component's box with any true box. */
  any: Float32Array;
}

export interface MapIousOptions extends MapBoxOptions {
  /** Default {@link boxThresholds}. */
  thresholds?: readonly number[];
}

/**
 * What {@link maxBoxAccuracy} and {@link maxBoxAccuracyV2} need of one image: its map, that of the true class at the size
 * of the network's input, and its boxes at all thresholds.
 *
 * @param map [height, width], row by row, of values in 0..1 (`normalizeMap` of `resizeMap`)
 * @param truths true boxes on the map, at least one, in the pixels of the protocol (`wsolevaluationTruth`)
 * @param options the protocol is `wsolevaluation` here unless given, since the scores are its own
 * @throws as `largestBoxes` does, and where there is no true box, or one without size
 */
export function mapIous(map: Float32Array, truths: readonly Box[], options: MapIousOptions): MapIous {
  checkOptions('mapIous', options, { ...mapBoxRules, thresholds: anything });
  const { thresholds = boxThresholds, protocol = 'wsolevaluation', height, width } = options;
  const pixels = pixelsOf[protocol];
  checkTruths('mapIous', truths, pixels);
  const settings = { height, width, protocol };
  const size = { height, width, contourAreas: asksContourAreas(protocol) };
  const ious = atThresholds(map, size, thresholds, (components) => ({
    largest: bestOverlap(boxOfLargest(components, settings), truths, pixels),
    any: boxesOfAll(components, settings).reduce((best, box) => Math.max(best, bestOverlap(box, truths, pixels)), 0),
  }));
  return {
    largest: Float32Array.from(ious, ({ largest }) => largest),
    any: Float32Array.from(ious, ({ any }) => any),
  };
}

export interface MaxBoxAccuracyOptions {
  /** Default 0.5. An IoU of that much is enough. */
  iouThreshold?: number;
}

export interface MaxBoxAccuracy {
  /** The largest share of images whose object is found at one and the same threshold, in 0..1. */
  accuracy: number;
  /** Place of that threshold in the list of thresholds; of several as good, the first. */
  best: number;
  /** The share at each threshold: the curve of which the accuracy is the maximum. */
  curve: number[];
}

/**
 * MaxBoxAcc (Choe et al. 2020, "Evaluating Weakly Supervised Object Localization Methods Right", section 4): the share of
 * images where the largest component's box meets a true one, at the threshold that is best for the whole set. The class
 * that the network predicts does not matter.
 *
 * @param images of {@link mapIous}, all at the same thresholds
 * @throws where there is no image, or they were measured at no threshold or at different numbers of them
 */
export function maxBoxAccuracy(images: Iterable<MapIous>, options: MaxBoxAccuracyOptions = {}): MaxBoxAccuracy {
  checkOptions('maxBoxAccuracy', options, { iouThreshold: share });
  const counts = new ThresholdCounts(options.iouThreshold);
  for (const { largest } of images) counts.add(largest);
  return counts.result();
}

export interface MaxBoxAccuracyV2Options {
  /** Default 0.3, 0.5 and 0.7. */
  iouThresholds?: readonly number[];
}

export interface MaxBoxAccuracyV2 {
  /** The mean over the IoU thresholds, each at the map threshold that is best for it. */
  accuracy: number;
  perIou: (MaxBoxAccuracy & { iouThreshold: number })[];
}

/**
 * MaxBoxAccV2 (the journal version of the same): any component's box may meet a true one, at three IoUs. Its code tries the
 * borders of a component's holes too; here none are (see `MapBoxProtocol`).
 */
export function maxBoxAccuracyV2(images: Iterable<MapIous>, options: MaxBoxAccuracyV2Options = {}): MaxBoxAccuracyV2 {
  checkOptions('maxBoxAccuracyV2', options, { iouThresholds: shares });
  const counts = (options.iouThresholds ?? v2IouThresholds).map((iou) => new ThresholdCounts(iou));
  for (const { any } of images) for (const each of counts) each.add(any);
  const perIou = counts.map((each) => ({ iouThreshold: each.iouThreshold, ...each.result() }));
  const sum = perIou.reduce((total, { accuracy }) => total + accuracy, 0);
  return { accuracy: sum / perIou.length, perIou };
}

export const v2IouThresholds: readonly number[] = [0.3, 0.5, 0.7];

const shares = {
  expected: 'a list of at least one number above 0 and at most 1',
  isValid: (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isShare),
};

/**
 * A true box of wsolevaluation's metadata on a map of another size, as its code has it: each corner scaled and rounded
 * down, so that a box smaller than a pixel becomes one pixel.
 *
 * @param box inclusive pixels of the image
 * @param from the image's size
 * @param to the map's size
 */
export function wsolevaluationTruth(box: Box, from: Size, to: Size): Box {
  checkBox(box, 'wsolevaluationTruth', 'inclusive');
  const x = (value: number) => Math.trunc((value * to.width) / from.width);
  const y = (value: number) => Math.trunc((value * to.height) / from.height);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** The images that are right at each threshold, counted one by one: to keep their IoUs would take 8 kB for each. */
export class ThresholdCounts {
  readonly iouThreshold: number;
  #images = 0;
  #right: Uint32Array | undefined;

  /** @param iouThreshold an IoU of that much is enough. Default 0.5 */
  constructor(iouThreshold = 0.5) {
    this.iouThreshold = iouThreshold;
  }

  /** @param ious of one image's box at each threshold, the same thresholds for all images */
  add(ious: Float32Array): void {
    this.#right ??= new Uint32Array(ious.length);
    const right = this.#right;
    if (ious.length !== right.length) {
      throw new Error(
        `maxBoxAccuracy: expected ${right.length} thresholds of every image, got ${ious.length} of image ${this.#images}`,
      );
    }
    // The IoUs are kept as floats: 0.7 as a float is less than 0.7.
    const enough = Math.fround(this.iouThreshold);
    for (let t = 0; t < ious.length; t++) if (ious[t]! >= enough) right[t]!++;
    this.#images++;
  }

  result(): MaxBoxAccuracy {
    if (this.#right === undefined) throw new Error('maxBoxAccuracy: expected at least one image, got none');
    if (this.#right.length === 0) {
      throw new Error('maxBoxAccuracy: expected images measured at one threshold or more, got none');
    }
    const curve = Array.from(this.#right, (count) => count / this.#images);
    const accuracy = curve.reduce((best, share) => Math.max(best, share));
    return { accuracy, best: curve.indexOf(accuracy), curve };
  }
}
