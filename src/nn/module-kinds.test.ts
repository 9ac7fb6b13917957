// Modules that take and return more than one tensor, and what the types say of them.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Generator, type Tensor, tensor, zeros } from '../torch/index.ts';
import { type AnyModule, Linear, LSTM, type LSTMOutput, Module, ReLU, Sequential, tensorsOf } from './index.ts';

class Scale extends Module {
  forward(input: Tensor, factor = 2): Tensor {
    return input.mul(factor);
  }
}

type Pair = { sum: Tensor; each: readonly [Tensor, Tensor] };

/** Two inputs and a number to a tree of three tensors. */
class Pairs extends Module<[left: Tensor, right: Tensor, weight?: number], Pair> {
  readonly left = this.child('left', new Linear(2, 2));
  readonly right = this.child('right', new Sequential(new Linear(2, 2), new ReLU()));

  forward(left: Tensor, right: Tensor, weight = 1): Pair {
    const each = [this.left.forward(left), this.right.forward(right)] as const;
    return { sum: each[0].add(each[1], { alpha: weight }), each };
  }
}

/** A whole network that takes words and has modules of every kind. */
class Reader extends Module<[words: readonly string[]], readonly Tensor[]> {
  readonly lstm = this.child('lstm', new LSTM(1, 2));
  readonly pairs = this.child('pairs', new Pairs());

  forward(words: readonly string[]): readonly Tensor[] {
    const lengths = tensor(words.map(({ length }) => [[length]]));
    const { output } = this.lstm.forward(lengths);
    return [this.pairs.forward(output, output).sum, output];
  }
}

/** Words in and out share one matrix. */
class Tied extends Module {
  readonly words = this.child('words', new Linear(3, 3));
  readonly out = this.child('out', new Linear(3, 3));
  readonly tied = this.parameter('tied', this.words.weight);

  forward(input: Tensor): Tensor {
    return this.out.forward(this.words.forward(input)).matmul(this.tied);
  }
}

describe('a tensor that is registered twice', () => {
  it('is one parameter with its first name, and is saved under both', () => {
    const module = new Tied().initialize(new Generator(1));
    expect([...module.namedParameters().keys()]).toEqual(['tied', 'words.bias', 'out.weight', 'out.bias']);
    expect([...module.stateDict().keys()]).toEqual(['tied', 'words.weight', 'words.bias', 'out.weight', 'out.bias']);
    expect(module.parameterCount).toBe(9 + 3 + 9 + 3);
    const other = new Tied();
    other.loadStateDict(module.stateDict());
    expect([...other.to({ dtype: 'float64' }).to({ dtype: 'float32' }).tied.data()]).toEqual([...module.tied.data()]);
  });
});

describe('a module of any kind', () => {
  it('is walked, named, drawn and saved as a plain one', () => {
    const reader = new Reader().initialize(new Generator(1));
    expect([...reader.modules().keys()]).toEqual(['', 'lstm', 'pairs', 'pairs.left', 'pairs.right', 'pairs.right.0', 'pairs.right.1']); // biome-ignore format: a list
    expect([...reader.stateDict().keys()].slice(0, 6)).toEqual(['lstm.weight_ih_l0', 'lstm.weight_hh_l0', 'lstm.bias_ih_l0', 'lstm.bias_hh_l0', 'pairs.left.weight', 'pairs.left.bias']); // biome-ignore format: a list
    const other = new Reader();
    other.loadStateDict(reader.stateDict());
    const run = (module: Reader) => tensorsOf(module.forward(['a', 'bird']), 'output').map((one) => [...one.data()]);
    expect(run(other)).toEqual(run(reader));
    expect(run(reader)[0]!.some((value) => value !== 0)).toBe(true);
    expect(`${reader}`).toContain('  pairs: Pairs');
    reader.eval();
    expect([...reader.modules().values()].every(({ training }) => !training)).toBe(true);
  });

  it('has precise types', () => {
    expectTypeOf(new Scale().forward).parameters.toEqualTypeOf<[input: Tensor, factor?: number | undefined]>();
    expectTypeOf(new Pairs().forward(zeros([1, 2]), zeros([1, 2]))).toEqualTypeOf<Pair>();
    expectTypeOf(new LSTM(1, 1).forward).returns.toEqualTypeOf<LSTMOutput>();
    expectTypeOf<Scale>().toExtend<Module>();
    expectTypeOf<Module<[input: Tensor, factor?: number]>>().toExtend<Module>();
    for (const module of [new Scale(), new Pairs(), new Reader(), new LSTM(1, 1)] satisfies AnyModule[])
      expectTypeOf(module).toExtend<AnyModule>();
    // What Sequential cannot run is no plain Module.
    expectTypeOf<LSTM>().not.toExtend<Module>();
    expectTypeOf<Pairs>().not.toExtend<Module>();
    expectTypeOf<Module<[left: Tensor, right: Tensor]>>().not.toExtend<Module>();
    expectTypeOf<Module<[words: string[]]>>().not.toExtend<Module>();
    expectTypeOf<AnyModule>().not.toExtend<Module>();
    expectTypeOf(new Sequential(new Scale(), new ReLU()).forward).parameters.toEqualTypeOf<[input: Tensor]>();
  });
});
