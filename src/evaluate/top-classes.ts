import type { Tensor } from '../torch/index.ts';

export interface ClassProbability {
  name: string;
  /** Softmax, in 0..1. */
  probability: number;
}

/**
 * The most probable classes of each image, the most probable first. The order is that of the logits, of equal ones the
 * lower label first: the first is what evaluation counts as predicted. Rounding may make several probabilities equal.
 *
 * @param logits [N, classes] float32
 */
export function mostProbable(logits: Tensor, classes: readonly string[], count: number): ClassProbability[][] {
  const values = logits.data('float32');
  const probabilities = logits.softmax(1).data('float32');
  const labels = [...classes.keys()];
  return Array.from({ length: values.length / classes.length }, (_, row) => {
    const start = row * classes.length;
    const ordered = labels.toSorted((a, b) => values[start + b]! - values[start + a]!);
    return ordered
      .slice(0, count)
      .map((label) => ({ name: classes[label]!, probability: probabilities[start + label]! }));
  });
}

/**
 * Whether the most probable class is hardly more probable than a guess: its odds, against all others together, are less
 * than twice those of chance, which are 1 to `classes - 1`. So a probability under 2 / (classes + 1): two thirds of two
 * classes, 18 % of ten.
 */
export function isHardlyAboveChance(probability: number, classes: number): boolean {
  return probability * (classes + 1) < 2;
}
