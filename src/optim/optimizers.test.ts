import { describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { memory, type Tensor, tensor } from '../torch/index.ts';
import { AdamW, type AdamWOptions, type Optimizer, SGD, type SGDOptions } from './index.ts';

type Update = (values: number[], gradients: number[], rate: number) => void;

/** SGD as PyTorch's documentation writes it. */
function plainSgd({ momentum = 0, nesterov = false, weightDecay = 0 }: SGDOptions): Update {
  let velocity: number[] | undefined;
  return (values, gradients, rate) => {
    const decayed = gradients.map((gradient, i) => gradient + weightDecay * values[i]!);
    velocity = velocity ? velocity.map((v, i) => momentum * v + decayed[i]!) : [...decayed];
    const direction = nesterov ? decayed.map((gradient, i) => gradient + momentum * velocity![i]!) : velocity;
    for (let i = 0; i < values.length; i++) values[i]! -= rate * direction[i]!;
  };
}

/** AdamW as PyTorch's documentation writes it. */
function plainAdamW({ betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01 }: AdamWOptions): Update {
  const first: number[] = [];
  const second: number[] = [];
  let step = 0;
  return (values, gradients, rate) => {
    step++;
    gradients.forEach((gradient, i) => {
      values[i]! -= rate * weightDecay * values[i]!;
      first[i] = betas[0] * (first[i] ?? 0) + (1 - betas[0]) * gradient;
      second[i] = betas[1] * (second[i] ?? 0) + (1 - betas[1]) * gradient ** 2;
      const mean = first[i]! / (1 - betas[0] ** step);
      values[i]! -= (rate * mean) / (Math.sqrt(second[i]! / (1 - betas[1] ** step)) + epsilon);
    });
  };
}

const initial = Array.from(numbers(7, 1));
const rateAt = (step: number) => 0.1 / (1 + step);
const gradientsAt = (step: number, values: ArrayLike<number>) =>
  Array.from(numbers(7, 10 + step), (noise, i) => values[i]! + noise);

function parameters(): Map<string, Tensor> {
  const make = (values: number[], shape: number[]) => tensor(Float64Array.from(values), { shape, requiresGrad: true });
  return new Map([
    ['weight', make(initial.slice(0, 6), [2, 3])],
    ['bias', make(initial.slice(6), [1])],
  ]);
}

const flat = (given: Map<string, Tensor>) => [...given.values()].flatMap((value) => Array.from(value.data(), Number));

/** Steps with the gradients of the same function that the plain reference sees. */
function run(optimizer: Optimizer, given: Map<string, Tensor>, from: number, to: number): number[] {
  for (let step = from; step < to; step++) {
    const gradients = gradientsAt(step, flat(given));
    given.get('weight')!.grad = tensor(Float64Array.from(gradients.slice(0, 6)), { shape: [2, 3] });
    given.get('bias')!.grad = tensor(Float64Array.from(gradients.slice(6)));
    optimizer.step(rateAt(step));
  }
  return flat(given);
}

type Case = [name: string, make: (given: Map<string, Tensor>) => Optimizer, plain: () => Update];
const sgd = (options: SGDOptions): Case => [
  `SGD ${JSON.stringify(options)}`,
  (p) => new SGD(p, options),
  () => plainSgd(options),
];
const adamW = (options: AdamWOptions): Case => [`AdamW ${JSON.stringify(options)}`, (p) => new AdamW(p, options), () => plainAdamW(options)]; // biome-ignore format: as above

describe.each([
  sgd({}),
  sgd({ weightDecay: 0.05 }),
  sgd({ momentum: 0.9 }),
  sgd({ momentum: 0.9, nesterov: true, weightDecay: 1e-4 }),
  adamW({}),
  adamW({ betas: [0.8, 0.95], epsilon: 1e-3, weightDecay: 0.1 }),
  adamW({ weightDecay: 0 }),
])('%s', (_, make, plain) => {
  it('equals the plain reference over ten steps with changing rates', () => {
    const expected = [...initial];
    const update = plain();
    for (let step = 0; step < 10; step++) update(expected, gradientsAt(step, expected), rateAt(step));
    const given = parameters();
    expect(largestDifference(run(make(given), given, 0, 10), expected)).toBeLessThan(1e-13);
  });

  it('goes on identically from a saved state', () => {
    const given = parameters();
    const whole = run(make(given), given, 0, 10);
    const first = parameters();
    const optimizer = make(first);
    run(optimizer, first, 0, 4);
    const restored = make(first);
    restored.loadStateDict(optimizer.stateDict());
    expect(run(restored, first, 4, 10)).toEqual(whole);
  });

  it('forgets gradients, keeps what is registered, and holds the same tensors step after step', () => {
    const given = parameters();
    const optimizer = make(given);
    run(optimizer, given, 0, 2);
    expect([...given.values()].map(({ grad }) => grad)).toEqual([null, null]);
    const gradients = [...given.values()].map((value) => value.detach().clone());
    const before = memory();
    for (let step = 0; step < 20; step++) {
      [...given.values()].forEach((value, i) => {
        value.grad = gradients[i]!;
      });
      optimizer.step(1e-3);
    }
    expect(memory().tensors).toBe(before.tensors);
  });
});

describe('an optimizer', () => {
  it('names its state after its parameters, and has none before the first step', () => {
    const given = parameters();
    const optimizer = new SGD(given, { momentum: 0.9 });
    expect(optimizer.stateDict().size).toBe(0);
    run(optimizer, given, 0, 1);
    expect([...optimizer.stateDict().keys()]).toEqual(['momentum.weight', 'momentum.bias']);
    const adam = new AdamW(given);
    run(adam, given, 0, 3);
    expect([...adam.stateDict().keys()]).toEqual([
      'first.weight',
      'first.bias',
      'second.weight',
      'second.bias',
      'steps',
    ]);
    expect(adam.stateDict().get('steps')!.item()).toBe(3);
  });

  it('moves a parameter that took no part in the loss by decay and momentum alone', () => {
    const options = { momentum: 0.9, nesterov: true, weightDecay: 0.1 };
    const given = parameters();
    const optimizer = new SGD(given, options);
    const values = [...initial];
    const plain = plainSgd(options);
    for (let step = 0; step < 3; step++) {
      const took = step !== 1;
      const gradients = gradientsAt(step, values);
      given.get('weight')!.grad = tensor(Float64Array.from(gradients.slice(0, 6)), { shape: [2, 3] });
      if (took) given.get('bias')!.grad = tensor(Float64Array.from(gradients.slice(6)));
      plain(values, took ? gradients : [...gradients.slice(0, 6), 0], 0.1);
      optimizer.step(0.1);
    }
    expect(largestDifference(flat(given), values)).toBeLessThan(1e-12);
  });

  it('copies a state it takes over', () => {
    const given = parameters();
    const optimizer = new SGD(given, { momentum: 0.9 });
    run(optimizer, given, 0, 1);
    const other = new SGD(given, { momentum: 0.9 });
    other.loadStateDict(optimizer.stateDict());
    const before = Array.from(other.stateDict().get('momentum.weight')!.data(), Number);
    run(optimizer, given, 1, 3);
    expect(Array.from(other.stateDict().get('momentum.weight')!.data(), Number)).toEqual(before);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a step without any gradient',
      () => new SGD(parameters()).step(0.1),
      'optimizer: weight has no gradient, nor has any other',
    ],
    ['a momentum of 1', () => new SGD(parameters(), { momentum: 1 }), 'expected momentum in [0, 1), got 1'],
    [
      'a negative decay',
      () => new SGD(parameters(), { weightDecay: -1 }),
      'expected weightDecay of at least 0, got -1',
    ],
    ['Nesterov without momentum', () => new SGD(parameters(), { nesterov: true }), 'nesterov needs a momentum above 0'],
    ['a beta of 1', () => new AdamW(parameters(), { betas: [0.9, 1] }), 'expected betas in [0, 1), got 1'],
    [
      'a negative decay of AdamW',
      () => new AdamW(parameters(), { weightDecay: -1 }),
      'AdamW: expected weightDecay of at least 0, got -1',
    ],
    ['an epsilon of 0', () => new AdamW(parameters(), { epsilon: 0 }), 'AdamW: expected epsilon above 0, got 0'],
    ['a negative rate', () => new SGD(parameters()).step(-1), 'SGD: expected a learning rate of at least 0, got -1'],
    [
      'a rate that is no number',
      () => new AdamW(parameters()).step(Number.NaN),
      'a learning rate of at least 0, got NaN',
    ],
    ['a state of another shape', () => new SGD(parameters(), { momentum: 0.9 }).loadStateDict(new Map([['momentum.weight', tensor([1])]])), 'momentum.weight: expected [2, 3], got [1]'], // biome-ignore format: a case
    ['a state with a part missing', () => new SGD(parameters(), { momentum: 0.9 }).loadStateDict(new Map([['momentum.x', tensor([1])]])), 'momentum.weight: expected [2, 3], got nothing'], // biome-ignore format: a case
    ['an AdamW state without its step count', () => {
      const given = parameters();
      const adam = new AdamW(given);
      run(adam, given, 0, 1);
      const state = adam.stateDict();
      state.delete('steps');
      adam.loadStateDict(state);
    }, 'optimizer state: steps: expected the number of steps taken, got nothing'], // biome-ignore format: a case
  ])('refuses %s', (_, body, message) => {
    expect(body).toThrow(message);
  });
});
