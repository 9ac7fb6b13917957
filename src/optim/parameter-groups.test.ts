import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../torch/index.ts';
import { AdamW, type Optimizer, type RateOptions, SGD } from './index.ts';
import { rateGroups } from './rate-groups.ts';

const value = (number: number) => tensor(Float64Array.of(number), { requiresGrad: true });
const three = () => new Map([2, 2, 4].map((number, i) => [['stem', 'fc.weight', 'fc.bias'][i]!, value(number)]));
const numbers = (parameters: ReadonlyMap<string, Tensor>) => [...parameters.values()].map((one) => one.item());

/** Steps with the gradient 1 of every parameter. */
function run(optimizer: Optimizer, parameters: ReadonlyMap<string, Tensor>, rates: readonly number[]): number[] {
  for (const rate of rates) {
    for (const parameter of parameters.values()) parameter.grad = tensor(Float64Array.of(1));
    optimizer.step(rate);
  }
  return numbers(parameters);
}

const near = (values: readonly number[]) => values.map((one) => expect.closeTo(one, 7));

describe('parameters with a factor', () => {
  it('move that many times as far under SGD, by hand', () => {
    const parameters = three();
    const rateFactors = new Map([['fc.weight', 10]]);
    const optimizer = new SGD(parameters, { momentum: 0.5, weightDecay: 0.1, rateFactors });
    // Gradients with decay 1.2, 1.2, 1.4, which are the first velocities too.
    expect(run(optimizer, parameters, [0.1])).toEqual(near([1.88, 0.8, 3.86]));
    // With decay 1.188, 1.08, 1.386; velocities 1.788, 1.68, 2.086.
    expect(run(optimizer, parameters, [0.1])).toEqual(near([1.7012, -0.88, 3.6514]));
  });

  it('move and decay that many times as far under AdamW, by hand', () => {
    const parameters = three();
    const rateFactors = new Map([
      ['fc.weight', 5],
      ['fc.bias', 0.5],
    ]);
    // The first step is the rate itself: 2 * 0.99 - 0.1, 2 * 0.95 - 0.5, 4 * 0.995 - 0.05.
    expect(run(new AdamW(parameters, { weightDecay: 0.1, rateFactors }), parameters, [0.1])).toEqual(
      near([1.88, 1.4, 3.93]),
    );
  });
});

type Make = (parameters: ReadonlyMap<string, Tensor>, rates?: RateOptions) => Optimizer;
const optimizers: [string, Make][] = [
  ['SGD', (parameters, rates) => new SGD(parameters, { momentum: 0.9, nesterov: true, weightDecay: 0.01, ...rates })],
  ['AdamW', (parameters, rates) => new AdamW(parameters, rates)],
];

describe.each(optimizers)('%s', (_, make) => {
  const rates = [0.1, 0.05, 0.3, 0.01];
  const factors = { stem: 1, 'fc.weight': 10, 'fc.bias': 3 };
  const rateFactors = new Map(Object.entries(factors));

  it('moves each parameter as one alone at its own rate, to the last bit', () => {
    const together = three();
    const found = run(make(together, { rateFactors }), together, rates);
    const alone = Object.entries(factors).map(([name, factor]) => {
      const parameters = new Map([...three()].filter(([other]) => other === name));
      return run(
        make(parameters),
        parameters,
        rates.map((rate) => rate * factor),
      )[0];
    });
    expect(found).toEqual(alone);
  });

  it('saves and takes over the same state whatever the factors', () => {
    const plain = three();
    const optimizer = make(plain);
    run(optimizer, plain, [0.1]);
    const factored = make(plain, { rateFactors });
    factored.loadStateDict(optimizer.stateDict());
    expect([...factored.stateDict().keys()]).toEqual([...optimizer.stateDict().keys()]);
  });
});

describe('groups of parameters', () => {
  const names = ['a', 'b', 'c'];

  it('are one, of the very list, where all factors are the same', () => {
    for (const factors of [undefined, new Map([['b', 1]]), new Map(names.map((name) => [name, 7]))]) {
      const groups = rateGroups(names, factors);
      const tensors = names.map(() => value(0));
      expect(groups).toHaveLength(1);
      expect(groups[0]!.of(tensors)).toBe(tensors);
    }
  });

  it('are one for each factor', () => {
    const groups = rateGroups(names, new Map([['b', 2]]));
    const tensors = [1, 2, 3].map(value);
    expect(groups.map(({ factor, of }) => [factor, of(tensors).map((one) => one.item())])).toEqual([
      [1, [1, 3]],
      [2, [2]],
    ]);
  });

  it('refuse names that no parameter has, and factors that are not above 0', () => {
    expect(() => rateGroups(names, new Map([['d', 2]]))).toThrow('expected names of parameters, got d');
    for (const factor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => rateGroups(names, new Map([['a', factor]]))).toThrow(`a factor above 0 for a, got ${factor}`);
  });
});
