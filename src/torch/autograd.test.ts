import { describe, expect, it } from 'vitest';
import { clearGradients, grad, ShapeError, type Tensor, tensor } from './index.ts';

const leaf = (...values: number[]) => tensor(values, { requiresGrad: true });
const values = (made: Tensor | null) => made && Array.from(made.data(), Number);

describe('backward', () => {
  it('adds to the gradients that are there, until they are cleared', () => {
    const x = leaf(1, 2);
    expect(x.grad).toBeNull();
    x.square().sum().backward();
    expect(values(x.grad)).toEqual([2, 4]);
    x.square().sum().backward();
    expect(values(x.grad)).toEqual([4, 8]);
    clearGradients([x]);
    expect(x.grad).toBeNull();
  });

  it('takes the gradient of a result with more than one element', () => {
    const x = leaf(1, 2);
    x.mul(3).backward({ gradient: tensor([10, 100]) });
    expect(values(x.grad)).toEqual([30, 300]);
    expect(() => x.mul(3).backward()).toThrow('grad can be implicitly created only for scalar outputs');
  });

  it('frees the graph unless it is to be kept', () => {
    const x = leaf(3);
    const y = x.square().sum();
    y.backward({ retainGraph: true });
    y.backward();
    expect(values(x.grad)).toEqual([12]);
    expect(() => y.backward()).toThrow('backward through the graph a second time');
  });

  it('can be told to start from a given gradient', () => {
    const x = leaf(3);
    x.grad = tensor([100]);
    x.mul(2).sum().backward();
    expect(values(x.grad)).toEqual([102]);
    x.grad = null;
    expect(x.grad).toBeNull();
  });

  it('takes no gradient of another shape, type or kind', () => {
    const x = leaf(1, 2);
    const set = (value: unknown) => () => {
      x.grad = value as Tensor;
    };
    expect(set(tensor([1, 2, 3]))).toThrow(new ShapeError('grad: expected float32[2] cpu, got float32[3] cpu'));
    expect(set(tensor([1, 2], { dtype: 'float64' }))).toThrow(TypeError);
    expect(set(tensor([1, 2], { device: 'meta' }))).toThrow('expected float32[2] cpu, got float32[2] meta');
    expect(set(5)).toThrow(TypeError);
    expect(set(undefined)).toThrow(TypeError);
    expect(x.grad).toBeNull();
  });
});

describe('grad', () => {
  it('leaves grad fields alone and gives derivatives of derivatives', () => {
    const x = leaf(2);
    const [first] = grad([x.pow(3).sum()], [x], { createGraph: true });
    const [second] = grad([first.sum()], [x]);
    expect([first.item(), second.item(), x.grad]).toEqual([12, 12, null]);
  });

  it('says null for what the output does not depend on, if that is allowed', () => {
    const [x, y] = [leaf(1), leaf(2)];
    expect(grad([x.sum()], [x, y], { allowUnused: true })[1]).toBeNull();
    expect(() => grad([x.sum()], [x, y])).toThrow('not have been used in the graph');
  });

  it('weighs outputs by the gradients given', () => {
    const x = leaf(1, 1);
    expect(values(grad([x.mul(2)], [x], { gradients: [tensor([5, 7])] })[0])).toEqual([10, 14]);
  });
});
