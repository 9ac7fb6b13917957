/**
 * Numbers for tests, the same on every machine and in every language: the finalizer of MurmurHash3 over (seed, index),
 * as multiples of 2^-24 in [-0.5, 0.5), so that float32 holds them exactly. tests/golden/sgd-steps.py has the same.
 */
export function numbers(count: number, seed: number): Float64Array {
  const start = Math.imul(seed + 1, 0x9e3779b1);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let hash = (start + index) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    values[index] = (hash >>> 8) / 2 ** 24 - 0.5;
  }
  return values;
}

/** The largest |actual - expected|; NaN where anything is NaN, infinite where the lengths differ. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
