/** What can be said of a few numbers that come in pairs: one a seed, of a method and of its baseline. */
import { checkOption, integer, number } from '../options/index.ts';

export interface Summary {
  count: number;
  mean: number;
  /** Over the values, dividing by count - 1; null for a single value, which has no spread. */
  standardDeviation: number | null;
}

/** A method against its baseline, seed by seed. */
export interface PairedComparison {
  /** Pairs compared. */
  count: number;
  /** Mean of value - baseline: below 0 where the method has the lower error. */
  meanDifference: number;
  /** The 95 % confidence interval of the mean difference by Student's t; null where the differences have no spread. */
  interval: [low: number, high: number] | null;
  /**
   * Two-sided p of the paired t-test: how often chance alone gives as large a difference. Null where there is no test:
   * for a single pair, and for equal differences other than 0.
   */
  p: number | null;
}

/** Count, mean and spread of some values, in their own unit. @throws where there is none */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('summarize: expected at least one value, got none');
  const mean = sum(values) / values.length;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return {
    count: values.length,
    mean,
    standardDeviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
  };
}

/**
 * The paired t-test (Student 1908) of `values` against `baseline`; element i of both must share a seed.
 *
 * It assumes that the differences are about normal, which a handful of seeds can neither show nor refute: with three of
 * them only a difference several times its own spread has p < 0.05. Differences without a spread, but for rounding, are
 * no evidence of certainty: errors are counts, and a few of them agree by chance. There is no test then; p is 1 where
 * they are all zero.
 *
 * @param values such as errors, one of each seed, of the method
 * @param baseline as many, of what it is compared with
 * @throws where there is no pair, or the two are not as many
 */
export function pairedTTest(values: readonly number[], baseline: readonly number[]): PairedComparison {
  if (values.length !== baseline.length) {
    throw new Error(
      `pairedTTest: expected as many values as of the baseline (${baseline.length}), got ${values.length}`,
    );
  }
  const differences = summarize(values.map((value, i) => value - baseline[i]!));
  const { count, mean, standardDeviation } = differences;
  const largest = [values, baseline].flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const rounding = 1e-12 * largest;
  if (standardDeviation === null || standardDeviation <= rounding) {
    const isNone = standardDeviation !== null && Math.abs(mean) <= rounding;
    return { count, meanDifference: mean, interval: null, p: isNone ? 1 : null };
  }
  const standardError = standardDeviation / Math.sqrt(count);
  const t = Math.abs(mean) / standardError;
  const reach = studentQuantile(0.95, count - 1) * standardError;
  return {
    count,
    meanDifference: mean,
    interval: [mean - reach, mean + reach],
    // Rounding may take the share a hair above 1.
    p: Math.max(0, 1 - studentWithin(t, count - 1)),
  };
}

/**
 * The p values of several tests, each raised to what it is worth among the others (Holm 1979): of twenty methods that do nothing
 * one has p < 0.05 by chance.
 *
 * @param ps in 0..1
 * @returns as many, in the same order, none below what it was
 */
export function holmAdjusted(ps: readonly number[]): number[] {
  const adjusted = Array.from(ps);
  let most = 0;
  for (const [rank, place] of [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!).entries()) {
    most = Math.max(most, Math.min(1, ps[place]! * (ps.length - rank)));
    adjusted[place] = most;
  }
  return adjusted;
}

/** The sums have half as many terms: at a million the distribution has long been the normal one. */
const degrees = integer({ min: 1, guard: 1_000_000 });

/**
 * The probability that Student's t with a whole number of degrees of freedom lies within -t..t, by the finite sums of
 * Abramowitz and Stegun 26.7.3 and 26.7.4: exact, so no incomplete beta function is needed.
 *
 * @param t at least 0; Infinity is allowed
 * @param degreesOfFreedom a whole number of at least 1, up to a million
 * @returns in 0..1
 * @throws where the degrees of freedom are no such number
 */
export function studentWithin(t: number, degreesOfFreedom: number): number {
  checkOption('studentWithin', 'degreesOfFreedom', degrees, degreesOfFreedom);
  const angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const cosine = Math.cos(angle);
  const isOdd = degreesOfFreedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let series = 0;
  // Powers of the cosine up to degreesOfFreedom - 2, each times the ratio of two products of every second number.
  for (let power = isOdd ? 1 : 0; power <= degreesOfFreedom - 2; power += 2) {
    series += term;
    term *= (cosine ** 2 * (power + 1)) / (power + 2);
  }
  const within = Math.sin(angle) * series;
  return isOdd ? (2 / Math.PI) * (angle + within) : within;
}

/**
 * The t within which (on both sides of 0) lies a share of Student's distribution, by bisection: the inverse of
 * {@link studentWithin}.
 *
 * @param share from 0 to below 1
 * @param degreesOfFreedom a whole number of at least 1, up to a million
 * @throws where one is no such number
 */
export function studentQuantile(share: number, degreesOfFreedom: number): number {
  checkOption('studentQuantile', 'share', number({ min: 0, below: 1 }), share);
  let [low, high] = [0, 1];
  while (studentWithin(high, degreesOfFreedom) < share) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degreesOfFreedom) < share) low = middle;
    else high = middle;
  }
  return high;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
