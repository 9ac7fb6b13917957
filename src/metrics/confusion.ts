import { checkOption, integer } from '../options/index.ts';
import { checkClass } from './top-k.ts';

/**
 * How often samples of each class were taken for each class.
 *
 * @param labels N class indices, 0 .. classes-1
 * @param predicted N class indices, 0 .. classes-1, such as those of `argmax`
 * @returns counts [classes, classes], row by row: the row is the label, the column what was predicted. The matrices of
 *   parts of a set add up to that of the set
 * @throws where there are not as many predictions as labels, a class is out of range, or there are more than 16,384
 */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Uint32Array {
  if (labels.length !== predicted.length) {
    throw new Error(`confusionMatrix: expected ${labels.length} predictions, one a label, got ${predicted.length}`);
  }
  checkOption('confusionMatrix', 'classes', integer({ min: 1, guard: 16_384 }), classes);
  const counts = new Uint32Array(classes * classes);
  for (let n = 0; n < labels.length; n++) {
    checkClass('confusionMatrix', 'labels', labels[n], n, classes);
    checkClass('confusionMatrix', 'predictions', predicted[n], n, classes);
    counts[labels[n]! * classes + predicted[n]!]!++;
  }
  return counts;
}

/** Samples of class `label` that were taken for class `predicted`. */
export interface Confusion {
  label: number;
  predicted: number;
  count: number;
}

/**
 * The mistakes that are made most often, the most frequent first; of several as frequent, the first in the matrix.
 *
 * @param counts [classes, classes] of {@link confusionMatrix}
 * @param most how many at most; fewer where there are fewer kinds of mistakes
 */
export function mostConfused(counts: Uint32Array, classes: number, most: number): Confusion[] {
  const mistakes: Confusion[] = [];
  for (const [place, count] of counts.entries()) {
    const label = Math.floor(place / classes);
    const predicted = place % classes;
    if (count > 0 && label !== predicted) mistakes.push({ label, predicted, count });
  }
  return mistakes.sort((a, b) => b.count - a.count).slice(0, most);
}

/** Samples of one class, and how many of them were taken for another. */
export interface ClassErrors {
  samples: number;
  errors: number;
}

/** Of each class, by its index. @param counts [classes, classes] of {@link confusionMatrix} */
export function classErrors(counts: Uint32Array, classes: number): ClassErrors[] {
  return Array.from({ length: classes }, (_, label) => {
    const row = counts.subarray(label * classes, (label + 1) * classes);
    const samples = row.reduce((sum, count) => sum + count, 0);
    return { samples, errors: samples - row[label]! };
  });
}

/**
 * The mean over the classes of the share that is right, in 0..1: every class counts alike, however many samples it has
 * (Brodersen et al. 2010). Chance has 1 / classes, and so has who always says the same. Classes without a sample do not count.
 *
 * @throws where no class has one
 */
export function balancedAccuracy(ofClasses: readonly ClassErrors[]): number {
  const present = ofClasses.filter(({ samples }) => samples > 0);
  if (present.length === 0) throw new Error('balancedAccuracy: expected at least one sample, got none');
  return present.reduce((sum, { samples, errors }) => sum + 1 - errors / samples, 0) / present.length;
}
