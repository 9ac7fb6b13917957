import { expect, it } from 'vitest';
import { binomialInterval, signTest } from './binomial.ts';

it('the interval of none and of all is the closed form: 1 - 0.025^(1/n)', () => {
  for (const n of [1, 4, 100, 50_000]) {
    const reach = 1 - 0.025 ** (1 / n);
    const [none, all] = [binomialInterval(0, n), binomialInterval(n, n)];
    expect(none[0]).toBe(0);
    expect(none[1]).toBeCloseTo(reach, 12);
    expect(all[0]).toBeCloseTo(1 - reach, 12);
    expect(all[1]).toBe(1);
  }
  expect(binomialInterval(0, 0)).toEqual([0, 1]);
});

it('at its ends exactly a fortieth of all samples is as extreme', () => {
  // By the sum of all terms: C(10, k) is 1, 10, 45, 120, ...
  const atMost3 = (p: number) =>
    [1, 10, 45, 120].reduce((sum, choose, k) => sum + choose * p ** k * (1 - p) ** (10 - k), 0);
  const atMost2 = (p: number) => [1, 10, 45].reduce((sum, choose, k) => sum + choose * p ** k * (1 - p) ** (10 - k), 0);
  const [low, high] = binomialInterval(3, 10);
  expect(atMost3(high)).toBeCloseTo(0.025, 12);
  expect(1 - atMost2(low)).toBeCloseTo(0.025, 12);
  // As R's binom.test(3, 10) prints them.
  expect([low, high].map((end) => end.toFixed(7))).toEqual(['0.0667395', '0.6524529']);
});

it('of many samples it is about that of the normal distribution', () => {
  const [low, high] = binomialInterval(10_000, 50_000);
  const reach = 1.959964 * Math.sqrt((0.2 * 0.8) / 50_000);
  expect(Math.abs(low - (0.2 - reach))).toBeLessThan(4e-5);
  expect(Math.abs(high - (0.2 + reach))).toBeLessThan(4e-5);
  expect(binomialInterval(500_000, 1_000_000)[0]).toBeCloseTo(0.49902, 5);
});

it('the sign test counts by hand: 1 of 6 is 2 (1 + 6) / 64', () => {
  expect(signTest(1, 5)).toBeCloseTo(14 / 64, 14);
  expect(signTest(5, 1)).toBe(signTest(1, 5));
  expect(signTest(0, 6)).toBeCloseTo(2 / 64, 14);
  expect(signTest(0, 5)).toBeGreaterThan(0.05);
  expect(signTest(4, 4)).toBe(1);
  expect(signTest(0, 0)).toBe(1);
  expect(signTest(0, 5000)).toBe(0);
});

it('what is no count is an error', () => {
  expect(() => binomialInterval(3, 2)).toThrow('up to 2 samples, got 3');
  expect(() => binomialInterval(-1, 2)).toThrow('-1');
  expect(() => signTest(0.5, 1)).toThrow('1.5');
  expect(() => binomialInterval(1, 2, 1)).toThrow('share');
});
