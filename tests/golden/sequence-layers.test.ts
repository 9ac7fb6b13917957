import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Embedding, LayerNorm, LSTM, type Module } from '../../src/nn/index.ts';
import { noGrad, type Tensor, tensor } from '../../src/torch/index.ts';
import { largestDifference, numbers } from '../support/numbers.ts';

type Precision = 'float32' | 'float64';
type Values = Record<string, number[]>;

const golden = JSON.parse(readFileSync(new URL('./sequence-layers.golden.json', import.meta.url), 'utf8')) as {
  layers: Record<string, { results: Values; gradients: Values }>;
};

// Everything below that has a number in it, but for the tolerances, stands in sequence-layers.py too.
const lstmOf = (layer: LSTM, shapes: number[][]) => ({
  layer,
  shapes,
  run: ([input, hidden, cell]: Tensor[]) => ({ ...layer.forward(input!, hidden && cell && { hidden, cell }) }),
});
const layerNormOf = (layer: LayerNorm, shape: number[]) => ({
  layer,
  shapes: [shape],
  run: ([input]: Tensor[]) => ({ output: layer.forward(input!) }),
});
const embeddingOf = (layer: Embedding) => ({
  layer,
  shapes: [],
  run: () => ({
    output: layer.forward(tensor(BigInt64Array.from([0, 2, 6, 2, 5, 0, 0, 1], BigInt), { shape: [2, 4] })),
  }),
});
interface Case {
  layer: Module<never[], unknown>;
  shapes: number[][];
  run(inputs: Tensor[]): Record<string, Tensor>;
}
const cases: Record<string, () => Case> = {
  LSTM: () => lstmOf(new LSTM(3, 5), [[4, 2, 3]]),
  'LSTM, 2 layers, batch first': () =>
    lstmOf(new LSTM(3, 5, { layers: 2, batchFirst: true }), [
      [2, 4, 3],
      [2, 2, 5],
      [2, 2, 5],
    ]),
  LayerNorm: () => layerNormOf(new LayerNorm(6), [2, 5, 6]),
  'LayerNorm, 2 dimensions': () => layerNormOf(new LayerNorm([3, 4], { epsilon: 0.01 }), [5, 3, 4]),
  Embedding: () => embeddingOf(new Embedding(7, 3)),
  'Embedding, padding': () => embeddingOf(new Embedding(7, 3, { paddingIndex: 2 })),
};

/** A leaf of a shape, with numbers in [-1, 1). */
function formula(shape: readonly number[], seed: number, dtype: Precision): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return tensor(
    numbers(count, seed).map((value) => value * 2),
    { shape, dtype, requiresGrad: true },
  );
}

/** Other kernels add in another order. */
const tolerances: Record<Precision, number> = { float64: 1e-13, float32: 1e-6 };

function differences(made: Record<string, Tensor>, expected: Values): [string, number][] {
  expect(Object.keys(made).sort()).toEqual(Object.keys(expected).sort());
  return Object.entries(made).map(([name, value]) => {
    const wanted = expected[name]!;
    const largest = Math.max(...wanted.map(Math.abs));
    return [name, largestDifference(Array.from(value.data(), Number), wanted) / largest];
  });
}

describe.each(Object.entries(golden.layers))('%s', (title, { results, gradients }) => {
  it("gives PyTorch's results and gradients, as a share of each one's largest", () => {
    const [name, dtype] = title.split(': ') as [string, Precision];
    const { layer, shapes, run } = cases[name]!();
    layer.to({ dtype });
    const parameters = Object.fromEntries(layer.namedParameters());
    noGrad(() =>
      Object.values(parameters).map((parameter, seed) => parameter.copy_(formula(parameter.shape, seed, dtype))),
    );
    const inputs = shapes.map((shape, i) => formula(shape, 100 + i, dtype));
    const made = run(inputs);
    const terms = Object.keys(results).map((key, i) =>
      made[key]!.mul(formula(made[key]!.shape, 200 + i, dtype).detach()).sum(),
    );
    terms.reduce((sum, term) => sum.add(term)).backward();
    const leaves = { ...Object.fromEntries(inputs.map((input, i) => [`input ${i}`, input])), ...parameters };
    const found = Object.fromEntries(Object.entries(leaves).map(([key, { grad }]) => [key, grad!]));
    const all = [...differences(made, results), ...differences(found, gradients)];
    expect(all.filter(([, difference]) => !(difference < tolerances[dtype]))).toEqual([]);
  });
});

it('has a case for every layer that PyTorch computed', () => {
  const names = new Set(Object.keys(golden.layers).map((title) => title.split(': ')[0]));
  expect([...names]).toEqual(Object.keys(cases));
});
