/**
 * Training in the default layout, channels_last, where the addon has loops of its own. What they are compared with is
 * LibTorch's in float64, which layers.test.ts compares with plain loops and central differences.
 */
import { describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import {
  type DType,
  grad,
  noGrad,
  scope,
  setThreads,
  type Tensor,
  tensor,
  threads,
  trainBatchNorm,
} from '../torch/index.ts';
import { BatchNorm2d } from './index.ts';

type Shape = [number, number, number, number];

interface Case {
  values: Float64Array;
  shape: Shape;
  dtype: DType;
  /** Default: contiguous. */
  isChannelsLast?: boolean;
  /** How the gradient of the output arrives. */
  gradientAs?: (gradient: Tensor) => Tensor;
}

/** A layer with fixed weights, in training. */
function layerOf(channels: number): BatchNorm2d {
  const layer = new BatchNorm2d(channels, { momentum: 0.25 });
  noGrad(() => {
    layer.weight.copy_(tensor(numbers(channels, 7).map((value) => value + 1)));
    layer.bias.copy_(tensor(numbers(channels, 8)));
  });
  return layer;
}

const read = (made: Tensor): Float64Array => made.to({ dtype: 'float64' }).contiguous().data() as Float64Array;

/** Everything that a step makes: output, gradients, running statistics. */
function step({ values, shape, dtype, isChannelsLast, gradientAs = (gradient) => gradient }: Case) {
  return scope(() => {
    const layer = layerOf(shape[1]);
    if (dtype === 'float64') layer.to({ dtype });
    let input = tensor(values, { shape, dtype });
    if (isChannelsLast) input = input.contiguous({ memoryFormat: 'channels_last' });
    input.requiresGrad = true;
    const output = layer.forward(input);
    const gradient = tensor(numbers(values.length, 9), { shape, dtype });
    output.backward({ gradient: gradientAs(gradient) });
    const made = { output, ofInput: input.grad!, ofWeight: layer.weight.grad!, ofBias: layer.bias.grad! };
    const { runningMean, runningVar } = layer;
    return Object.fromEntries(
      Object.entries({ ...made, runningMean, runningVar }).map(([name, each]) => [name, read(each)]),
    );
  });
}

/** The largest difference of each, as a share of the largest value, or of what a sum is a sum of. */
function differences(made: Record<string, Float64Array>, expected: Record<string, Float64Array>) {
  return Object.entries(expected).map(([name, values]) => {
    const isSum = name === 'ofWeight' || name === 'ofBias';
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = isSum ? expected.output!.length / values.length / 4 : largest;
    return [name, largestDifference(made[name]!, values) / scale] as const;
  });
}

/** What is not the same to the byte; not by `toEqual`, which takes minutes to tell how large arrays differ. */
function differing(made: Record<string, Float64Array>, expected: Record<string, Float64Array>): string[] {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array) => Buffer.from(buffer, byteOffset, byteLength);
  return Object.keys(expected).filter((name) => !bytes(made[name]!).equals(bytes(expected[name]!)));
}

/** What bfloat16 holds of numbers: both sides shall begin with the same. */
function asBfloat16(values: Float64Array): Float64Array {
  return scope(() => read(tensor(values, { shape: [values.length], dtype: 'bfloat16' })));
}

// Channels of one vector, of a part, of many; one piece of rows, several, and a last one that is not whole.
const shapes: Shape[] = [
  [5, 1, 1, 1],
  [3, 1, 120, 100],
  [5, 3, 7, 2],
  [64, 16, 8, 8],
  [3, 17, 41, 37],
  [2, 72, 29, 31],
  [4, 600, 7, 5],
  [4, 2050, 2, 1],
];

describe.each(shapes)('batch normalization of [%i, %i, %i, %i], channels last', (...shape) => {
  const size = shape.reduce((product, side) => product * side);
  const values = numbers(size, 1).map((value, i) => 3 * value + (i % 5) * 0.5);

  it('equals that of float64 in float32', () => {
    const made = step({ values, shape, dtype: 'float32', isChannelsLast: true });
    const expected = step({ values: Float64Array.from(Float32Array.from(values)), shape, dtype: 'float64' });
    expect(differences(made, expected).filter(([, difference]) => !(difference < 2e-6))).toEqual([]);
  });

  it('equals that of float64 in bfloat16, to the rounding of what comes out', () => {
    const rounded = asBfloat16(values);
    const gradientAs = (gradient: Tensor) => gradient.to({ dtype: 'bfloat16' }).to({ dtype: gradient.dtype });
    const made = step({ values: rounded, shape, dtype: 'bfloat16', isChannelsLast: true });
    const expected = step({ values: rounded, shape, dtype: 'float64', gradientAs });
    const allowed = (name: string) => (name === 'output' || name === 'ofInput' ? 2 ** -8 : 2e-6);
    expect(differences(made, expected).filter(([name, difference]) => !(difference <= allowed(name)))).toEqual([]);
  });
});

describe('batch normalization, channels last', () => {
  const shape: Shape = [3, 17, 41, 37];
  const values = numbers(3 * 17 * 41 * 37, 2);
  const usual: Case = { values, shape, dtype: 'float32', isChannelsLast: true };

  it('has the same bytes for any number of threads', () => {
    const before = threads();
    try {
      setThreads(1);
      const alone = step(usual);
      setThreads(2);
      expect(differing(step(usual), alone)).toEqual([]);
    } finally {
      setThreads(before);
    }
  });

  it('keeps its digits where the mean is a thousand times the deviation', () => {
    const far = Float64Array.from(Float32Array.from(values, (value) => 300 + value));
    const made = step({ ...usual, values: far });
    const { runningVar, output } = step({ values: far, shape, dtype: 'float64' });
    expect(largestDifference(made.runningVar!, runningVar!)).toBeLessThan(1e-7);
    expect(largestDifference(made.output!, output!)).toBeLessThan(2e-4);
  });

  it('takes gradients in any layout', () => {
    const expected = step(usual);
    const asColumns = (gradient: Tensor) => gradient.transpose(2, 3).contiguous().transpose(2, 3);
    expect(differing(step({ ...usual, gradientAs: asColumns }), expected)).toEqual([]);
    const one = step({ ...usual, gradientAs: (gradient) => gradient.narrow(0, 0, 1).expand(shape) });
    const many = step({ ...usual, gradientAs: (gradient) => gradient.narrow(0, 0, 1).expand(shape).contiguous() });
    expect(differing(one, many)).toEqual([]);
  });

  it('takes a gradient of another type, and needs no running statistics', () => {
    const ofInput = (dtype: DType) =>
      scope(() => {
        const input = tensor(values, { shape, dtype: 'bfloat16' }).contiguous({ memoryFormat: 'channels_last' });
        input.requiresGrad = true;
        const { weight, bias } = layerOf(17);
        const output = trainBatchNorm(input, weight, bias, null, null, 0.1, 1e-5);
        // From float32 on it is rounded on its way back.
        const gradient = tensor(numbers(values.length, 9), { shape, dtype });
        output.to({ dtype }).backward({ gradient });
        return { output: read(output), ofInput: read(input.grad!) };
      });
    const [own, other] = [ofInput('bfloat16'), ofInput('float32')];
    expect(differing(other, own)).toEqual([]);
    const { output } = step({ ...usual, dtype: 'bfloat16' });
    expect(differing({ output: own.output }, { output: output! })).toEqual([]);
  });

  it('keeps the layout of a map that has two', () => {
    const one = layerOf(1).forward(tensor(numbers(32, 1), { shape: [2, 1, 4, 4], dtype: 'float32' }));
    expect(one.strides).toEqual([16, 16, 4, 1]);
  });

  it('leaves a NaN in its channel', () => {
    const broken = values.slice();
    broken[5 * 41 * 37 + 3] = Number.NaN;
    for (const dtype of ['float32', 'bfloat16'] as const) {
      const { output } = step({ ...usual, values: broken, dtype });
      const isBroken = Array.from(
        output!,
        (value, i) => Number.isNaN(value) === (Math.floor(i / (41 * 37)) % 17 === 5),
      );
      expect(isBroken.every(Boolean)).toBe(true);
    }
  });

  it('has gradients of gradients, those of LibTorch', () => {
    const second = (isChannelsLast: boolean) =>
      scope(() => {
        let input = tensor(values, { shape, dtype: 'float32' });
        if (isChannelsLast) input = input.contiguous({ memoryFormat: 'channels_last' });
        input.requiresGrad = true;
        const layer = layerOf(17);
        const [first] = grad([layer.forward(input).pow(3).sum()], [input], { createGraph: true });
        first!.pow(2).sum().backward();
        return [read(input.grad!), read(layer.weight.grad!)] as const;
      });
    const [made, expected] = [second(true), second(false)];
    made.forEach((gradient, i) => {
      const largest = Math.max(...expected[i]!.map(Math.abs));
      expect(largest).toBeGreaterThan(1e-3);
      expect(largestDifference(gradient, expected[i]!) / largest).toBeLessThan(1e-4);
    });
  });
});
