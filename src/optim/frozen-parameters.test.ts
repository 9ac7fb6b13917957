import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../tests/support/numbers.ts';
import { Linear, Sequential } from '../nn/index.ts';
import { Generator, ones, scope, type Tensor, tensor } from '../torch/index.ts';
import { AdamW, type Optimizer, SGD } from './index.ts';

type Parameters = Map<string, Tensor>;
const two = (): Parameters =>
  new Map([
    ['backbone', tensor(Float64Array.of(1, -2), { requiresGrad: true })],
    ['head', tensor(Float64Array.of(3), { requiresGrad: true })],
  ]);
const valuesOf = (given: Tensor) => Array.from(given.data(), Number);
const all = (parameters: Parameters) => [...parameters.values()].map(valuesOf);

/** Steps with gradients that differ from step to step; frozen parameters get none. */
function run(optimizer: Optimizer, parameters: Parameters, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    for (const parameter of parameters.values()) {
      if (!parameter.requiresGrad) continue;
      parameter.grad = tensor(Float64Array.from(valuesOf(parameter), (value) => value * 0.5 + Math.sin(step)));
    }
    optimizer.step(0.1);
  }
}

const optimizers: [string, (parameters: Parameters) => Optimizer][] = [
  ['SGD', (parameters) => new SGD(parameters, { momentum: 0.9, nesterov: true, weightDecay: 0.1 })],
  ['AdamW', (parameters) => new AdamW(parameters, { weightDecay: 0.1 })],
];

describe.each(optimizers)('%s', (name, make) => {
  const slots = name === 'SGD' ? ['momentum'] : ['first', 'second'];

  it('leaves a frozen parameter alone, and the others move as without it', () => {
    const parameters = two();
    parameters.get('backbone')!.requiresGrad = false;
    const optimizer = make(parameters);
    run(optimizer, parameters, 0, 3);
    const alone = new Map([...two()].slice(1));
    run(make(alone), alone, 0, 3);
    expect(all(parameters)).toEqual([[1, -2], all(alone)[0]]);
    expect([...optimizer.stateDict().keys()].filter((key) => key.includes('backbone'))).toEqual([]);
  });

  it('leaves alone what was frozen after it was made, and goes on from its state when it learns again', () => {
    const parameters = two();
    const optimizer = make(parameters);
    run(optimizer, parameters, 0, 3);
    const backbone = parameters.get('backbone')!;
    const before = valuesOf(backbone);
    backbone.requiresGrad = false;
    run(optimizer, parameters, 3, 6);
    expect(valuesOf(backbone)).toEqual(before);
    expect([...optimizer.stateDict().keys()].filter((key) => slots.includes(key.split('.')[0]!)).length).toBe(2 * slots.length); // biome-ignore format: as it is read
    backbone.requiresGrad = true;
    run(optimizer, parameters, 6, 8);
    // As one alone that took the same five steps.
    const alone = new Map([...two()].slice(0, 1));
    const other = make(alone);
    run(other, alone, 0, 3);
    run(other, alone, 6, 8);
    expect(valuesOf(backbone)).toEqual(all(alone)[0]);
  });

  it('forgets the gradient of what was frozen after backward', () => {
    const parameters = two();
    const optimizer = make(parameters);
    for (const parameter of parameters.values()) parameter.grad = parameter.detach().clone();
    parameters.get('backbone')!.requiresGrad = false;
    optimizer.step(0.1);
    expect(valuesOf(parameters.get('backbone')!)).toEqual([1, -2]);
    expect([...parameters.values()].map(({ grad }) => grad)).toEqual([null, null]);
  });

  it.each<[string, frozen: (step: number) => boolean]>([
    ['all along', () => true],
    ['at first', (step) => step < 2],
    ['later', (step) => step >= 2],
    ['for a while', (step) => step >= 1 && step < 3],
    ['until the state was saved', (step) => step < 4],
  ])('goes on identically from a saved state where a parameter was frozen %s', (_, frozen) => {
    const freeze = (parameters: Parameters, step: number) => {
      parameters.get('backbone')!.requiresGrad = !frozen(step);
    };
    const go = (optimizer: Optimizer, parameters: Parameters, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        freeze(parameters, step);
        run(optimizer, parameters, step, step + 1);
      }
    };
    const whole = two();
    go(make(whole), whole, 0, 8);
    const parameters = two();
    const first = make(parameters);
    go(first, parameters, 0, 4);
    const restored = make(parameters);
    restored.loadStateDict(first.stateDict());
    expect([...restored.stateDict()].map(([key, value]) => [key, valuesOf(value)])).toEqual([...first.stateDict()].map(([key, value]) => [key, valuesOf(value)])); // biome-ignore format: as it is read
    go(restored, parameters, 4, 8);
    expect(all(parameters)).toEqual(all(whole));
  });

  it('misses the state of a parameter that learns, and says what to do; nothing has changed then', () => {
    const parameters = two();
    parameters.get('backbone')!.requiresGrad = false;
    const optimizer = make(parameters);
    run(optimizer, parameters, 0, 1);
    const state = optimizer.stateDict();
    const other = make(two());
    expect(() => other.loadStateDict(state)).toThrow(
      `optimizer state: ${slots[0]}.backbone: expected [2], got nothing; if the parameter was frozen when this was saved, freeze it before loading`,
    );
    expect(other.stateDict().size).toBe(0);
    state.set(`${slots[0]}.backbone`, tensor([1]));
    expect(() => optimizer.loadStateDict(state)).toThrow(`${slots[0]}.backbone: expected [2], got [1]`);
  });

  it('refuses a step where everything is frozen', () => {
    const parameters = two();
    for (const parameter of parameters.values()) parameter.requiresGrad = false;
    expect(() => make(parameters).step(0.1)).toThrow(
      'optimizer: every parameter is frozen, so that nothing can learn: unfreeze some by requiresGrad_()',
    );
  });
});

describe('AdamW', () => {
  it("counts the steps of each parameter by itself, as PyTorch's does", () => {
    const parameters = two();
    const optimizer = new AdamW(parameters, { weightDecay: 0 });
    parameters.get('backbone')!.requiresGrad = false;
    run(optimizer, parameters, 0, 5);
    parameters.get('backbone')!.requiresGrad = true;
    const gradient = tensor(Float64Array.of(7, -1e-3));
    parameters.get('backbone')!.grad = gradient;
    optimizer.step(0.25);
    // Adam's first step is the rate itself, whatever the gradient.
    expect(largestDifference(valuesOf(parameters.get('backbone')!), [0.75, -1.75])).toBeLessThan(1e-5);
    const steps = [...optimizer.stateDict()].filter(([key]) => key.startsWith('steps'));
    expect(steps.map(([key, value]) => [key, value.item()])).toEqual([
      ['steps', 6],
      ['steps.backbone', 1],
    ]);
  });
});

it('a network with a frozen backbone trains its head alone', () => {
  const network = new Sequential(new Linear(3, 3), new Linear(3, 2)).initialize(new Generator(1));
  const [backbone, head] = network.parts as [Linear, Linear];
  backbone.requiresGrad_(false);
  const optimizer = new SGD(network.namedParameters(), { momentum: 0.9, weightDecay: 0.1 });
  const before = network.parameters().map(valuesOf);
  for (let step = 0; step < 3; step++) {
    scope(() => network.forward(ones([2, 3])).square().sum().backward()); // biome-ignore format: one line
    optimizer.step(0.1);
  }
  const after = network.parameters().map(valuesOf);
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after.slice(2).every((values, i) => values.some((one, j) => one !== before[2 + i]![j]))).toBe(true);
  expect([...optimizer.stateDict().keys()]).toEqual(['momentum.1.weight', 'momentum.1.bias']);
  expect(head.weight.requiresGrad).toBe(true);
});
