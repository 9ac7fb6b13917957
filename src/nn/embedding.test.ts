import { describe, expect, it } from 'vitest';
import { gradcheck } from '../../tests/support/gradcheck.ts';
import { Generator, noGrad, tensor } from '../torch/index.ts';
import { Embedding } from './index.ts';

const indices = (values: number[], shape = [values.length]) => tensor(BigInt64Array.from(values, BigInt), { shape });
const values = ({ weight }: Embedding) => Array.from(weight.data(), Number);

describe('Embedding', () => {
  it('gives each index its row, in any shape', () => {
    const layer = new Embedding(4, 3).initialize(new Generator(1));
    const rows = [3, 0, 0, 2].flatMap((index) => values(layer).slice(index * 3, index * 3 + 3));
    const made = layer.forward(indices([3, 0, 0, 2], [2, 2]));
    expect(made.shape).toEqual([2, 2, 3]);
    expect(Array.from(made.data(), Number)).toEqual(rows);
    expect(Array.from(layer.forward(indices([3, 0, 0, 2]).to({ dtype: 'int32' })).data(), Number)).toEqual(rows);
  });

  it('starts from N(0, 1), as the generator gives it, and the padding from zeros', () => {
    const drawn = noGrad(() => new Embedding(200, 50).weight.clone().normal_({ generator: new Generator(5) }));
    const expected = Array.from(drawn.data(), Number);
    expect(values(new Embedding(200, 50).initialize(new Generator(5)))).toEqual(expected);
    const mean = expected.reduce((sum, value) => sum + value, 0) / 10_000;
    const variance = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 10_000;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(2 / 10_000));
    const padded = new Embedding(200, 50, { paddingIndex: 3 }).initialize(new Generator(5));
    expect(values(padded)).toEqual(expected.map((value, i) => (Math.floor(i / 50) === 3 ? 0 : value)));
  });

  it('has gradients equal to central differences, and none for the padding', () => {
    const layer = new Embedding(4, 3).initialize(new Generator(2)).to({ dtype: 'float64' });
    const given = indices([2, 0, 2, 1, 0, 0], [2, 3]);
    expect(gradcheck(() => layer.forward(given).square(), layer.parameters())).toBeLessThan(1e-7);
    const padded = new Embedding(4, 2, { paddingIndex: 0 }).initialize(new Generator(2));
    padded.forward(given).sum().backward();
    expect(Array.from(padded.weight.grad!.data(), Number)).toEqual([0, 0, 1, 1, 2, 2, 0, 0]);
  });

  it('says which indices it expected', () => {
    const layer = new Embedding(4, 2, { paddingIndex: 3 });
    expect(() => layer.forward(indices([1, 4]))).toThrow(new RangeError('embedding: expected indices in 0..3, got 4'));
    expect(() => layer.forward(indices([-1, 2]))).toThrow('embedding: expected indices in 0..3, got -1');
    expect(() => layer.forward(tensor([1.5]))).toThrow('expected indices of type int64 or int32, got float32');
    for (const paddingIndex of [-1, 4, 0.5]) {
      expect(() => new Embedding(4, 2, { paddingIndex })).toThrow(
        `Embedding: expected paddingIndex to be an index, 0..3, got ${paddingIndex}`,
      );
    }
    expect(layer.describe()).toBe('4, 2, padding index 3');
  });
});
