import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { noGrad, tensor } from '../torch/index.ts';
import { LayerNorm } from './index.ts';

/** With weights and biases that differ from place to place. */
function make(shape: number | number[], epsilon?: number): LayerNorm {
  const layer = new LayerNorm(shape, epsilon === undefined ? {} : { epsilon }).to({ dtype: 'float64' });
  noGrad(() => layer.parameters().map((parameter, i) => parameter.copy_(leafOf(parameter.shape, 20 + i))));
  return layer;
}

describe('LayerNorm', () => {
  it.each<[string, number | number[], number, number | undefined]>([
    ['the last dimension', 4, 4, undefined],
    ['the last two', [3, 4], 12, 0.1],
  ])('over %s equals plain loops', (_, shape, size, epsilon) => {
    const layer = make(shape, epsilon);
    const values = numbers(24, 1);
    const [weight, bias] = layer.parameters().map((parameter) => parameter.data() as Float64Array);
    const expected = Array.from({ length: 24 / size }, (_, row) => {
      const own = Array.from(values.slice(row * size, (row + 1) * size));
      const mean = own.reduce((sum, value) => sum + value, 0) / size;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
      return own.map((x, i) => ((x - mean) / Math.sqrt(variance + (epsilon ?? 1e-5))) * weight![i]! + bias![i]!);
    }).flat();
    const made = layer.forward(tensor(values, { shape: [2, 3, 4] }));
    expect(made.shape).toEqual([2, 3, 4]);
    expect(largestDifference(made.data() as Float64Array, expected)).toBeLessThan(1e-14);
  });

  it('has gradients equal to central differences, for the input and every parameter', () => {
    const layer = make([2, 3]);
    const leaves = [leafOf([4, 2, 3], 1), ...layer.parameters()];
    expect(gradcheck((input) => layer.forward(input), leaves)).toBeLessThan(1e-7);
  });

  it('starts with weights of 1 and biases of 0, and says which input it expected', () => {
    const layer = new LayerNorm([3, 4]);
    expect(
      [...layer.namedParameters()].map(([name, value]) => [name, new Set(Array.from(value.data(), Number))]),
    ).toEqual([
      ['weight', new Set([1])],
      ['bias', new Set([0])],
    ]);
    expect(() => layer.forward(tensor(numbers(12, 1)))).toThrow('layerNorm: expected input [..., 3, 4], got [12]');
    expect(layer.describe()).toBe('3, 4');
  });
});
