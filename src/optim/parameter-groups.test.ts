import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../torch/index.ts';
import { AdamW, GroupedOptimizer, type GroupOptions, type Optimizer, type ParameterGroupsOptions, SGD, type Update } from './index.ts'; // biome-ignore format: a list

const value = (number: number) => tensor(Float64Array.of(number), { requiresGrad: true });
const names = ['stem', 'fc.weight', 'fc.bias'];
const three = () => new Map([2, 2, 4].map((number, i) => [names[i]!, value(number)]));
const numbers = (parameters: ReadonlyMap<string, Tensor>) => [...parameters.values()].map((one) => one.item());

type Options = Record<string, Partial<GroupOptions>>;
const groupsOf =
  (options: Options): ParameterGroupsOptions['groups'] =>
  (name) =>
    options[name] ?? {};

/** Steps with the gradient 1 of every parameter. */
function run(optimizer: Optimizer, parameters: ReadonlyMap<string, Tensor>, rates: readonly number[]): number[] {
  for (const rate of rates) {
    for (const parameter of parameters.values()) parameter.grad = tensor(Float64Array.of(1));
    optimizer.step(rate);
  }
  return numbers(parameters);
}

const near = (values: readonly number[]) => values.map((one) => expect.closeTo(one, 7));

describe('parameters of a group', () => {
  it('move and decay by its options under SGD, by hand', () => {
    const parameters = three();
    const groups = groupsOf({ 'fc.weight': { learningRateMultiplier: 10 }, 'fc.bias': { weightDecay: 0 } });
    const optimizer = new SGD(parameters, { momentum: 0.5, weightDecay: 0.1, groups });
    // Gradients with decay 1.2, 1.2, 1, which are the first velocities too.
    expect(run(optimizer, parameters, [0.1])).toEqual(near([1.88, 0.8, 3.9]));
    // With decay 1.188, 1.08, 1; velocities 1.788, 1.68, 1.5.
    expect(run(optimizer, parameters, [0.1])).toEqual(near([1.7012, -0.88, 3.75]));
  });

  it('move and decay by its options under AdamW, by hand', () => {
    const parameters = three();
    const groups = groupsOf({
      'fc.weight': { learningRateMultiplier: 5 },
      'fc.bias': { learningRateMultiplier: 0.5, weightDecay: 0.4 },
    });
    // The first step is the rate itself: 2 * 0.99 - 0.1, 2 * 0.95 - 0.5, 4 * (1 - 0.05 * 0.4) - 0.05.
    const optimizer = new AdamW(parameters, { weightDecay: 0.1, groups });
    expect(run(optimizer, parameters, [0.1])).toEqual(near([1.88, 1.4, 3.87]));
  });
});

type Make = (parameters: ReadonlyMap<string, Tensor>, options?: ParameterGroupsOptions, decay?: number) => Optimizer;
const optimizers: [string, Make][] = [
  ['SGD', (p, options, weightDecay = 0.01) => new SGD(p, { momentum: 0.9, nesterov: true, weightDecay, ...options })],
  ['AdamW', (p, options, weightDecay = 0.01) => new AdamW(p, { weightDecay, ...options })],
];

describe.each(optimizers)('%s', (_, make) => {
  const rates = [0.1, 0.05, 0.3, 0.01];
  const options: Options = {
    'fc.weight': { learningRateMultiplier: 10 },
    'fc.bias': { learningRateMultiplier: 3, weightDecay: 0.2 },
  };

  it('moves each parameter as one alone with its options, to the last bit', () => {
    const together = three();
    const found = run(make(together, { groups: groupsOf(options) }), together, rates);
    const alone = names.map((name) => {
      const parameters = new Map([...three()].filter(([other]) => other === name));
      const { learningRateMultiplier = 1, weightDecay } = options[name] ?? {};
      const own = rates.map((rate) => rate * learningRateMultiplier);
      return run(make(parameters, {}, weightDecay), parameters, own)[0];
    });
    expect(found).toEqual(alone);
  });

  it('saves and takes over the same state whatever the groups', () => {
    const plain = three();
    const optimizer = make(plain);
    run(optimizer, plain, [0.1]);
    const grouped = make(plain, { groups: groupsOf(options) });
    grouped.loadStateDict(optimizer.stateDict());
    expect([...grouped.stateDict().keys()]).toEqual([...optimizer.stateDict().keys()]);
  });

  it.each<[string, unknown, string]>([
    [
      'a rate of 0',
      { learningRateMultiplier: 0 },
      'group of fc.bias: expected learningRateMultiplier to be a number above 0, got 0',
    ],
    [
      'no number',
      { learningRateMultiplier: Number.NaN },
      'expected learningRateMultiplier to be a number above 0, got NaN',
    ],
    ['an endless rate', { learningRateMultiplier: Number.POSITIVE_INFINITY }, 'above 0, got Infinity'],
    [
      'a negative decay',
      { weightDecay: -1 },
      'group of fc.bias: expected weightDecay to be a number of at least 0, got -1',
    ],
    ['an unknown option', { weightdecay: 0 }, "group of fc.bias: unknown option 'weightdecay'; did you mean 'weightDecay'?"], // biome-ignore format: a case
  ])('refuses a group with %s', (_, given, message) => {
    const groups = groupsOf({ 'fc.bias': given as Partial<GroupOptions> });
    expect(() => make(three(), { groups })).toThrow(message);
  });
});

describe('an optimizer', () => {
  /** Keeps what it was asked to update. */
  class Watching extends GroupedOptimizer<never> {
    readonly updates: Update<never>[] = [];

    constructor(parameters: ReadonlyMap<string, Tensor>, groups?: ParameterGroupsOptions['groups']) {
      super(parameters, { name: 'Watching', slots: [], countsSteps: false, weightDecay: 0.5, groups });
    }

    protected override update(update: Update<never>): void {
      this.updates.push(update);
    }
  }

  it.each<[string, Options, [rate: number, decay: number, names: string[]][]]>([
    ['one where there are no groups', {}, [[0.1, 0.5, names]]],
    ['one where all have the same options', { stem: { weightDecay: 0.5, learningRateMultiplier: 1 } }, [[0.1, 0.5, names]]], // biome-ignore format: a case
    [
      'one for all with equal options, wherever they stand',
      { stem: { learningRateMultiplier: 2 }, 'fc.bias': { learningRateMultiplier: 2 } },
      [
        [0.2, 0.5, ['stem', 'fc.bias']],
        [0.1, 0.5, ['fc.weight']],
      ],
    ],
    [
      'one for each that differs in anything',
      { stem: { weightDecay: 0 }, 'fc.bias': { weightDecay: 0, learningRateMultiplier: 3 } },
      [
        [0.1, 0, ['stem']],
        [0.1, 0.5, ['fc.weight']],
        [expect.closeTo(0.3, 10), 0, ['fc.bias']],
      ],
    ],
  ])('makes as few updates as it can: %s', (_, options, expected) => {
    const parameters = three();
    const nameOf = (one: Tensor) => [...parameters].find(([, other]) => other === one)![0];
    const optimizer = new Watching(parameters, groupsOf(options));
    run(optimizer, parameters, [0.1]);
    expect(optimizer.updates.map((one) => [one.learningRate, one.weightDecay, one.parameters.map(nameOf)])).toEqual(
      expected,
    );
  });

  it('is asked for the group of each parameter once, by name and tensor', () => {
    const parameters = three();
    const asked: [string, Tensor][] = [];
    const optimizer = new Watching(parameters, (name, parameter) => {
      asked.push([name, parameter]);
      return {};
    });
    run(optimizer, parameters, [0.1, 0.1]);
    expect(asked.map(([name, parameter]) => [name, parameter === parameters.get(name)])).toEqual(names.map((name) => [name, true])); // biome-ignore format: as it is read
  });
});
