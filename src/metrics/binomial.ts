/** What counts alone can tell: how far a share of few samples may be from the share of all, and which of two is larger. */
import { checkOption, integer, number } from '../options/index.ts';

/** More than any set has; each costs a logarithm. */
const counted = integer({ min: 0, guard: 100_000_000 });

/**
 * The exact interval of a share by Clopper and Pearson (1934): all shares under which as many or as few are no surprise. It
 * holds for the smallest samples too, where it is wide; of none at all it is everything.
 *
 * @param count how many of the samples, such as errors
 * @param of the samples, up to a hundred million
 * @param share how sure, from 0 to below 1. Default 0.95
 * @returns the lowest and the highest share, in 0..1
 * @throws where the counts are no whole numbers, or `count` is above `of`
 */
export function binomialInterval(count: number, of: number, share = 0.95): [low: number, high: number] {
  checkCounts('binomialInterval', count, of);
  checkOption('binomialInterval', 'share', number({ min: 0, below: 1 }), share);
  const tail = (1 - share) / 2;
  return [1 - highest(of - count, of, tail), highest(count, of, tail)];
}

/** The largest share under which at most `count` of `of` still come with a probability of `tail`. */
function highest(count: number, of: number, tail: number): number {
  if (count === of) return 1;
  const choose = logChoose(of, count);
  let [low, high] = [count / of, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (lowerTail(count, of, middle, choose) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The exact two-sided sign test: how often a fair coin falls as unevenly. Of two networks on the same images it is McNemar's
 * test (1947), of the images that one alone gets right.
 *
 * @param first how often the one came out better
 * @param second how often the other did; ties are not counted
 * @returns p in 0..1; 1 where there is nothing to count
 */
export function signTest(first: number, second: number): number {
  const of = first + second;
  const fewer = Math.min(first, second);
  checkCounts('signTest', fewer, of);
  return of === 0 ? 1 : Math.min(1, 2 * lowerTail(fewer, of, 0.5, logChoose(of, fewer)));
}

/** The probability of at most `count` of `of`, where `count` is not above the mean: from there down the terms only fall. */
function lowerTail(count: number, of: number, share: number, choose: number): number {
  let term = Math.exp(choose + count * Math.log(share) + (of - count) * Math.log1p(-share));
  let sum = term;
  const odds = (1 - share) / share;
  for (let i = count; i > 0 && term > 1e-18 * sum; i--) {
    term *= (i / (of - i + 1)) * odds;
    sum += term;
  }
  return sum;
}

function logChoose(of: number, count: number): number {
  const fewer = Math.min(count, of - count);
  let sum = 0;
  for (let i = 1; i <= fewer; i++) sum += Math.log((of - fewer + i) / i);
  return sum;
}

function checkCounts(name: string, count: number, of: number): void {
  checkOption(name, 'samples', counted, of);
  checkOption(name, 'count', counted, count);
  if (count > of) throw new Error(`${name}: expected a count of up to ${of} samples, got ${count}`);
}
