/** How many images each class has, and what follows from it. */
import type { LabeledImages } from '../data/index.ts';

/** By label. */
export function imagesPerClass({ labels, classes }: Pick<LabeledImages, 'labels' | 'classes'>): number[] {
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/**
 * What an image of each class counts, so that all classes count the same together and an image 1 on average: scikit-learn's
 * `balanced`, images / (classes * images of the class). A class without images has 1.
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const there = counts.filter((count) => count > 0);
  const images = there.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 1 : images / (there.length * count)));
}
