import { describe, expect, it } from 'vitest';
import { smallConfig } from '../../tests/support/small-training.ts';
import { type FindRateOptions, findRate } from './find-rate.ts';

async function found(options: FindRateOptions = {}) {
  const { curve, proposed } = await findRate(smallConfig({ precision: 'fp32', mix: 'none' }), options);
  return { curve, proposed };
}

describe('findRate', () => {
  it('raises the rate by one factor from step to step, and ends where the loss explodes', async () => {
    const { curve, proposed } = await found({ between: [1e-4, 1e6], steps: 101 });
    curve.forEach(({ learningRate }, i) => {
      expect(Math.log10(learningRate)).toBeCloseTo(-4 + i / 10, 10);
    });
    expect(curve.length).toBeLessThan(101);
    expect(curve.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const lowest = Math.min(...curve.map(({ smoothed }) => smoothed));
    expect(curve.at(-1)!.smoothed).toBeLessThanOrEqual(4 * lowest);
    expect(proposed).toBeGreaterThan(1e-4);
    expect(proposed).toBeLessThan(100);
  });

  it('smooths as a mean with weights that fall by 0.9, and proposes the middle of the longest descent', async () => {
    const { curve, proposed } = await found({ between: [1e-3, 1], steps: 14 });
    const smoothed = curve.map((_, n) => {
      const weights = curve.slice(0, n + 1).map((_, i) => 0.9 ** (n - i));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return curve.slice(0, n + 1).reduce((sum, { loss }, i) => sum + (weights[i]! / total) * loss, 0);
    });
    curve.forEach((one, i) => {
      expect(one.smoothed).toBeCloseTo(smoothed[i]!, 10);
    });
    // Every falling sequence, the slow way: by all subsets of a short curve.
    const longest = (end: number): number =>
      1 +
      Math.max(
        0,
        ...curve.flatMap(({ smoothed: loss }, i) => (i < end && loss > curve[end]!.smoothed ? [longest(i)] : [])),
      );
    const lengths = curve.map((_, i) => longest(i));
    const end = lengths.indexOf(Math.max(...lengths));
    expect(proposed).toBe(curve[Math.round(end - (lengths[end]! - 1) / 2)]!.learningRate);
  });

  it('goes over the images as often as it takes, and draws the same for one seed', async () => {
    const [first, second] = [
      await found({ steps: 9, between: [1e-5, 1e-2] }),
      await found({ steps: 9, between: [1e-5, 1e-2] }),
    ];
    expect(first.curve).toHaveLength(9);
    expect(second).toEqual(first);
  });

  it.each([
    [{ between: [0, 1] as const }, 'expected two rising rates above 0, got 0 and 1'],
    [{ between: [1, 1] as const }, 'expected two rising rates above 0, got 1 and 1'],
    [{ steps: 1 }, 'expected a whole number of at least 2 steps, got 1'],
  ])('refuses %j', async (options, words) => {
    await expect(found(options)).rejects.toThrow(words);
  });
});
