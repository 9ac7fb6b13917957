import { describe, expect, it } from 'vitest';
import { full, type Tensor, tensor } from '../torch/index.ts';
import type { ResidualGate } from './regularizer.ts';
import { StepContext } from './step-context.ts';
import { linearDecay, type StochasticDepthOptions, stochasticDepth } from './stochastic-depth.ts';

const gateOf = (options: StochasticDepthOptions, step: StepContext, index = 1, count = 1): ResidualGate =>
  stochasticDepth(options, step).onResidual!(index, count)!;
const valuesOf = (made: Tensor) => Array.from(made.data(), Number);

describe('the survival of a block', () => {
  it('falls linearly to 1 - rate at the last one', () => {
    expect([1, 2, 3, 4].map((index) => linearDecay(0.75, index, 4))).toEqual([0.9375, 0.875, 0.8125, 0.75]);
  });

  it('is what its branch counts in evaluation: .75 for the last one', () => {
    const gate = gateOf({}, new StepContext(), 9, 9).eval() as ResidualGate;
    expect(valuesOf(gate.add(tensor([1, 2]), () => tensor([4, 8])))).toEqual([4, 8]);
  });

  it.each(['batch', 'sample'] as const)('is its share of open gates, unscaled, per %s', (granularity) => {
    const [gate, rounds] = [gateOf({ granularity }, new StepContext(1)), 2000];
    const shortcut = tensor(new Float32Array(5).fill(10), { shape: [5, 1] });
    const branch = full([5, 1], 1);
    const counts = new Map<number, number>();
    for (let round = 0; round < rounds; round++) {
      for (const value of valuesOf(gate.add(shortcut, () => branch))) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([10, 11]);
    const draws = granularity === 'batch' ? rounds : 5 * rounds;
    const tolerance = 6 * Math.sqrt((0.75 * 0.25) / draws);
    expect(Math.abs(counts.get(11)! / (5 * rounds) - 0.75)).toBeLessThan(tolerance);
  });
});

describe('the rule drop-path', () => {
  const rule = 'drop-path';

  it('never drops the first block, and the last with the rate', () => {
    const shares = [1, 2, 3].map((index) => gateOf({ rate: 0.5, rule }, new StepContext(), index, 3).describe());
    expect(shares).toEqual(['survival 1', 'survival 0.75', 'survival 0.5']);
    expect(gateOf({ rate: 0.5, rule }, new StepContext(), 1, 1).describe()).toBe('survival 1');
  });

  it.each(['batch', 'sample'] as const)('keeps the mean of a branch in training, per %s', (granularity) => {
    const gate = gateOf({ rate: 0.2, granularity, rule }, new StepContext(1), 2, 2);
    const [shortcut, branch] = [full([5, 1], 10), full([5, 1], 2)];
    const drawn = Array.from({ length: 2000 }, () => valuesOf(gate.add(shortcut, () => branch))).flat();
    expect(new Set(drawn)).toEqual(new Set([10, 12.5]));
    const draws = granularity === 'batch' ? 2000 : 10_000;
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    expect(Math.abs(mean - 12)).toBeLessThan(6 * 2.5 * Math.sqrt((0.8 * 0.2) / draws));
    gate.eval();
    expect(valuesOf(gate.add(shortcut, () => branch))).toEqual([12, 12, 12, 12, 12]);
  });

  it('is in its text, which the rule of the paper is not', () => {
    expect(stochasticDepth({ rule }, new StepContext()).text).toBe(
      'stochastic-depth:rate=0.25,granularity=batch,rule=drop-path',
    );
    expect(stochasticDepth({}, new StepContext()).text).toBe('stochastic-depth:rate=0.25,granularity=batch');
  });
});

describe('a dropped branch', () => {
  it('is not run, so that nothing in it gets a gradient, when the whole batch drops it', () => {
    const shortcut = tensor([1], { requiresGrad: true });
    const made = gateOf({ rate: 1 }, new StepContext()).add(shortcut, () => {
      throw new Error('the branch was run');
    });
    made.mul(3).sum().backward();
    expect(shortcut.grad!.item()).toBe(3);
  });

  it('of one sample alone gets a gradient of zero, and leaves the others theirs', () => {
    const gate = gateOf({ rate: 0.5, granularity: 'sample' }, new StepContext(1));
    const branch = tensor(new Float32Array(12).fill(1), { shape: [6, 1, 1, 2], requiresGrad: true });
    const made = gate.add(full([6, 1, 1, 2], 0), () => branch);
    made.sum().backward();
    expect(valuesOf(branch.grad!)).toEqual(valuesOf(made));
    const samples = valuesOf(made);
    expect(new Set(samples)).toEqual(new Set([0, 1]));
    for (let n = 0; n < 6; n++) expect(samples[2 * n]).toBe(samples[2 * n + 1]);
  });
});

describe('stochasticDepth', () => {
  it('draws the same gates for the same step', () => {
    for (const granularity of ['batch', 'sample'] as const) {
      const drawn = (seed: number) => {
        const gate = gateOf({ rate: 0.5, granularity }, new StepContext(seed));
        return Array.from({ length: 20 }, () => valuesOf(gate.add(full([4], 0), () => full([4], 1))));
      };
      expect(drawn(1)).toEqual(drawn(1));
      expect(drawn(1)).not.toEqual(drawn(2));
    }
  });

  it.each<[object, string]>([
    [{ rat: 0.1 }, "stochastic-depth: unknown option 'rat'; did you mean 'rate'?"],
    [{ rate: -0.1 }, 'stochastic-depth: expected rate to be a number in 0..1, got -0.1'],
    [{ granularity: 'pixel' }, "stochastic-depth: unknown value of granularity 'pixel'"],
  ])('refuses %j', (options, message) => {
    expect(() => stochasticDepth(options, new StepContext())).toThrow(message);
  });
});
