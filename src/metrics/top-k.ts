/**
 * Where classes stand among the scores of a sample: their ranks, from 0 for the highest score on.
 *
 * One tie rule for all that ranks classes (top-k error, predictions, confusion, calibration, localization): of equal
 * scores, the class of the lower index stands first. Ties are common where a network computes in bfloat16, with two to
 * three digits. So every rank is taken once, and the top-1 error is the share of predictions that are wrong.
 */
import { checkOption, integer } from '../options/index.ts';

/**
 * The rank of a class among a sample's scores: how many classes have a larger score, or an equal one and a lower index.
 * It is among the k best where its rank is below k.
 *
 * @param scores [N, classes], row by row: logits or probabilities
 * @param row the sample, 0 .. N-1
 * @param label the class, 0 .. classes-1
 * @returns 0 .. classes-1; Infinity where a score of the row is NaN, which makes the sample wrong at every k
 * @throws where there is no such row or class
 */
export function rankOf(scores: ArrayLike<number>, classes: number, row: number, label: number): number {
  checkClass('rankOf', 'labels', label, row, classes);
  if (!Number.isInteger(row) || row < 0 || (row + 1) * classes > scores.length) {
    throw new Error(`rankOf: expected a row of ${scores.length / classes}, from 0 on, got ${row}`);
  }
  return rank(scores, classes, row, label);
}

function rank(scores: ArrayLike<number>, classes: number, row: number, label: number): number {
  const start = row * classes;
  const own = scores[start + label]!;
  let before = 0;
  for (let c = 0; c < classes; c++) {
    const score = scores[start + c]!;
    if (Number.isNaN(score)) return Number.POSITIVE_INFINITY;
    if (score > own || (score === own && c < label)) before++;
  }
  return before;
}

/**
 * The prediction of each sample: the class of rank 0, that is the one with the largest score and of several the lowest.
 * A score that is NaN counts as the largest, as in NumPy and PyTorch.
 *
 * @param scores [N, classes], row by row: logits or probabilities
 * @returns N class indices
 * @throws where the scores are no whole number of rows
 */
export function argmax(scores: ArrayLike<number>, classes: number): Int32Array {
  if (scores.length % classes !== 0) {
    throw new Error(`argmax: expected scores [N, ${classes}], row by row, got ${scores.length} values`);
  }
  return Int32Array.from({ length: scores.length / classes }, (_, n) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      const largest = scores[n * classes + best]!;
      if (Number.isNaN(largest)) break;
      if (!(scores[n * classes + c]! <= largest)) best = c;
    }
    return best;
  });
}

/**
 * The share of samples whose label is not among the `k` classes with the largest scores, in 0..1, ties as above. A sample
 * with a score that is NaN is wrong; with `k` at least `classes` every other one is right.
 *
 * @param scores [N, classes], row by row: logits or probabilities
 * @param labels N class indices, 0 .. classes-1
 * @param k at least 1
 * @throws where there is no sample, sizes do not fit, a label is no class, or `k` is no such number
 */
export function topKError(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number, k: number): number {
  return shareFrom('topKError', k, ranksOf('topKError', scores, labels, classes));
}

/** {@link topKError} at each of several k, in one pass. @returns one share for each of `ks` */
export function topKErrors(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  ks: readonly number[],
): number[] {
  const ranks = ranksOf('topKErrors', scores, labels, classes);
  return ks.map((k) => shareFrom('topKErrors', k, ranks));
}

function ranksOf(name: string, scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Float64Array {
  checkSamples(name, 'scores', scores, labels, classes);
  return Float64Array.from(labels, (label, n) => rank(scores, classes, n, label));
}

/** The share of ranks that are `k` or more. */
function shareFrom(name: string, k: number, ranks: Float64Array): number {
  checkOption(name, 'k', integer({ min: 1 }), k);
  return ranks.filter((one) => one >= k).length / ranks.length;
}

/** @throws where there is no sample, not one row of values for each, or a label that is no class */
export function checkSamples(
  name: string,
  what: string,
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): void {
  const [samples, count] = [labels.length, labels.length * classes];
  if (samples === 0) throw new Error(`${name}: expected at least one sample, got none`);
  if (values.length !== count) {
    throw new Error(
      `${name}: expected ${what} [${samples}, ${classes}], that is ${count} values, got ${values.length}`,
    );
  }
  for (let n = 0; n < samples; n++) checkClass(name, 'labels', labels[n], n, classes);
}

/** @throws where `index` is none of 0 .. classes-1 */
export function checkClass(
  name: string,
  what: string,
  index: number | undefined,
  sample: number,
  classes: number,
): void {
  if (index !== undefined && Number.isInteger(index) && index >= 0 && index < classes) return;
  throw new Error(`${name}: expected ${what} in 0..${classes - 1}, got ${index} for sample ${sample}`);
}
