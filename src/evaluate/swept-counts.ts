import { boxThresholds, type MapIous, maxBoxAccuracy, maxBoxAccuracyV2 } from '../metrics/index.ts';
import type { AtThreshold, LocalisationResult } from './results.ts';

/** Of the thresholds, those that a curve is drawn of: every hundredth. */
const everyHundredth = 10;

/** The protocol of every threshold, counted image by image: the IoUs of all images would take 8 kB for each. */
export class SweptCounts {
  #images = 0;
  /** For each threshold, the images whose largest component's box is right. */
  readonly #largest: number[] = boxThresholds.map(() => 0);
  /** The same for each IoU, whichever component's box is right. */
  readonly #any = new Map<number, number[]>();

  /** @param ious of one image, at `boxThresholds` */
  add(ious: MapIous): void {
    this.#images++;
    addTo(this.#largest, maxBoxAccuracy([ious]).curve);
    for (const { iouThreshold, curve } of maxBoxAccuracyV2([ious]).perIou) {
      const counts = this.#any.get(iouThreshold) ?? boxThresholds.map(() => 0);
      addTo(counts, curve);
      this.#any.set(iouThreshold, counts);
    }
  }

  /** Of at least one image. */
  result(): LocalisationResult['swept'] {
    const byIou = [...this.#any].map(([iou, counts]) => ({ iou, best: this.#best(counts) }));
    return {
      maxBoxAccuracy: this.#best(this.#largest),
      maxBoxAccuracyV2: byIou.reduce((sum, { best }) => sum + best.share, 0) / byIou.length,
      byIou,
      curve: this.#largest
        .map((count, place) => this.#at(place, count))
        .filter((_, place) => place % everyHundredth === 0),
    };
  }

  /** Of several thresholds as good, the first. */
  #best(counts: readonly number[]): AtThreshold {
    const most = counts.reduce((best, count) => Math.max(best, count));
    return this.#at(counts.indexOf(most), most);
  }

  /** Thresholds are thousandths, which sums of fractions are not exactly. */
  #at(place: number, count: number): AtThreshold {
    return { threshold: Number(boxThresholds[place]!.toFixed(3)), share: count / this.#images };
  }
}

function addTo(sums: number[], values: readonly number[]): void {
  values.forEach((value, place) => {
    sums[place]! += value;
  });
}
