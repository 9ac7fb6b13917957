import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { cat, Generator, noGrad, scope, type Tensor, tensor } from '../torch/index.ts';
import { LSTM, type LSTMOptions } from './index.ts';

const [steps, batch, inputs, hidden] = [4, 2, 3, 5];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const rowsOf = (values: ArrayLike<number>, width: number) =>
  Array.from({ length: values.length / width }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
const valuesOf = (given: Tensor) => Array.from(given.data(), Number);

interface PlainState {
  hidden: number[];
  cell: number[];
}

/** One sample through all layers, step by step, as PyTorch's documentation writes it; `start` has a state a layer. */
function plainLstm(
  layer: LSTM,
  sequence: number[][],
  start: PlainState[],
): { output: number[][]; state: PlainState[] } {
  const weights = layer.namedParameters();
  const state = start.map((one) => ({ ...one }));
  const output = sequence.map((input) => {
    let value = input;
    state.forEach((one, k) => {
      const [ofInput, ofHidden] = ['ih', 'hh'].map((name) => {
        const matrix = rowsOf(valuesOf(weights.get(`weight_${name}_l${k}`)!), name === 'ih' ? value.length : hidden);
        const bias = valuesOf(weights.get(`bias_${name}_l${k}`)!);
        const vector = name === 'ih' ? value : one.hidden;
        return matrix.map((row, r) => row.reduce((sum, weight, i) => sum + weight * vector[i]!, bias[r]!));
      });
      const gate = (quarter: number) => one.cell.map((_, i) => ofInput![quarter * hidden + i]! + ofHidden![quarter * hidden + i]!); // biome-ignore format: one formula
      const [i, f, g, o] = [gate(0).map(sigmoid), gate(1).map(sigmoid), gate(2).map(Math.tanh), gate(3).map(sigmoid)];
      one.cell = one.cell.map((before, j) => f[j]! * before + i[j]! * g[j]!);
      one.hidden = one.cell.map((now, j) => o[j]! * Math.tanh(now));
      value = one.hidden;
    });
    return value;
  });
  return { output, state };
}

const make = (options: LSTMOptions = {}) =>
  new LSTM(inputs, hidden, options).initialize(new Generator(7)).to({ dtype: 'float64' });
const leaf = (shape: number[], seed: number) => tensor(numbers(shape.reduce((a, b) => a * b), seed), { shape }); // biome-ignore format: short

describe('LSTM', () => {
  it.each([1, 3])('of %d layers equals plain loops, from zeros and from a given state', (layers) => {
    const layer = make({ layers });
    const input = leaf([steps, batch, inputs], 1);
    const given = { hidden: leaf([layers, batch, hidden], 2), cell: leaf([layers, batch, hidden], 3) };
    for (const state of [undefined, given]) {
      const made = layer.forward(input, state);
      for (let n = 0; n < batch; n++) {
        const of = (values: Tensor) => rowsOf(valuesOf(values.select(1, n)), hidden);
        const start = Array.from({ length: layers }, (_, k) => ({
          hidden: state ? of(state.hidden)[k]! : Array(hidden).fill(0),
          cell: state ? of(state.cell)[k]! : Array(hidden).fill(0),
        }));
        const expected = plainLstm(layer, rowsOf(valuesOf(input.select(1, n)), inputs), start);
        expect(largestDifference(of(made.output).flat(), expected.output.flat())).toBeLessThan(1e-14);
        expect(largestDifference(of(made.hidden).flat(), expected.state.flatMap((one) => one.hidden))).toBeLessThan(1e-14); // biome-ignore format: as above
        expect(largestDifference(of(made.cell).flat(), expected.state.flatMap((one) => one.cell))).toBeLessThan(1e-14); // biome-ignore format: as above
      }
      expect([made.output.shape, made.hidden.shape, made.cell.shape]).toEqual([
        [steps, batch, hidden],
        [layers, batch, hidden],
        [layers, batch, hidden],
      ]);
    }
  });

  it('with the batch first gives the same, and goes on from the state it returned', () => {
    const [layer, turned] = [make({ layers: 2 }), make({ layers: 2, batchFirst: true })];
    const input = leaf([steps, batch, inputs], 1);
    const whole = layer.forward(input);
    const made = turned.forward(input.transpose(0, 1));
    expect(made.output.shape).toEqual([batch, steps, hidden]);
    expect(largestDifference(valuesOf(made.output.transpose(0, 1)), valuesOf(whole.output))).toBeLessThan(1e-15);
    expect(largestDifference(valuesOf(made.cell), valuesOf(whole.cell))).toBeLessThan(1e-15);
    const first = layer.forward(input.narrow(0, 0, 1));
    const rest = layer.forward(input.narrow(0, 1, steps - 1), first);
    expect(largestDifference(valuesOf(cat([first.output, rest.output])), valuesOf(whole.output))).toBeLessThan(1e-15);
    expect(largestDifference(valuesOf(rest.hidden), valuesOf(whole.hidden))).toBeLessThan(1e-15);
  });

  it('has gradients equal to central differences, for the input, the state and every parameter', () => {
    const layer = make({ layers: 2 });
    const leaves = [leafOf([3, 2, inputs], 1), leafOf([2, 2, hidden], 2), leafOf([2, 2, hidden], 3)];
    const compute = (input: Tensor, hidden: Tensor, cell: Tensor) => {
      const made = layer.forward(input, { hidden, cell });
      return cat([made.output, made.hidden, made.cell]);
    };
    const all = [...leaves, ...layer.parameters()];
    expect(gradcheck((...given) => compute(given[0]!, given[1]!, given[2]!), all)).toBeLessThan(1e-7);
  });

  it("has PyTorch's names, and starts uniform up to 1 / sqrt(hidden), in their order", () => {
    const layer = new LSTM(30, 16, { layers: 2 }).initialize(new Generator(1));
    expect([...layer.namedParameters()].map(([name, { shape }]) => `${name} [${shape}]`)).toEqual([
      'weight_ih_l0 [64,30]',
      'weight_hh_l0 [64,16]',
      'bias_ih_l0 [64]',
      'bias_hh_l0 [64]',
      'weight_ih_l1 [64,16]',
      'weight_hh_l1 [64,16]',
      'bias_ih_l1 [64]',
      'bias_hh_l1 [64]',
    ]);
    const generator = new Generator(1);
    for (const parameter of layer.parameters()) {
      const values = valuesOf(parameter);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.25);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.4);
      const drawn = noGrad(() => parameter.clone().uniform_({ from: -0.25, to: 0.25, generator }));
      expect(values).toEqual(valuesOf(drawn));
    }
    expect(`${layer}`).toMatch(/^LSTM\(30, 16, 2 layers\) +5,248$/);
  });

  it('keeps what it returns through a scope', () => {
    const made = scope(() => make().forward(leaf([1, 1, inputs], 1)));
    expect(Object.values(made).map((one: Tensor) => one.isDisposed)).toEqual([false, false, false]);
  });

  it('says which input and which state it expected', () => {
    const input = leaf([steps, batch, inputs], 1);
    const state = leaf([1, batch, hidden], 2);
    expect(() => make().forward(leaf([2, 4], 1))).toThrow('lstm: expected input [T, N, 3], got [2, 4]');
    expect(() => make({ batchFirst: true }).forward(leaf([1, 2, 4], 1))).toThrow(
      'lstm: expected input [N, T, 3], got [1, 2, 4]',
    );
    expect(() => make({ batchFirst: true }).forward(input, { hidden: state, cell: state })).toThrow(
      'lstm: expected the hidden state [1, 4, 5] (layers, N, hidden), got [1, 2, 5]',
    );
    expect(() => make().forward(input, { hidden: state, cell: leaf([2, hidden], 1) })).toThrow(
      'lstm: expected the cell state [1, 2, 5] (layers, N, hidden), got [2, 5]',
    );
    expect(() => make({ layers: 0 })).toThrow('LSTM: expected layers to be a whole number from 1, got 0');
  });
});
