import { checkLabel } from './options.ts';

/**
 * The fraction of samples whose label is not among the `k` classes with the largest logits, in [0, 1].
 *
 * Two choices where implementations differ: a tie counts against the sample (the label must beat all but `k - 1`
 * classes outright), so a network that gives every class the same logit is always wrong, not always right; and a sample
 * with a NaN logit is wrong. With `k` at least `classes` every other sample is right.
 *
 * @param logits [N, classes], row by row
 * @param labels N class indices, 0 .. classes-1
 */
export function topKError(logits: Float32Array, labels: ArrayLike<number>, classes: number, k: number): number {
  if (!Number.isInteger(k) || k < 1)
    throw new Error(`top-k error: expected k to be a whole number from 1 up, got ${k}`);
  if (labels.length === 0) throw new Error('top-k error: expected at least one sample, got 0');
  if (logits.length !== labels.length * classes) {
    throw new Error(
      `top-k error: expected logits [${labels.length}, ${classes}], that is ${labels.length * classes} values, got ${logits.length}`,
    );
  }
  let wrong = 0;
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n]!;
    checkLabel('top-k error', label, n, classes);
    if (!isInTopK(logits.subarray(n * classes, (n + 1) * classes), label, k)) wrong++;
  }
  return wrong / labels.length;
}

function isInTopK(row: Float32Array, label: number, k: number): boolean {
  const own = row[label]!;
  let asLarge = 0; // counts the label itself
  for (const logit of row) {
    if (Number.isNaN(logit)) return false;
    if (logit >= own) asLarge++;
  }
  return asLarge <= k;
}
