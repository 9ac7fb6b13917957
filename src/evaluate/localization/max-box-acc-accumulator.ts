import {
  boxThresholds,
  type MapIous,
  type MaxBoxAccuracy,
  MaxBoxAccuracyAccumulator,
  v2IouThresholds,
} from '../../metrics/index.ts';

/** A share of images at one threshold of the score map, a fraction of its maximum. */
export interface AtThreshold {
  threshold: number;
  share: number;
}

/** The protocol of Choe et al. 2020: every threshold. */
export interface SweptResult {
  /** Share of images whose box has IoU of at least 0.5, at the best threshold. */
  maxBoxAccuracy: AtThreshold;
  /** Mean over IoU 0.3, 0.5 and 0.7 of the best share, boxes of all components counted. */
  maxBoxAccuracyV2: number;
  byIou: { iou: number; best: AtThreshold }[];
  /** Share with IoU of at least 0.5 over the threshold, every hundredth. */
  curve: AtThreshold[];
}

/** Of the thresholds, those that a curve is drawn of: every hundredth. */
const everyHundredth = 10;

/** Both scores of the protocol of every threshold, counted image by image. */
export class MaxBoxAccAccumulator {
  readonly #largest = new MaxBoxAccuracyAccumulator();
  readonly #any = v2IouThresholds.map((iou) => new MaxBoxAccuracyAccumulator({ iouThreshold: iou }));

  /** @param ious of one image, at `boxThresholds` */
  add({ largest, any }: MapIous): void {
    this.#largest.add(largest);
    for (const counts of this.#any) counts.add(any);
  }

  /** Of at least one image. */
  result(): SweptResult {
    const largest = this.#largest.result();
    const byIou = this.#any.map((counts) => ({ iou: counts.iouThreshold, best: bestOf(counts.result()) }));
    return {
      maxBoxAccuracy: bestOf(largest),
      maxBoxAccuracyV2: byIou.reduce((sum, { best }) => sum + best.share, 0) / byIou.length,
      byIou,
      curve: largest.curve
        .map((share, place) => ({ threshold: thresholdAt(place), share }))
        .filter((_, place) => place % everyHundredth === 0),
    };
  }
}

function bestOf({ accuracy, best }: MaxBoxAccuracy): AtThreshold {
  return { threshold: thresholdAt(best), share: accuracy };
}

/** Thresholds are thousandths, which sums of fractions are not exactly. */
function thresholdAt(place: number): number {
  return Number(boxThresholds[place]!.toFixed(3));
}
