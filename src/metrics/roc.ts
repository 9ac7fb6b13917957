/**
 * How well a score tells two sets apart. Positives are the known, in-distribution samples; a higher score means more in
 * distribution, such as the largest softmax probability (Hendrycks and Gimpel 2017).
 *
 * Ties: a threshold accepts every score that is at least as large, so that equal scores are treated alike on both
 * sides. Other code removes the known or the unknown sample first, which decides the result where a network's
 * probabilities are rounded to 1.
 *
 * All functions throw where a side is empty or has a score that is NaN. Infinite scores are allowed.
 */
import { choice, number, type OptionsOf, option, resolveOptions } from '../options/index.ts';

/** Of how many scores are accepted at each threshold, the highest first. At first none is, at last all are. */
interface Accepted {
  positives: Uint32Array;
  negatives: Uint32Array;
}

/**
 * The area under the receiver operating characteristic, by the trapezoid rule, in 0..1; 0.5 says nothing of either set.
 * It equals the probability that a positive has a higher score than a negative, a tie counting one half: the rank
 * statistic of Mann and Whitney.
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const accepted = acceptedByThreshold('auroc', positives, negatives);
  // Counts below 2^53: exact.
  let twiceTheArea = 0;
  for (let i = 1; i < accepted.positives.length; i++) {
    const width = accepted.negatives[i]! - accepted.negatives[i - 1]!;
    twiceTheArea += width * (accepted.positives[i]! + accepted.positives[i - 1]!);
  }
  return twiceTheArea / (2 * positives.length * negatives.length);
}

const tnrAtTprOptions = {
  /** The share of positives that must be accepted, above 0 and at most 1. Default 0.95. */
  tpr: option(number({ above: 0, max: 1 }), { default: 0.95, description: 'the share of positives to accept' }),
};

export type TnrAtTprOptions = OptionsOf<typeof tnrAtTprOptions>;

/**
 * The share of negatives that are rejected, in 0..1, at the highest threshold that accepts at least the share `tpr` of
 * the positives. 1 - it is the "FPR at 95 % TPR".
 *
 * ODIN's code (Liang et al. 2018) instead takes the mean over all thresholds whose share of positives lies within
 * 0.9495..0.9505, that of Lee et al. 2018 the one whose share is nearest to 0.95, be it lower.
 */
export function tnrAtTpr(
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
  options: TnrAtTprOptions = {},
): number {
  const { tpr } = resolveOptions('tnrAtTpr', tnrAtTprOptions, options);
  const accepted = acceptedByThreshold('tnrAtTpr', positives, negatives);
  const enough = accepted.positives.findIndex((count) => count / positives.length >= tpr);
  return 1 - accepted.negatives[enough]! / negatives.length;
}

/**
 * The largest mean of the shares of accepted positives and of rejected negatives over all thresholds, in 0.5..1: the
 * best accuracy of one threshold when both sets are equally likely (Liang et al. 2018, 1 - "detection error").
 */
export function detectionAccuracy(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const accepted = acceptedByThreshold('detectionAccuracy', positives, negatives);
  let best = 0;
  for (const [i, count] of accepted.positives.entries()) {
    const rejected = 1 - accepted.negatives[i]! / negatives.length;
    best = Math.max(best, (count / positives.length + rejected) / 2);
  }
  return best;
}

const auprOptions = {
  /** Which set is to be found: `in`, the positives, or `out`, the negatives, by the lowest scores. Default `in`. */
  positive: option(choice(['in', 'out']), { default: 'in', description: 'which set is to be found' }),
};

export type AuprOptions = OptionsOf<typeof auprOptions>;

/**
 * The area under the precision-recall curve, in 0..1: precision times gained recall, summed over the thresholds, without
 * interpolation (as scikit-learn's `average_precision_score`). A score that says nothing has the share of the positives
 * among all samples.
 */
export function aupr(positives: ArrayLike<number>, negatives: ArrayLike<number>, options: AuprOptions = {}): number {
  const { positive } = resolveOptions('aupr', auprOptions, options);
  const negated = (scores: ArrayLike<number>) => Float64Array.from(scores, (score) => -score);
  const accepted =
    positive === 'in'
      ? acceptedByThreshold('aupr', positives, negatives)
      : acceptedByThreshold('aupr', negated(negatives), negated(positives), ['negative', 'positive']);
  let sum = 0;
  for (let i = 1; i < accepted.positives.length; i++) {
    const all = accepted.positives[i]! + accepted.negatives[i]!;
    sum += (accepted.positives[i]! - accepted.positives[i - 1]!) * (accepted.positives[i]! / all);
  }
  return sum / (positive === 'in' ? positives : negatives).length;
}

/** One threshold for each different score, and before them one that accepts nothing. */
function acceptedByThreshold(
  name: string,
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
  [one, other]: readonly [string, string] = ['positive', 'negative'],
): Accepted {
  const [known, unknown] = [sorted(name, one, positives), sorted(name, other, negatives)];
  const counts = { positives: [0], negatives: [0] };
  let [taken, falselyTaken] = [0, 0];
  while (taken < known.length || falselyTaken < unknown.length) {
    const threshold = Math.max(known[taken] ?? -Infinity, unknown[falselyTaken] ?? -Infinity);
    while (taken < known.length && known[taken]! >= threshold) taken++;
    while (falselyTaken < unknown.length && unknown[falselyTaken]! >= threshold) falselyTaken++;
    counts.positives.push(taken);
    counts.negatives.push(falselyTaken);
  }
  return { positives: Uint32Array.from(counts.positives), negatives: Uint32Array.from(counts.negatives) };
}

/** In descending order. */
function sorted(name: string, side: string, scores: ArrayLike<number>): Float64Array {
  if (scores.length === 0) throw new Error(`${name}: expected at least one ${side} score, got none`);
  const copy = Float64Array.from(scores);
  const wrong = copy.findIndex(Number.isNaN);
  if (wrong >= 0) throw new Error(`${name}: expected numbers as scores, got NaN for ${side} ${wrong}`);
  return copy.sort().reverse();
}
