import { describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { memory, type Tensor, tensor } from '../torch/index.ts';
import { clipGradientNorm } from './index.ts';

/** Leaves whose gradients are as given. */
function withGradients(...gradients: (readonly number[] | Float64Array | null)[]): Tensor[] {
  return gradients.map((gradient) => {
    const parameter = tensor(new Float64Array(gradient?.length ?? 1), { requiresGrad: true });
    if (gradient) parameter.grad = tensor(Float64Array.from(gradient));
    return parameter;
  });
}
const gradientsOf = (parameters: Tensor[]) => parameters.flatMap(({ grad }) => (grad ? [Array.from(grad.data(), Number)] : [])); // biome-ignore format: one line

describe('clipGradientNorm', () => {
  it("scales all gradients by PyTorch's factor, and returns the norm they had", () => {
    const parameters = withGradients([3, -4], [12]);
    expect(clipGradientNorm(parameters, 1)).toBe(13);
    const factor = 1 / (13 + 1e-6);
    expect(gradientsOf(parameters)).toEqual([[3 * factor, -4 * factor], [12 * factor]]);
    expect(clipGradientNorm(parameters, 0.5)).toBeCloseTo(13 * factor, 15);
  });

  it('leaves shorter gradients as they are, to the bit', () => {
    const parameters = withGradients([3, 4]);
    expect(clipGradientNorm(parameters, 5.1)).toBe(5);
    expect(gradientsOf(parameters)).toEqual([[3, 4]]);
    // At the bound itself the 1e-6 tells.
    expect(clipGradientNorm(parameters, 5)).toBe(5);
    expect(gradientsOf(parameters)).toEqual([[3, 4].map((value) => value * (5 / (5 + 1e-6)))]);
  });

  it('equals plain sums over many gradients, and leaves no tensors behind', () => {
    const given = [7, 1, 30].map((count, seed) => numbers(count, seed));
    const parameters = withGradients(...given);
    const norm = Math.sqrt(given.flatMap((values) => [...values]).reduce((sum, value) => sum + value ** 2, 0));
    const before = memory().tensors;
    expect(clipGradientNorm(new Set(parameters), 0.25)).toBeCloseTo(norm, 14);
    expect(memory().tensors).toBe(before);
    const expected = given.flatMap((values) => [...values].map((value) => (value * 0.25) / (norm + 1e-6)));
    expect(largestDifference(gradientsOf(parameters).flat(), expected)).toBeLessThan(1e-16);
  });

  it('passes over parameters without a gradient, and frozen ones', () => {
    const parameters = withGradients([6, 8], null, [100]);
    parameters[2]!.requiresGrad = false;
    expect(clipGradientNorm(parameters, 20)).toBe(10);
    expect(clipGradientNorm(parameters, 1)).toBe(10);
    expect(gradientsOf(parameters)[1]).toEqual([100]);
    expect(clipGradientNorm(withGradients(null), 1)).toBe(0);
    expect(clipGradientNorm([], 1)).toBe(0);
  });

  it('shows gradients that are not finite in what it returns', () => {
    const spoiled = withGradients([1, Number.NaN], [2]);
    expect(clipGradientNorm(spoiled, 1)).toBeNaN();
    expect(gradientsOf(spoiled)).toEqual([[Number.NaN, Number.NaN], [Number.NaN]]); // biome-ignore format: one line
    const endless = withGradients([1, Number.POSITIVE_INFINITY]);
    expect(clipGradientNorm(endless, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(gradientsOf(endless)).toEqual([[0, Number.NaN]]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a largest norm of %d', (maxNorm) => {
    expect(() => clipGradientNorm(withGradients([1]), maxNorm)).toThrow(
      `clipGradientNorm: expected maxNorm above 0, got ${maxNorm}`,
    );
  });
});
