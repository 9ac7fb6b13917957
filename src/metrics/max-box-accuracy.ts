import { type Box, bestOverlap, checkBox, checkGroundTruth, iouThreshold, type Size } from '../geometry/index.ts';
import { kind, listOf, type OptionsOf, option, resolveOptions } from '../options/index.ts';
import { atThresholds } from './level-sweep.ts';
import { boxesOfAll, boxOfLargest, pixelsOf, protocolOptions } from './map-boxes.ts';
import { mapSize } from './score-map.ts';

/** 0, 0.001, ..., 0.999: the thresholds of MaxBoxAcc. */
export const boxThresholds: readonly number[] = Array.from({ length: 1000 }, (_, i) => i * 0.001);

/** How well the boxes of one image's map meet the ground truth at each threshold. */
export interface MapIous {
  /** The IoU of the largest component's box with the ground-truth box that it meets best. */
  largest: Float32Array;
  /** The largest IoU of any component's box with any ground-truth box. */
  any: Float32Array;
}

const ownOptions = {
  /** What the boxes of a map are. Default `wsolevaluation` here, whose scores these are. */
  protocol: { ...protocolOptions.protocol, default: 'wsolevaluation' as const },
  /** In 0..1, as shares of the map's largest level. Default {@link boxThresholds}. */
  thresholds: option(
    // Its numbers are checked one by one where they are used, so that an error need not print a thousand.
    kind<readonly number[]>('a list of numbers in 0..1', { type: 'array', items: { type: 'number' } }, Array.isArray),
    { description: 'shares of the largest level', otherwise: '0/0.001/.../0.999' },
  ),
};

const mapIousOptions = { ...mapSize, ...ownOptions };

export type MapIousOptions = Size & OptionsOf<typeof ownOptions>;

/**
 * What {@link maxBoxAccuracy} and {@link maxBoxAccuracyV2} need of one image: its map, that of the true class at the size
 * of the network's input, and its boxes at all thresholds.
 *
 * @param map [height, width], row by row, of values in 0..1 (`normalizeMap` of `resizeMap`)
 * @param groundTruth boxes on the map, at least one, in the pixels of the protocol (`wsolevaluationGroundTruth`)
 * @returns IoUs in 0..1, one for each threshold
 * @throws as `largestBoxes` does, and where there is no ground-truth box, or one without size
 */
export function mapIous(map: Float32Array, groundTruth: readonly Box[], options: MapIousOptions): MapIous {
  const { thresholds = boxThresholds, protocol } = resolveOptions('mapIous', mapIousOptions, options);
  const pixels = pixelsOf[protocol];
  checkGroundTruth('mapIous', groundTruth, pixels);
  const ious = atThresholds('mapIous', map, options, thresholds, (components) => ({
    largest: bestOverlap(boxOfLargest(components, options, protocol), groundTruth, pixels),
    any: boxesOfAll(components, options, protocol).reduce(
      (best, box) => Math.max(best, bestOverlap(box, groundTruth, pixels)),
      0,
    ),
  }));
  return {
    largest: Float32Array.from(ious, ({ largest }) => largest),
    any: Float32Array.from(ious, ({ any }) => any),
  };
}

const maxBoxAccuracyOptions = {
  /** An IoU of that much is enough: above 0, at most 1. Default 0.5. */
  iouThreshold: option(iouThreshold, { default: 0.5, description: 'the IoU that is enough' }),
};

export type MaxBoxAccuracyOptions = OptionsOf<typeof maxBoxAccuracyOptions>;

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
 * images where the largest component's box meets the ground truth, at the threshold that is best for the whole set. The
 * class that the network predicts does not matter.
 *
 * @param images of {@link mapIous}, all at the same thresholds
 * @throws where there is no image, or they were measured at no threshold or at different numbers of them
 */
export function maxBoxAccuracy(images: Iterable<MapIous>, options: MaxBoxAccuracyOptions = {}): MaxBoxAccuracy {
  const accumulator = new MaxBoxAccuracyAccumulator(options);
  for (const { largest } of images) accumulator.add(largest);
  return accumulator.result();
}

/** The IoUs that MaxBoxAccV2 is the mean over, unless others are given. */
export const v2IouThresholds: readonly number[] = [0.3, 0.5, 0.7];

const maxBoxAccuracyV2Options = {
  /** Each above 0, at most 1. Default 0.3, 0.5 and 0.7. */
  iouThresholds: option(listOf(iouThreshold, 'a list of at least one number above 0 and at most 1', { min: 1 }), {
    default: v2IouThresholds,
    description: 'the IoUs to average over',
  }),
};

export type MaxBoxAccuracyV2Options = OptionsOf<typeof maxBoxAccuracyV2Options>;

export interface MaxBoxAccuracyV2 {
  /** The mean over the IoU thresholds, each at the map threshold that is best for it. */
  accuracy: number;
  perIou: (MaxBoxAccuracy & { iouThreshold: number })[];
}

/**
 * MaxBoxAccV2 (the journal version of the same): any component's box may meet the ground truth, at three IoUs. Its code
 * tries the borders of a component's holes too; here none are (see `MapBoxProtocol`).
 *
 * @param images of {@link mapIous}, all at the same thresholds
 * @throws as {@link maxBoxAccuracy}
 */
export function maxBoxAccuracyV2(images: Iterable<MapIous>, options: MaxBoxAccuracyV2Options = {}): MaxBoxAccuracyV2 {
  const { iouThresholds } = resolveOptions('maxBoxAccuracyV2', maxBoxAccuracyV2Options, options);
  const accumulators = iouThresholds.map((iou) => new MaxBoxAccuracyAccumulator({ iouThreshold: iou }));
  for (const { any } of images) for (const each of accumulators) each.add(any);
  const perIou = accumulators.map((each) => ({ iouThreshold: each.iouThreshold, ...each.result() }));
  const sum = perIou.reduce((total, { accuracy }) => total + accuracy, 0);
  return { accuracy: sum / perIou.length, perIou };
}

/**
 * A ground-truth box of wsolevaluation's metadata on a map of another size, as its code has it: each corner scaled and
 * rounded down, so that a box smaller than a pixel becomes one pixel.
 *
 * @param box inclusive pixels of the image
 * @param from the image's size
 * @param to the map's size
 * @returns inclusive pixels of the map
 * @throws where the box has no size
 */
export function wsolevaluationGroundTruth(box: Box, from: Size, to: Size): Box {
  checkBox(box, 'wsolevaluationGroundTruth', 'inclusive');
  const x = (value: number) => Math.trunc((value * to.width) / from.width);
  const y = (value: number) => Math.trunc((value * to.height) / from.height);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/**
 * MaxBoxAcc image by image, and of several processes: to keep the IoUs of all images would take 8 kB for each.
 *
 * Its counts may be sent to another process and merged there.
 */
export class MaxBoxAccuracyAccumulator {
  readonly iouThreshold: number;
  /** Images so far. */
  images = 0;
  /** How many of them are right, at each threshold. */
  right: Uint32Array | undefined;

  /** @throws where the IoU threshold is not above 0 and at most 1 */
  constructor(options: MaxBoxAccuracyOptions = {}) {
    this.iouThreshold = resolveOptions('maxBoxAccuracy', maxBoxAccuracyOptions, options).iouThreshold;
  }

  /**
   * @param ious of one image's box at each threshold, in 0..1; the same thresholds for all images
   * @throws where an image has another number of thresholds than those before it
   */
  add(ious: Float32Array): void {
    const right = this.#countsOf(ious.length);
    // The IoUs are kept as floats: 0.7 as a float is less than 0.7.
    const enough = Math.fround(this.iouThreshold);
    for (let t = 0; t < ious.length; t++) if (ious[t]! >= enough) right[t]!++;
    this.images++;
  }

  /** Adds the images that another accumulator counted by the same IoU threshold. @throws as {@link add} */
  merge({ images, right: others }: Pick<MaxBoxAccuracyAccumulator, 'images' | 'right'>): void {
    if (others === undefined) return;
    const right = this.#countsOf(others.length);
    for (let t = 0; t < others.length; t++) right[t]! += others[t]!;
    this.images += images;
  }

  /** @throws where there is no image, or no threshold */
  result(): MaxBoxAccuracy {
    if (this.right === undefined) throw new Error('maxBoxAccuracy: expected at least one image, got none');
    if (this.right.length === 0) {
      throw new Error('maxBoxAccuracy: expected images measured at one threshold or more, got none');
    }
    const curve = Array.from(this.right, (count) => count / this.images);
    const accuracy = curve.reduce((best, share) => Math.max(best, share));
    return { accuracy, best: curve.indexOf(accuracy), curve };
  }

  #countsOf(thresholds: number): Uint32Array {
    this.right ??= new Uint32Array(thresholds);
    if (thresholds === this.right.length) return this.right;
    throw new Error(
      `maxBoxAccuracy: expected ${this.right.length} thresholds of every image, got ${thresholds} of image ${this.images}`,
    );
  }
}
