import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../tests/support/numbers.ts';
import { BatchNorm2d, Linear, type Module, Sequential } from '../nn/index.ts';
import { Generator, inferenceMode, memory, noGrad, ones, scope, type Tensor, tensor } from '../torch/index.ts';
import { ExponentialMovingAverage, SGD } from './index.ts';

const valuesOf = (given: Tensor) => Array.from(given.data(), Number);
const bytesOf = (module: Module) => [...module.stateDict().values()].map((value) => Buffer.from(value.bytes()).toString('hex')); // biome-ignore format: one line
const network = (seed = 1) => new Sequential(new BatchNorm2d(2), new Linear(2, 3)).initialize(new Generator(seed));

/** One weight that is set to what is said, and its average after each update. */
function averages(values: readonly number[], options: ConstructorParameters<typeof ExponentialMovingAverage>[1]) {
  const module = new Linear(1, 1).to({ dtype: 'float64' });
  const average = new ExponentialMovingAverage(module, options);
  return values.map((value) => {
    noGrad(() => module.weight.fill_(value));
    average.update();
    return average.stateDict().get('module.weight')!.item();
  });
}

describe('ExponentialMovingAverage', () => {
  it('starts from the first weights it is given, and keeps decay of itself, by hand', () => {
    expect(averages([4, 8, 0, 10], { decay: 0.75 })).toEqual([4, 5, 3.75, 5.3125]);
    expect(averages([3, 5, -1], { decay: 0 })).toEqual([3, 5, -1]);
    expect(averages([2, 1002], {})).toEqual([2, expect.closeTo(3, 10)]);
  });

  it('keeps less at first with warmup, by hand', () => {
    // Update 7 (from 0) keeps 1 - 8^(-2/3) = 3/4, update 26 keeps 8/9, later ones at most 0.9.
    const values = averages([...Array(7).fill(1), 5, ...Array(18).fill(2), 11, ...Array(20).fill(0)], { decay: 0.9, warmup: true }); // biome-ignore format: one line
    expect(values[0]).toBe(1);
    expect(values[7]).toBeCloseTo(1 + 4 / 4, 12);
    expect(values[26]).toBeCloseTo(2 + 9 / 9, 12);
    expect(values[40]! / values[39]!).toBeCloseTo(0.9, 12);
    expect(values[1]).toBe(1);
    expect(averages([0, 1], { decay: 0.9, warmup: true })[1]).toBeCloseTo(2 ** (-2 / 3), 12);
  });

  it('of weights that do not change is these weights, to the byte', () => {
    const module = network();
    const average = new ExponentialMovingAverage(module);
    for (let i = 0; i < 50; i++) average.update();
    expect(average.withAverage(() => bytesOf(module))).toEqual(bytesOf(module));
  });

  it('averages parameters, frozen ones too, and copies buffers', () => {
    const module = network();
    const average = new ExponentialMovingAverage(module, { decay: 0.5 });
    average.update();
    const before = module.parameters().map(valuesOf);
    module.parts[1]!.requiresGrad_(false);
    noGrad(() => module.parameters().map((parameter) => parameter.add_(2)));
    module.parts[0]!.forward(ones([4, 2, 3, 3]));
    average.update();
    const state = average.stateDict();
    [...module.namedParameters().keys()].forEach((name, i) => {
      const expected = before[i]!.map((value) => value + 1);
      expect(largestDifference(valuesOf(state.get(`module.${name}`)!), expected)).toBeLessThan(1e-6);
    });
    for (const [name, value] of module.namedBuffers())
      expect(valuesOf(state.get(`module.${name}`)!)).toEqual(valuesOf(value));
    expect(state.get('module.0.num_batches_tracked')!.item()).toBe(1);
    expect(valuesOf(state.get('module.0.running_mean')!)).toEqual([expect.closeTo(0.1, 6), expect.closeTo(0.1, 6)]);
    expect(state.get('n_averaged')!.item()).toBe(2);
  });
});

describe('withAverage', () => {
  function trained() {
    const module = network().to({ memoryFormat: 'channels_last' });
    const average = new ExponentialMovingAverage(module, { decay: 0.5 });
    average.update();
    noGrad(() => module.parameters().map((parameter) => parameter.mul_(3)));
    average.update();
    return { module, average, own: bytesOf(module) };
  }
  const doubled = () => network().parameters().map((value) => valuesOf(value).map((one) => one * 2)); // biome-ignore format: one line

  it('gives the module the averages, and then its own weights again, to the byte', () => {
    const { module, average, own } = trained();
    const expected = doubled();
    const before = memory().tensors;
    const inside = average.withAverage(() => module.parameters().map(valuesOf));
    expect(memory().tensors).toBe(before);
    expect(largestDifference(inside.flat(), expected.flat())).toBeLessThan(1e-6);
    expect(bytesOf(module)).toEqual(own);
    expect(module.parameters().every(({ requiresGrad, isLeaf }) => requiresGrad && isLeaf)).toBe(true);
    expect(average.withAverage(() => module.parameters().map(valuesOf))).toEqual(inside);
  });

  it('does so for an async body until it is done, and where it fails', async () => {
    const { module, average, own } = trained();
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    const under = average.withAverage(async () => {
      await until;
      return inferenceMode(() => bytesOf(module));
    });
    expect(bytesOf(module)).not.toEqual(own);
    go();
    expect(await under).not.toEqual(own);
    expect(bytesOf(module)).toEqual(own);
    const fail = () => {
      throw new Error('no data');
    };
    expect(() => average.withAverage(fail)).toThrow('no data');
    expect(bytesOf(module)).toEqual(own);
    await expect(average.withAverage(async () => fail())).rejects.toThrow('no data');
    expect(bytesOf(module)).toEqual(own);
  });

  it('gives tied weights back too', () => {
    class Tied extends Sequential {
      constructor() {
        super(new Linear(2, 2), new Linear(2, 2));
        this.parameter('tied', (this.parts[1] as Linear).weight);
      }
    }
    const module = new Tied().initialize(new Generator(1));
    const average = new ExponentialMovingAverage(module, { decay: 0.5 });
    average.update();
    noGrad(() => module.parameters().map((parameter) => parameter.add_(1)));
    average.update();
    const own = bytesOf(module);
    const halfway = module.parameters().map((parameter) => valuesOf(parameter).map((value) => value - 0.5));
    const inside = average.withAverage(() => module.parameters().map(valuesOf));
    expect(largestDifference(inside.flat(), halfway.flat())).toBeLessThan(1e-6);
    expect(bytesOf(module)).toEqual(own);
  });

  it('leaves training as it would have been', () => {
    const runs = [false, true].map((looks) => {
      const module = new Linear(2, 1).initialize(new Generator(1));
      const optimizer = new SGD(module.namedParameters(), { momentum: 0.9 });
      const average = new ExponentialMovingAverage(module);
      for (let step = 0; step < 4; step++) {
        scope(() => module.forward(ones([1, 2])).square().sum().backward()); // biome-ignore format: one line
        if (looks) average.withAverage(() => module.forward(ones([1, 2])));
        optimizer.step(0.1);
        average.update();
      }
      return [bytesOf(module), [...average.stateDict().values()].map(valuesOf)];
    });
    expect(runs[1]).toEqual(runs[0]);
  });

  it('refuses what would confuse the two', () => {
    const { average } = trained();
    for (const what of ['update', 'stateDict', 'withAverage'] as const)
      expect(() => average.withAverage(() => average[what](() => 0))).toThrow(
        `ExponentialMovingAverage: ${what} while the module has the averaged weights: wait for withAverage`,
      );
  });
});

describe('the state of an average', () => {
  it("has the names of PyTorch's AveragedModel, and goes on identically", () => {
    const [module, other] = [network(1), network(2)];
    const average = new ExponentialMovingAverage(module, { decay: 0.9, warmup: true });
    for (let i = 0; i < 3; i++) average.update();
    const restored = new ExponentialMovingAverage(other, { decay: 0.9, warmup: true });
    restored.loadStateDict(average.stateDict());
    expect([...average.stateDict().keys()]).toEqual(['n_averaged', ...[...module.stateDict().keys()].map((name) => `module.${name}`)]); // biome-ignore format: as it is read
    other.loadStateDict(module.stateDict());
    noGrad(() => [...module.parameters(), ...other.parameters()].map((parameter) => parameter.add_(1)));
    average.update();
    restored.update();
    const values = (given: ExponentialMovingAverage) => [...given.stateDict().values()].map(valuesOf);
    expect(values(restored)).toEqual(values(average));
    expect(values(restored)[0]).toEqual([4]);
  });

  it('of another module is refused; disposing frees it', () => {
    const before = memory().tensors;
    const average = new ExponentialMovingAverage(new Linear(2, 2));
    expect(() => average.loadStateDict(new Map([['n_averaged', tensor([1])]]))).toThrow(/missing: module\.weight; module\.bias/); // biome-ignore format: as it is read
    average.dispose();
    expect(memory().tensors).toBeLessThanOrEqual(before + 3);
    for (const decay of [1, -0.1, Number.NaN])
      expect(() => new ExponentialMovingAverage(network(), { decay })).toThrow(
        `ExponentialMovingAverage: expected decay in [0, 1), got ${decay}`,
      );
  });
});
