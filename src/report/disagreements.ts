/** Pictures that one method gets right and another wrong. */
import type { Predictions } from '../evaluate/index.ts';
import { argmax } from '../metrics/index.ts';

/** An image on which two networks of one seed disagree about the truth. */
export interface Disagreement {
  /** Its number in the test set. */
  index: number;
  label: number;
  /** What each network predicted, and the probability that it gave to that. */
  predicted: [first: number, second: number];
  confidence: [first: number, second: number];
}

export interface Disagreements {
  bothRight: number;
  bothWrong: number;
  /** Those that the first network alone gets right; the clearest first. */
  firstRight: Disagreement[];
  secondRight: Disagreement[];
}

/**
 * Sorts the images of a test set by which of two networks gets them right. Of those that only one does, the clearest come
 * first: those with the largest difference between the probabilities that the two give to the label.
 *
 * @throws where the two are not of the same images
 */
export function disagreements(first: Predictions, second: Predictions): Disagreements {
  if (first.indices.length !== second.indices.length || first.indices.some((index, n) => index !== second.indices[n])) {
    throw new Error('disagreements: expected predictions of the same images, got two sets of them');
  }
  const classes = first.classes.length;
  const both = [first, second].map(({ probabilities }) => ({
    probabilities,
    predicted: argmax(probabilities, classes),
  }));
  const result: Disagreements = { bothRight: 0, bothWrong: 0, firstRight: [], secondRight: [] };
  const clearness = new Map<Disagreement, number>();
  for (const [n, label] of first.labels.entries()) {
    const predicted = both.map((one) => one.predicted[n]!) as [number, number];
    const right = predicted.map((one) => one === label);
    if (right[0] === right[1]) {
      result[right[0] ? 'bothRight' : 'bothWrong']++;
      continue;
    }
    const probability = (of: number, c: number) => both[of]!.probabilities[n * classes + c]!;
    const found: Disagreement = {
      index: first.indices[n]!,
      label,
      predicted,
      confidence: [probability(0, predicted[0]), probability(1, predicted[1])],
    };
    clearness.set(found, Math.abs(probability(0, label) - probability(1, label)));
    result[right[0] ? 'firstRight' : 'secondRight'].push(found);
  }
  for (const list of [result.firstRight, result.secondRight]) {
    list.sort((a, b) => clearness.get(b)! - clearness.get(a)!);
  }
  return result;
}
