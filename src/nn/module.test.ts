import { describe, expect, it } from 'vitest';
import {
  Generator,
  memory,
  noGrad,
  resetPeakMemory,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '../torch/index.ts';
import { BatchNorm2d, Conv2d, GlobalAvgPool2d, heNormal, Linear, type Module, ReLU, Sequential, Tanh, uniformFanIn } from './index.ts'; // biome-ignore format: a list

const network = (seed = 0) =>
  new Sequential(
    new Conv2d(3, 4, 3, { padding: 1 }),
    new Sequential(new BatchNorm2d(4), new ReLU()),
    new GlobalAvgPool2d(),
    new Linear(4, 2),
  ).initialize(new Generator(seed));
const snapshot = (module: Module) =>
  [...module.stateDict()].map(([name, value]) => [name, Array.from(value.data(), Number)]);
const copies = (module: Module) => new Map([...module.stateDict()].map(([name, value]) => [name, value.clone()]));

describe('modules in turn', () => {
  it('hold a few maps at a time of the 24 that they make, and give the bits that they give one by one', () => {
    const block = () => new Sequential(new Conv2d(8, 8, 3, { padding: 1 }), new BatchNorm2d(8), new Tanh(), new Tanh());
    const blocks = Array.from({ length: 6 }, block);
    const all = new Sequential(...blocks).initialize(new Generator(1)).eval();
    const input = zeros([4, 8, 64, 64]).uniform_({ generator: new Generator(2) });
    const mapBytes = input.size * 4;
    noGrad(() => {
      const one = scope(() =>
        blocks.reduce((map, { parts }) => parts.reduce((m, part) => part.forward(m), map), input),
      );
      resetPeakMemory();
      const before = memory();
      const result = all.forward(input);
      // What a block was given, what a layer was given and gives, and what a convolution converts on the way.
      expect(memory().peakBytes - before.bytes).toBeLessThan(4.2 * mapBytes);
      expect(memory().tensors).toBe(before.tensors + 1);
      expect(result.data()).toEqual(one.data());
    });
    expect(new Sequential().forward(input)).toBe(input);
  });

  it('keep what gradients need', () => {
    const all = network().train();
    const run = () => {
      for (const parameter of all.parameters()) parameter.grad = null;
      all
        .forward(zeros([2, 3, 8, 8]).uniform_({ generator: new Generator(3) }))
        .sum()
        .backward();
      return all.parameters().map(({ grad }) => Array.from(grad!.data(), Number));
    };
    const one = (map: Tensor, module: Module): Tensor =>
      module instanceof Sequential ? module.parts.reduce(one, map) : module.forward(map);
    const inTurn = run();
    for (const parameter of all.parameters()) parameter.grad = null;
    one(zeros([2, 3, 8, 8]).uniform_({ generator: new Generator(3) }), all)
      .sum()
      .backward();
    expect(inTurn).toEqual(all.parameters().map(({ grad }) => Array.from(grad!.data(), Number)));
  });
});

describe('Module', () => {
  it('names parameters and buffers by their path, parameters first', () => {
    expect([...network().stateDict().keys()]).toEqual([
      '0.weight',
      '1.0.weight',
      '1.0.bias',
      '3.weight',
      '3.bias',
      '1.0.running_mean',
      '1.0.running_var',
      '1.0.num_batches_tracked',
    ]);
    expect(network().parameterCount).toBe(3 * 4 * 9 + 8 + 10);
  });

  it('prints its tree with parameter counts', () => {
    expect(`${network()}`.split('\n')).toEqual([
      'Sequential                              126',
      '  0: Conv2d(3, 4, kernel 3, padding 1)  108',
      '  1: Sequential                           8',
      '    0: BatchNorm2d(4)                     8',
      '    1: ReLU                               0',
      '  2: GlobalAvgPool2d                      0',
      '  3: Linear(4, 2)                        10',
    ]);
  });

  it('draws the same weights from the same seed, others from another', () => {
    expect(snapshot(network(5))).toEqual(snapshot(network(5)));
    expect(snapshot(network(5))).not.toEqual(snapshot(network(6)));
  });

  it('survives the scope it was made in, and frees everything when disposed', () => {
    const before = memory().tensors;
    const made = scope(() => {
      const inside = network();
      return () => inside;
    })();
    expect(memory().tensors).toBe(before + 8);
    expect(made.forward(zeros([1, 3, 2, 2])).shape).toEqual([1, 2]);
    made.dispose();
    expect(made.parameters().every((parameter) => parameter.isDisposed)).toBe(true);
  });

  it('switches the whole tree between training and evaluation', () => {
    const made = network().eval();
    expect([...made.modules().values()].map(({ training }) => training)).toEqual(Array(7).fill(false));
    made.train();
    expect([...made.modules().values()].every(({ training }) => training)).toBe(true);
  });
});

describe('loadStateDict', () => {
  it('copies values and keeps its own tensors', () => {
    const [from, to] = [network(1), network(2)];
    const own = to.stateDict();
    to.loadStateDict(from.stateDict());
    expect(snapshot(to)).toEqual(snapshot(from));
    expect([...to.stateDict().values()]).toEqual([...own.values()]);
    expect(to.parameters().every((parameter) => parameter.requiresGrad && parameter.isLeaf)).toBe(true);
  });

  it('lists everything that does not fit in one error, and changes nothing', () => {
    const made = network();
    const state: Map<string, Tensor> = copies(network(9));
    state.delete('3.bias');
    state.delete('1.0.bias');
    state.set('4.weight', zeros([1]));
    state.set('0.weight', zeros([4, 3, 1, 1]));
    const before = snapshot(made);
    expect(() => made.loadStateDict(state)).toThrow(
      new ShapeError(
        'the weights do not fit this network:\n  missing: 1.0.bias; 3.bias\n  unexpected: 4.weight\n' +
          '  other shape: 0.weight: expected [4, 3, 3, 3], got [4, 3, 1, 1]',
      ),
    );
    expect(snapshot(made)).toEqual(before);
  });

  it('counts what it does not name when there is much of it', () => {
    const many = new Sequential(...Array.from({ length: 6 }, () => new Linear(1, 1)));
    expect(() => many.loadStateDict(new Map())).toThrow(/missing: 0\.weight; .*; and 4 more/);
  });
});

describe('to', () => {
  it.each([
    [{ dtype: 'float64' } as const, 'float64', 'contiguous_format'],
    [{ dtype: 'bfloat16' } as const, 'bfloat16', 'contiguous_format'],
    [{ memoryFormat: 'channels_last' } as const, 'float32', 'channels_last'],
    [{ dtype: 'float64', memoryFormat: 'channels_last' } as const, 'float64', 'channels_last'],
    [{} as const, 'float32', 'contiguous_format'],
  ])('%o keeps values and the tensors themselves, which still learn', (options, dtype, memoryFormat) => {
    const made = network();
    const [tensors, before] = [made.stateDict(), snapshot(made)];
    const live = memory().tensors;
    made.to(options);
    expect(memory().tensors).toBe(live);
    for (const [name, value] of made.stateDict()) expect(value).toBe(tensors.get(name));
    const weight = tensors.get('0.weight')!;
    expect([weight.dtype, weight.memoryFormat]).toEqual([dtype, memoryFormat]);
    expect(tensors.get('1.0.num_batches_tracked')!.dtype).toBe('int64');
    const tolerance = dtype === 'bfloat16' ? 2 ** -8 : 0;
    snapshot(made).forEach(([, values], i) => {
      const expected = before[i]![1] as number[];
      (values as number[]).forEach((value, j) => {
        expect(Math.abs(value - expected[j]!)).toBeLessThanOrEqual(tolerance * Math.abs(expected[j]!));
      });
    });
    made
      .forward(zeros([2, 3, 4, 4], { dtype: dtype as 'float32' }))
      .sum()
      .backward();
    expect(made.parameters().every((parameter) => parameter.grad?.dtype === dtype)).toBe(true);
  });
});

describe('initialization', () => {
  const statistics = (values: Tensor) => {
    const data = Array.from(values.data(), Number);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return { mean, std: Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length), data };
  };

  it('of convolutions is normal with the root of 2 / (kernel area * output channels), also with groups', () => {
    for (const groups of [1, 2]) {
      const weight = zeros([64, 32 / groups, 5, 3]);
      heNormal(weight, new Generator(1));
      const { mean, std, data } = statistics(weight);
      const expected = Math.sqrt(2 / (5 * 3 * 64));
      expect(Math.abs(mean)).toBeLessThan((6 * expected) / Math.sqrt(data.length));
      expect(Math.abs(std / expected - 1)).toBeLessThan(6 / Math.sqrt(2 * data.length));
      const beyond = data.filter((value) => Math.abs(value) > 2 * expected).length / data.length;
      expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.01); // a normal's share beyond two deviations
    }
  });

  it('of linear layers is uniform up to 1 / sqrt(inputs)', () => {
    const weight = zeros([200, 100]);
    uniformFanIn(weight, 100, new Generator(1));
    const { std, data } = statistics(weight);
    expect(Math.max(...data)).toBeLessThanOrEqual(0.1);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-0.1);
    expect(Math.abs((std * Math.sqrt(12)) / 0.2 - 1)).toBeLessThan(0.02);
    expect(tensor([Math.max(...data)]).item()).toBeGreaterThan(0.099);
  });
});
