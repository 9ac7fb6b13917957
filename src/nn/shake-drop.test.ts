import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { stream } from '../random/index.ts';
import { full, scope, type Tensor, tensor, zeros } from '../torch/index.ts';
import type { ResidualGate } from './regularizer.ts';
import { type ShakeDropOptions, shakeDrop } from './shake-drop.ts';
import { StepContext } from './step-context.ts';

const gateOf = (options: ShakeDropOptions, step: StepContext, index = 1, count = 1): ResidualGate =>
  shakeDrop(options, step).onResidual!(index, count)!;
const valuesOf = (made: Tensor) => Array.from(made.data(), Number);
const granularities = ['batch', 'sample', 'pixel'] as const;

/** The factor of the branch forward, and that of its gradient, for each of its elements, which all are 1. */
function factorsOf(gate: ResidualGate, shape: readonly number[]): { forward: number[]; backward: number[] } {
  return scope(() => {
    const branch = full(shape, 1, { requiresGrad: true });
    const made = gate.add(zeros(shape), () => branch);
    made.sum().backward();
    return { forward: valuesOf(made), backward: valuesOf(branch.grad!) };
  });
}

describe('in evaluation', () => {
  it.each([
    [1, 0.875],
    [4, 0.5],
  ])('the branch of block %d of 4 counts p_l = %d', (index, survival) => {
    const gate = gateOf({}, new StepContext(), index, 4).eval() as ResidualGate;
    expect(valuesOf(gate.add(tensor([1, -1]), () => tensor([2, 4])))).toEqual([1 + 2 * survival, -1 + 4 * survival]);
  });

  it('it counts the expectation p_l + (1 - p_l) E alpha where that is not 0', () => {
    const gate = gateOf({ alpha: [0, 1] }, new StepContext()).eval() as ResidualGate;
    expect(gate.add(tensor([0]), () => tensor([1])).item()).toBe(0.75);
  });
});

describe('in training', () => {
  it('the mean of b + alpha - b alpha is p_l, and that of b + beta - b beta is p_l + (1 - p_l) / 2', () => {
    const [gate, rounds] = [gateOf({ p: 0.6 }, new StepContext(1), 2, 4), 5000];
    const mean = { forward: 0, backward: 0 };
    for (let round = 0; round < rounds; round++) {
      const { forward, backward } = factorsOf(gate, [1]);
      mean.forward += forward[0]! / rounds;
      mean.backward += backward[0]! / rounds;
    }
    // Both factors lie in ranges of at most 2, so their standard deviation is at most 1.
    expect(Math.abs(mean.forward - 0.8)).toBeLessThan(5 / Math.sqrt(rounds));
    expect(Math.abs(mean.backward - 0.9)).toBeLessThan(5 / Math.sqrt(rounds));
  });

  it.each(granularities)('a shaken branch has its own alpha and beta for each %s, in their ranges', (granularity) => {
    const { forward, backward } = factorsOf(gateOf({ p: 0, granularity }, new StepContext(1)), [4, 3, 2, 2]);
    const distinct = { batch: 1, sample: 4, pixel: 48 }[granularity];
    expect(new Set(forward.map((value) => value.toFixed(5))).size).toBe(distinct);
    expect(new Set(backward.map((value) => value.toFixed(5))).size).toBe(distinct);
    for (const value of forward) expect(Math.abs(value)).toBeLessThanOrEqual(1);
    for (const value of backward) expect(Math.abs(value - 0.5)).toBeLessThanOrEqual(0.5);
    expect(forward).not.toEqual(backward);
    if (granularity === 'sample') expect(new Set(forward.slice(0, 12)).size).toBe(1);
  });

  it('alpha acts forward alone and beta backward alone', () => {
    const gate = gateOf({ p: 0, alpha: [-0.5, -0.5], beta: [0.25, 0.25] }, new StepContext());
    const [shortcut, branch] = [tensor([1, 2], { requiresGrad: true }), tensor([4, 8], { requiresGrad: true })];
    const made = gate.add(shortcut, () => branch);
    made
      .mul(tensor([1, 10]))
      .sum()
      .backward();
    expect(valuesOf(made)).toEqual([-1, -2]);
    expect(valuesOf(branch.grad!)).toEqual([0.25, 2.5]);
    expect(valuesOf(shortcut.grad!)).toEqual([1, 10]);
  });

  it.each(granularities)('the branch of an open gate is left as it is, per %s', (granularity) => {
    expect(factorsOf(gateOf({ p: 1, granularity }, new StepContext()), [2])).toEqual({
      forward: [1, 1],
      backward: [1, 1],
    });
  });

  it.each(granularities)('the gradient is that of central differences where alpha = beta, per %s', (granularity) => {
    const step = new StepContext();
    const gate = gateOf({ p: 0, alpha: [0.3, 0.3], beta: [0.3, 0.3], granularity }, step);
    const compute = (shortcut: Tensor, branch: Tensor) => {
      step.begin(stream(3), 1);
      return gate.add(shortcut, () => branch.square()).square();
    };
    expect(gradcheck(compute, [leafOf([2, 3, 2, 2], 1), leafOf([2, 3, 2, 2], 2)])).toBeLessThan(1e-8);
  });

  it.each(granularities)('the same step draws the same factors, and bfloat16 stays bfloat16, per %s', (granularity) => {
    const drawn = (seed: number) => factorsOf(gateOf({ p: 0, granularity }, new StepContext(seed)), [2, 3]);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    const narrow = full([2, 3, 2, 2], 1, { dtype: 'bfloat16' });
    expect(gateOf({ p: 0, granularity }, new StepContext()).add(narrow, () => narrow).dtype).toBe('bfloat16');
  });
});

describe('shakeDrop', () => {
  it.each<[object, string]>([
    [{ aplha: [0, 1] }, "shakedrop: unknown option 'aplha'; did you mean 'alpha'?"],
    [{ p: 2 }, 'shakedrop: expected p to be a number in 0..1, got 2'],
    [{ alpha: [1, -1] }, 'shakedrop: expected alpha to be a range, lowest/highest as in -1/1, got [1, -1]'],
    [{ beta: 0.5 }, 'shakedrop: expected beta to be a range, lowest/highest as in -1/1, got 0.5'],
    [{ granularity: 'image' }, "shakedrop: unknown value of granularity 'image'"],
  ])('refuses %j', (options, message) => {
    expect(() => shakeDrop(options, new StepContext())).toThrow(message);
  });
});
