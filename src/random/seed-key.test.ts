import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyedSeed, stream } from './seed-key.ts';

const keys = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 4 });

test('a keyed seed is a whole number of 53 bits and depends on the seed and the key alone', () => {
  fc.assert(
    fc.property(fc.integer(), keys, (seed, key) => {
      const keyed = keyedSeed(seed, ...key);
      expect(Number.isSafeInteger(keyed) && keyed >= 0).toBe(true);
      expect(keyedSeed(seed, ...key)).toBe(keyed);
      expect(stream(seed, ...key).state()).toEqual(stream(seed, ...key).state());
    }),
  );
});

test('keyed seeds never change between versions, since runs are resumed from them', () => {
  expect(keyedSeed(0)).toBe(1729021699967140);
  expect(keyedSeed(1, 'mix', 3, 7)).toBe(7291536463676437);
  expect(stream(1, 'mix', 3, 7).state()).toEqual([-818091770, 1176545579, 1679499265, -1840517849]);
});

test('keys that look alike give different seeds', () => {
  const seeds = [
    keyedSeed(1),
    keyedSeed(1, ''),
    keyedSeed(1, 1),
    keyedSeed(1, '1'),
    keyedSeed(11),
    keyedSeed(1, 'ab', 'c'),
    keyedSeed(1, 'a', 'bc'),
    keyedSeed(1, 'ab,c'),
    keyedSeed(-1),
    keyedSeed(1, 2, 3),
    keyedSeed(1, 3, 2),
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
});

test('a hundred thousand neighboring keys give as many seeds', () => {
  const seeds = new Set(Array.from({ length: 100_000 }, (_, i) => keyedSeed(0, 'flip', i % 10, Math.floor(i / 10))));
  expect(seeds.size).toBe(100_000);
});

test('a seed that is not finite is an error', () => {
  expect(() => keyedSeed(Number.NaN, 'mix')).toThrow('seed: expected finite numbers, got NaN');
  expect(() => stream(1, Number.POSITIVE_INFINITY)).toThrow('got Infinity in (1, Infinity)');
});

test('the first draws of streams with neighboring keys are uniform and pairwise independent', () => {
  // 16 x 16 cells of (stream i, stream i + 1); chi-square with 255 degrees of freedom, 99.9 % quantile 330.5.
  const count = 25_600;
  const draws = Array.from({ length: count + 1 }, (_, i) => Math.floor(16 * stream(7, 'mix', i).uniform()));
  const cells = new Array<number>(256).fill(0);
  for (let i = 0; i < count; i++) cells[16 * draws[i]! + draws[i + 1]!]!++;
  const expected = count / 256;
  const chiSquare = cells.reduce((sum, observed) => sum + (observed - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(330.5);
});

test('streams of different purposes are uncorrelated', () => {
  const count = 20_000;
  const one = stream(7, 'mix');
  const other = stream(7, 'flip');
  let covariance = 0;
  for (let i = 0; i < count; i++) covariance += (one.uniform() - 0.5) * (other.uniform() - 0.5);
  // The correlation of independent draws has a standard deviation of 1 / sqrt(count).
  expect(Math.abs((12 * covariance) / count)).toBeLessThan(4 / Math.sqrt(count));
});
