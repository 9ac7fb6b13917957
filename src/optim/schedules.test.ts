import { describe, expect, it } from 'vitest';
import { constant, cosine, milestones, warmup } from './index.ts';

describe('milestones', () => {
  it.each([
    [0, 0.25],
    [149, 0.25],
    [149.99, 0.25],
    [150, 0.025],
    [224, 0.025],
    [225, 0.0025],
    [299, 0.0025],
  ])("follows the paper's schedule: epoch %d has rate %d", (epoch, rate) => {
    expect(milestones(0.25, { milestones: [150, 225] })(epoch)).toBeCloseTo(rate, 15);
  });

  it('multiplies by the factor given, once for each milestone, in whatever order they are listed', () => {
    const schedule = milestones(8, { milestones: [30, 10, 20], factor: 0.5 });
    expect([0, 10, 20, 30].map(schedule)).toEqual([8, 4, 2, 1]);
  });
});

describe('cosine', () => {
  it('passes through its closed-form points and stays at its end', () => {
    const schedule = cosine(1, { epochs: 12, final: 0.2 });
    const expected = [1, 0.2 + 0.4 * (1 + Math.sqrt(3) / 2), 0.8, 0.6, 0.4, 0.2, 0.2];
    const rates = [0, 2, 4, 6, 8, 12, 20].map(schedule);
    expect(rates).toEqual(expected.map((rate) => expect.closeTo(rate, 15)));
    expect(cosine(1, { epochs: 10 })(10)).toBe(0);
  });
});

describe('warmup', () => {
  it('rises in a straight line from 0 to where the schedule is, and then follows it', () => {
    const schedule = warmup(constant(0.4), { epochs: 4 });
    expect([0, 1, 2, 3, 3.5, 4, 100].map(schedule)).toEqual([0, 0.1, 0.2, 0.4 * 0.75, 0.35, 0.4, 0.4].map((rate) => expect.closeTo(rate, 15))); // biome-ignore format: a list
    const cosineAfter = cosine(1, { epochs: 10 });
    expect(warmup(cosineAfter, { epochs: 2 })(1)).toBeCloseTo(cosineAfter(1) / 2, 15);
    expect(warmup(cosineAfter, { epochs: 2 })(7)).toBe(cosineAfter(7));
    expect(warmup(constant(3), { epochs: 0 })(0)).toBe(3);
  });
});

describe('numbers out of range', () => {
  it.each<[() => unknown, string]>([
    [() => constant(-1), 'constant: expected rate of at least 0, got -1'],
    [() => constant(Number.NaN), 'constant: expected rate of at least 0, got NaN'],
    [() => cosine(-1, { epochs: 2 }), 'cosine: expected rate of at least 0, got -1'],
    [() => cosine(1, { epochs: 0 }), 'cosine: expected epochs above 0, got 0'],
    [() => cosine(1, { epochs: Number.POSITIVE_INFINITY }), 'cosine: expected epochs above 0, got Infinity'],
    [() => cosine(1, { epochs: 2, final: -0.1 }), 'cosine: expected final of at least 0, got -0.1'],
    [() => milestones(Number.POSITIVE_INFINITY, { milestones: [] }), 'milestones: expected rate of at least 0, got Infinity'], // biome-ignore format: a case
    [() => milestones(1, { milestones: [3, -1] }), 'milestones: expected each milestone of at least 0, got -1'],
    [() => milestones(1, { milestones: [3], factor: 0 }), 'milestones: expected factor above 0, got 0'],
    [() => warmup(constant(1), { epochs: -1 }), 'warmup: expected epochs of at least 0, got -1'],
  ])('%o', (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});
