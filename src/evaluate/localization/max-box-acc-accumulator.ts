import {
  boxThresholds,
  type MapIous,
  type MaxBoxAccuracy,
  MaxBoxAccuracyAccumulator,
  v2IouThresholds,
} from '../../metrics/index.ts';
import type { AtThreshold, LocalizationResult } from '../results.ts';

/** Of the thresholds, those that a curve is drawn of: every hundredth. */
const everyHundredth = 10;

/** Both scores of the protocol of every threshold, counted image by image. */
export class SweptCounts {
  readonly #largest = new MaxBoxAccuracyAccumulator();
  readonly #any = v2IouThresholds.map((iou) => new MaxBoxAccuracyAccumulator({ iouThreshold: iou }));

  /** @param ious of one image, at `boxThresholds` */
  add({ largest, any }: MapIous): void {
    this.#largest.add(largest);
    for (const counts of this.#any) counts.add(any);
  }

  /** Of at least one image. */
  result(): LocalizationResult['swept'] {
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
