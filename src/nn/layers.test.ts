import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import {
  channelStatistics,
  type Map4,
  plainConv2d,
  plainNormalize,
  plainPool2d,
} from '../../tests/support/plain-layers.ts';
import { Generator, noGrad, ShapeError, type Tensor, tensor } from '../torch/index.ts';
import { AvgPool2d, BatchNorm2d, Conv2d, Dropout, GELU, GlobalAvgPool2d, Hardsigmoid, Hardswish, LayerNorm2d, Linear, MaxPool2d, Mlp, type Module, ReLU, SelfAttention, Sequential, Sigmoid, SiLU, SqueezeExcitation, Tanh } from './index.ts'; // biome-ignore format: a list

const mapOf = (shape: Map4['shape'], seed: number): Map4 => ({
  shape,
  data: numbers(shape[0] * shape[1] * shape[2] * shape[3], seed),
});
const tensorOf = ({ shape, data }: Map4) => tensor(Float64Array.from(data), { shape });
const double = <M extends Module>(module: M): M => module.to({ dtype: 'float64' });
const dataOf = (made: Tensor) => made.data() as Float64Array;

/** Compares a result with a plain one: shape exactly, values to float64 rounding. */
function expectMap(made: Tensor, expected: Map4): void {
  expect(made.shape).toEqual([...expected.shape]);
  expect(largestDifference(dataOf(made), expected.data)).toBeLessThan(1e-12);
}

describe('Conv2d', () => {
  it.each([
    { stride: 1, padding: 0, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 1 },
    { stride: 1, padding: 2, dilation: 2, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 2 },
    { stride: 3, padding: 2, dilation: 2, groups: 4 },
  ])('equals plain loops with %o', (options) => {
    const layer = double(new Conv2d(4, 8, 3, { ...options, bias: true })).initialize(new Generator(1));
    const input = mapOf([2, 4, 9, 7], 1);
    const weight = { shape: layer.weight.shape as unknown as Map4['shape'], data: dataOf(layer.weight) };
    const bias = dataOf(layer.bias!);
    const plain = plainConv2d(input, weight, options);
    const area = plain.shape[2] * plain.shape[3];
    const data = Array.from(plain.data, (value, i) => value + bias[Math.floor(i / area) % 8]!);
    expectMap(layer.forward(tensorOf(input)), { shape: plain.shape, data });
  });

  it('says which input it expected, and which groups do not divide', () => {
    expect(() => new Conv2d(3, 4, 3).forward(tensor(new Float32Array(8), { shape: [1, 2, 2, 2] }))).toThrow(
      new ShapeError('conv2d: expected input [N, 3, H, W], got [1, 2, 2, 2]'),
    );
    expect(() => new Conv2d(3, 4, 3, { groups: 2 })).toThrow('Conv2d: 2 groups do not divide 3 input and 4 output');
    expect(() => new Conv2d(3, 4, 3).forward(tensor(new Float32Array(12), { shape: [1, 3, 2, 2] }))).toThrow(
      'Kernel size',
    );
  });
});

describe('BatchNorm2d', () => {
  it('makes a single value a channel its bias, and keeps its running statistics', () => {
    const layer = new BatchNorm2d(2);
    noGrad(() => layer.bias.copy_(tensor(Float32Array.of(3, -4))));
    const before = [layer.runningMean, layer.runningVar, layer.batches].map((values) => [...values.data()]);
    const input = tensor(Float32Array.of(5, 7), { shape: [1, 2, 1, 1] });
    input.requiresGrad = true;
    const output = layer.forward(input);
    expect(largestDifference(Float64Array.from(output.data() as Float32Array), [3, -4])).toBeLessThan(1e-4);
    output.sum().backward();
    expect([...input.grad!.data()]).toEqual([0, 0]);
    expect([layer.runningMean, layer.runningVar, layer.batches].map((values) => [...values.data()])).toEqual(before);
    layer.eval();
    expect(layer.forward(input.detach()).data()[0]).toBeCloseTo(5 / Math.sqrt(1 + 1e-5) + 3, 5);
  });

  it('normalizes by the batch in training, keeps running statistics, and uses them in evaluation', () => {
    const layer = double(new BatchNorm2d(3, { epsilon: 1e-3, momentum: 0.25 }));
    noGrad(() => {
      layer.weight.copy_(tensor([1, 2, -0.5]));
      layer.bias.copy_(tensor([0, 1, 3]));
    });
    const expected = [0, 1, 2].map(() => ({ mean: 0, variance: 1 }));
    for (const seed of [1, 2, 3]) {
      const input = mapOf([4, 3, 5, 2], seed);
      const batch = channelStatistics(input);
      expectMap(layer.forward(tensorOf(input)), plainNormalize(input, batch, [1, 2, -0.5], [0, 1, 3], 1e-3));
      expected.forEach((running, c) => {
        const { mean, variance, count } = batch[c]!;
        running.mean = 0.75 * running.mean + 0.25 * mean;
        running.variance = 0.75 * running.variance + (0.25 * variance * count) / (count - 1);
      });
    }
    expect(
      largestDifference(
        dataOf(layer.runningMean),
        expected.map(({ mean }) => mean),
      ),
    ).toBeLessThan(1e-14);
    expect(
      largestDifference(
        dataOf(layer.runningVar),
        expected.map(({ variance }) => variance),
      ),
    ).toBeLessThan(1e-14);
    expect(layer.batches.item()).toBe(3);

    layer.eval();
    const input = mapOf([1, 3, 2, 2], 9);
    expectMap(layer.forward(tensorOf(input)), plainNormalize(input, expected, [1, 2, -0.5], [0, 1, 3], 1e-3));
    expect(layer.batches.item()).toBe(3);
  });

  it('says which input it expected', () => {
    expect(() => new BatchNorm2d(3).forward(tensor(new Float32Array(8), { shape: [1, 2, 2, 2] }))).toThrow(
      'batchNorm2d: expected input [N, 3, H, W], got [1, 2, 2, 2]',
    );
  });
});

describe('pooling', () => {
  it.each([
    { kernel: 2, stride: 2, padding: 0, ceilMode: false },
    { kernel: 3, stride: 2, padding: 1, ceilMode: false },
    { kernel: 2, stride: 2, padding: 0, ceilMode: true },
    { kernel: 3, stride: 2, padding: 1, ceilMode: true },
  ])('equals plain loops with %o', ({ kernel, ...options }) => {
    const input = mapOf([2, 3, 7, 8], 4);
    const max = plainPool2d(input, kernel, options, (inside) => Math.max(...inside));
    const mean = plainPool2d(input, kernel, options, (inside, area) => inside.reduce((sum, v) => sum + v, 0) / area);
    expectMap(new MaxPool2d(kernel, options).forward(tensorOf(input)), max);
    expectMap(new AvgPool2d(kernel, options).forward(tensorOf(input)), mean);
  });

  it('over the whole map gives each channel its mean', () => {
    const input = mapOf([2, 3, 4, 5], 6);
    const made = new GlobalAvgPool2d().forward(tensorOf(input));
    expect(made.shape).toEqual([2, 3]);
    const second = channelStatistics({ shape: [1, 3, 4, 5], data: Array.from(input.data).slice(60) });
    expect(
      largestDifference(
        dataOf(made).slice(3),
        second.map(({ mean }) => mean),
      ),
    ).toBeLessThan(1e-15);
  });
});

describe('Linear', () => {
  it('is x W^T + b', () => {
    const layer = double(new Linear(3, 2)).initialize(new Generator(3));
    const [w, b, x] = [dataOf(layer.weight), dataOf(layer.bias), numbers(12, 8)];
    const expected = [0, 1, 2, 3].flatMap((n) => [0, 1].map((o) => [0, 1, 2].reduce((sum, i) => sum + x[n * 3 + i]! * w[o * 3 + i]!, b[o]!))); // biome-ignore format: one formula
    expect(largestDifference(dataOf(layer.forward(tensor(x, { shape: [4, 3] }))), expected)).toBeLessThan(1e-15);
    expect(() => layer.forward(tensor(x, { shape: [3, 4] }))).toThrow('linear: expected input [N, 3], got [3, 4]');
  });
});

describe('Dropout', () => {
  const ones = tensor(new Float32Array(100_000).fill(1));

  it('drops the share it was told, scales the rest to keep the mean, and draws anew each time', () => {
    const layer = new Dropout(0.3, new Generator(1));
    const [first, second] = [layer.forward(ones).data(), layer.forward(ones).data()];
    const dropped = first.filter((value: number | bigint) => value === 0).length / first.length;
    expect(Math.abs(dropped - 0.3)).toBeLessThan(6 * Math.sqrt((0.3 * 0.7) / 100_000));
    expect(new Set(first as Float32Array)).toEqual(new Set([0, Math.fround(1 / Math.fround(0.7))]));
    expect(first).not.toEqual(second);
    expect(new Dropout(0.3, new Generator(1)).forward(ones).data()).toEqual(first);
  });

  it('passes everything through in evaluation and at probability 0, and refuses 1', () => {
    expect(new Dropout(0.3, new Generator(1)).eval().forward(ones)).toBe(ones);
    expect(new Dropout(0, new Generator(1)).forward(ones)).toBe(ones);
    expect(() => new Dropout(1, new Generator(1))).toThrow('Dropout: expected a probability in [0, 1), got 1');
  });

  it('gives gradients only to what it kept', () => {
    const x = tensor(new Float32Array(50).fill(2), { requiresGrad: true });
    const made = new Dropout(0.5, new Generator(2)).forward(x);
    made.sum().backward();
    expect(Array.from(x.grad!.mul(2).data(), Number)).toEqual(Array.from(made.data(), Number));
  });
});

describe('the gradient of', () => {
  it.each<[string, () => Module, readonly number[]]>([
    ['Conv2d', () => new Conv2d(2, 4, 3, { stride: 2, padding: 1, dilation: 1, groups: 2, bias: true }), [2, 2, 5, 4]],
    ['Conv2d with dilation', () => new Conv2d(2, 2, 2, { dilation: 2 }), [1, 2, 4, 4]],
    ['BatchNorm2d', () => new BatchNorm2d(2), [3, 2, 2, 2]],
    ['BatchNorm2d in evaluation', () => new BatchNorm2d(2).eval(), [3, 2, 2, 2]],
    ['Linear', () => new Linear(3, 2), [4, 3]],
    ['MaxPool2d', () => new MaxPool2d(3, { stride: 2, padding: 1 }), [1, 2, 5, 5]],
    ['AvgPool2d', () => new AvgPool2d(2, { ceilMode: true }), [1, 2, 5, 3]],
    ['GlobalAvgPool2d', () => new GlobalAvgPool2d(), [2, 2, 3, 3]],
    ['ReLU', () => new ReLU(), [3, 4]],
    ['SiLU', () => new SiLU(), [3, 4]],
    ['GELU', () => new GELU(), [3, 4]],
    ['Sigmoid', () => new Sigmoid(), [3, 4]],
    ['Tanh', () => new Tanh(), [3, 4]],
    ['Hardswish', () => new Hardswish(), [3, 4]],
    ['Hardsigmoid', () => new Hardsigmoid(), [3, 4]],
    ['LayerNorm2d', () => new LayerNorm2d(4), [2, 4, 2, 3]],
    ['SqueezeExcitation', () => new SqueezeExcitation(4, 2, { activation: 'silu' }), [2, 4, 2, 3]],
    ['SelfAttention', () => new SelfAttention(4, 2), [2, 3, 4]],
    ['Mlp', () => new Mlp(3, 5), [2, 2, 3]],
    ['a Sequential', () => new Sequential(new Linear(3, 5), new Tanh(), new Linear(5, 2)), [2, 3]],
  ])('%s equals central differences, for the input and every parameter', (_, make, shape) => {
    const module = double(make());
    noGrad(() => module.parameters().map((parameter, i) => parameter.copy_(leafOf(parameter.shape, i))));
    const leaves = [leafOf(shape, 50), ...module.parameters()];
    expect(gradcheck((input) => module.forward(input), leaves)).toBeLessThan(1e-7);
  });
});
