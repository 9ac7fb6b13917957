import { describe, expect, it } from 'vitest';
import {
  autocast,
  clearGradients,
  conv2d,
  enableGrad,
  grad,
  inferenceMode,
  matmul,
  noGrad,
  scope,
  type Tensor,
  tensor,
  zeros,
} from './index.ts';

const leaf = (...values: number[]) => tensor(values, { requiresGrad: true });
const records = () => leaf(1).mul(2).requiresGrad;
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
});

describe('grad', () => {
  it('leaves grad fields alone and gives derivatives of derivatives', () => {
    const x = leaf(2);
    const [first] = grad([x.pow(3).sum()], [x], { createGraph: true });
    const [second] = grad([first!.sum()], [x]);
    expect([first!.item(), second!.item(), x.grad]).toEqual([12, 12, null]);
  });

  it('says null for what the output does not depend on, if that is allowed', () => {
    const [x, y] = [leaf(1), leaf(2)];
    expect(grad([x.sum()], [x, y], { allowUnused: true })[1]).toBeNull();
    expect(() => grad([x.sum()], [x, y])).toThrow('not have been used in the graph');
  });

  it('weighs outputs by the gradients given', () => {
    const x = leaf(1, 1);
    expect(values(grad([x.mul(2)], [x], { gradients: [tensor([5, 7])] })[0]!)).toEqual([10, 14]);
  });
});

describe('modes', () => {
  it('stop and start recording, one inside the other', () => {
    expect(records()).toBe(true);
    noGrad(() => {
      expect(records()).toBe(false);
      enableGrad(() => expect(records()).toBe(true));
      expect(records()).toBe(false);
    });
    expect(records()).toBe(true);
  });

  it.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
    ['inferenceMode', inferenceMode],
    ['autocast', autocast],
  ] as const)('%s gives the result through, ends after an exception, and refuses async functions', (name, mode) => {
    expect(mode(() => 7)).toBe(7);
    const fail = () => {
      throw new RangeError('mine');
    };
    expect(() => mode(() => mode(fail))).toThrow(new RangeError('mine'));
    expect(() => mode(async () => fail())).toThrow(`${name}: the function is async`);
    expect(records()).toBe(true);
    expect(matmul(zeros([2, 2]), zeros([2, 2])).dtype).toBe('float32');
  });

  it('of inference make tensors that can never take part in gradients', () => {
    const x = leaf(1, 2);
    const made = inferenceMode(() => x.mul(2));
    expect(values(made)).toEqual([2, 4]);
    expect(() => x.mul(made).sum().backward()).toThrow('Inference tensors cannot be saved for backward');
  });
});

describe('autocast', () => {
  const images = tensor([[[[1, 2], [3, 4]]]]); // biome-ignore format: an image
  const weight = () => tensor([[[[0.5]]]], { requiresGrad: true });

  it('runs convolutions and matrix products in bfloat16 and sums of them in what they come in', () => {
    autocast(() => {
      expect(conv2d(images, weight()).dtype).toBe('bfloat16');
      expect(matmul(zeros([2, 2]), zeros([2, 2])).dtype).toBe('bfloat16');
      expect(images.add(images).dtype).toBe('float32');
    });
    expect(conv2d(images, weight()).dtype).toBe('float32');
  });

  it('nests: the outermost region ends it', () => {
    autocast(() => {
      autocast(() => {});
      expect(conv2d(images, weight()).dtype).toBe('bfloat16');
    });
    expect(conv2d(images, weight()).dtype).toBe('float32');
  });

  it('does nothing when it is not enabled', () => {
    expect(autocast(() => conv2d(images, weight()).dtype, { enabled: false })).toBe('float32');
  });

  it('gives float32 gradients to float32 weights', () => {
    const w = weight();
    scope(() =>
      autocast(() => conv2d(images, w))
        .to({ dtype: 'float32' })
        .sum()
        .backward(),
    );
    expect(w.grad!.dtype).toBe('float32');
    expect(w.grad!.item()).toBe(10);
  });

  it('sees weights that changed between two regions', () => {
    const w = weight();
    const run = () => autocast(() => conv2d(images, w).to({ dtype: 'float32' }).sum().item());
    expect(run()).toBe(5);
    noGrad(() => w.fill_(2));
    expect(run()).toBe(20);
  });
});
