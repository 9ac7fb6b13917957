// Layers of which newer networks are made, against plain loops.
import { describe, expect, it } from 'vitest';
import { leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { autocast, Generator, noGrad, type Tensor, tensor } from '../torch/index.ts';
import { Hardsigmoid, Hardswish, LayerNorm2d, Linear, Mlp, type Module, SelfAttention, SqueezeExcitation } from './index.ts'; // biome-ignore format: a list

const valuesOf = (value: Tensor) => Array.from(value.detach().contiguous().data(), Number);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number) => Math.min(Math.max(x + 3, 0), 6) / 6;

/** In float64, with parameters that differ from place to place. */
function filled<Layer extends Module>(layer: Layer): Layer {
  layer.to({ dtype: 'float64' });
  noGrad(() => layer.parameters().map((parameter, i) => parameter.copy_(leafOf(parameter.shape, 20 + i))));
  return layer;
}

/** What a linear layer, or a 1x1 convolution, makes of the channels at one place. */
function linearOf({ weight, bias }: { weight: Tensor; bias: Tensor | null }, input: readonly number[]): number[] {
  const [rows, offsets] = [valuesOf(weight), bias ? valuesOf(bias) : []];
  return offsets.map((offset, o) => offset + sum(input.map((x, i) => x * rows[o * input.length + i]!)));
}

it('hard-swish and hard sigmoid are straight lines from -3 to 3', () => {
  const inputs = [-7, -3, -2.5, -0.25, 0, 1, 2.75, 3, 11];
  const x = tensor(Float64Array.from(inputs));
  expect(largestDifference(valuesOf(new Hardsigmoid().forward(x)), inputs.map(hardSigmoid))).toBeLessThan(1e-15);
  expect(
    largestDifference(
      valuesOf(new Hardswish().forward(x)),
      inputs.map((value) => value * hardSigmoid(value)),
    ),
  ).toBeLessThan(1e-14);
});

describe('LayerNorm2d', () => {
  it.each([false, true])('normalizes the channels of each place, channels_last %s', (last) => {
    const layer = filled(new LayerNorm2d(3, { epsilon: 1e-6 }));
    const map = leafOf([2, 3, 2, 2], 5).detach();
    const given = last ? map.contiguous({ memoryFormat: 'channels_last' }) : map;
    const [weight, bias, values] = [valuesOf(layer.weight), valuesOf(layer.bias), valuesOf(map)];
    const expected = values.map((value, place) => {
      const [image, pixel] = [Math.floor(place / 12), place % 4];
      const channels = [0, 1, 2].map((channel) => values[image * 12 + channel * 4 + pixel]!);
      const mean = sum(channels) / 3;
      const variance = sum(channels.map((x) => (x - mean) ** 2)) / 3;
      const channel = Math.floor(place / 4) % 3;
      return ((value - mean) / Math.sqrt(variance + 1e-6)) * weight[channel]! + bias[channel]!;
    });
    expect(largestDifference(valuesOf(layer.forward(given)), expected)).toBeLessThan(1e-13);
  });

  it('computes in float32 where autocast made its input bf16', () => {
    const input = tensor(numbers(12, 1), { shape: [1, 3, 2, 2], dtype: 'bfloat16' });
    const made = autocast(() => new LayerNorm2d(3).forward(input));
    expect(made.dtype).toBe('float32');
    expect(made.shape).toEqual([1, 3, 2, 2]);
  });
});

it.each([
  ['relu', 'hard-sigmoid'],
  ['silu', 'sigmoid'],
] as const)('squeeze and excitation with %s and %s weighs channels by what their means say', (activation, gate) => {
  const layer = filled(new SqueezeExcitation(4, 3, { activation, gate }));
  const values = Array.from(numbers(24, 3).map((value) => 8 * value));
  const means = [0, 1, 2, 3].map((channel) => sum(values.slice(channel * 6, channel * 6 + 6)) / 6);
  const act = (x: number) => (activation === 'relu' ? Math.max(0, x) : x * sigmoid(x));
  const factors = linearOf(layer.conv_expand, linearOf(layer.conv_reduce, means).map(act)).map(
    gate === 'sigmoid' ? sigmoid : hardSigmoid,
  );
  const expected = values.map((value, place) => value * factors[Math.floor(place / 6)]!);
  const made = layer.forward(tensor(Float64Array.from(values), { shape: [1, 4, 2, 3] }));
  expect(largestDifference(valuesOf(made), expected)).toBeLessThan(1e-14);
});

describe('SelfAttention', () => {
  it('equals plain loops over heads and tokens', () => {
    const [tokens, width, heads] = [3, 4, 2];
    const layer = filled(new SelfAttention(width, heads));
    const values = Array.from(numbers(2 * tokens * width, 7));
    const expected = [0, 1].flatMap((image) => {
      const rows = Array.from({ length: tokens }, (_, t) => values.slice((image * tokens + t) * width).slice(0, width));
      const joined = rows.map((row) => linearOf(layer.qkv, row));
      const part = (token: number, which: number, head: number) =>
        joined[token]!.slice(which * width + head * 2, which * width + head * 2 + 2);
      return rows.flatMap((_, token) => {
        const found = [0, 1].flatMap((head) => {
          const logits = rows.map((_, other) => sum(part(token, 0, head).map((q, i) => q * part(other, 1, head)[i]!)));
          const scores = logits.map((logit) => Math.exp(logit / Math.sqrt(2)));
          return [0, 1].map((i) => sum(scores.map((score, other) => score * part(other, 2, head)[i]!)) / sum(scores));
        });
        return linearOf(layer.proj, found);
      });
    });
    const made = layer.forward(tensor(Float64Array.from(values), { shape: [2, tokens, width] }));
    expect(largestDifference(valuesOf(made), expected)).toBeLessThan(1e-14);
  });

  it.each([
    ['float32', 1e-5],
    ['bfloat16', 0.05],
  ] as const)('computes in %s what it computes in float64', (dtype, tolerance) => {
    const layer = filled(new SelfAttention(32, 4));
    const input = tensor(numbers(2 * 70 * 32, 3), { shape: [2, 70, 32] });
    const expected = valuesOf(layer.forward(input));
    layer.to({ dtype });
    const made = valuesOf(layer.forward(input.to({ dtype })).to({ dtype: 'float64' }));
    expect(largestDifference(made, expected)).toBeLessThan(tolerance * Math.max(...expected.map(Math.abs)));
  });

  it('refuses heads that do not divide its width', () => {
    expect(() => new SelfAttention(10, 3)).toThrow('SelfAttention: 3 heads do not divide a width of 10');
  });
});

it('Mlp is its two layers with the exact GELU between', () => {
  const layer = new Mlp(3, 5).to({ dtype: 'float64' }).initialize(new Generator(1));
  const first = new Linear(3, 5).to({ dtype: 'float64' });
  const second = new Linear(5, 3).to({ dtype: 'float64' });
  first.loadStateDict(layer.fc1.stateDict());
  second.loadStateDict(layer.fc2.stateDict());
  const x = leafOf([2, 4, 3], 3);
  const inner = first.forward(x);
  const gelu = inner.mul(inner.div(Math.SQRT2).erf().add(1).div(2));
  expect(layer.forward(x).sub(second.forward(gelu)).abs().max().item()).toBeLessThan(1e-15);
});
