import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import * as torch from './index.ts';
import { callOperator, type Tensor, tensor } from './index.ts';

type Numbers = ArrayLike<number>;
type Operator = (...inputs: Tensor[]) => Tensor;
type Reference = (...inputs: Numbers[]) => number[];

const map =
  (f: (...values: number[]) => number): Reference =>
  (first, ...rest) =>
    Array.from(first, (value, i) => f(value, ...rest.map((other) => other[i]!)));
const range = (count: number) => [...Array(count).keys()];
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
/** Elements of row (or column) `i` of a matrix of 3 x 4. */
const row = (x: Numbers, i: number) => range(4).map((j) => x[i * 4 + j]!);
const column = (x: Numbers, j: number) => range(3).map((i) => x[i * 4 + j]!);
const rows = (x: Numbers) => range(3).map((i) => row(x, i));
const softmax = (values: number[]) => values.map((value) => Math.exp(value) / total(values.map(Math.exp)));
const deviation = (values: number[]) => {
  const mean = total(values) / values.length;
  return Math.sqrt(total(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
};
/** Abramowitz and Stegun 7.1.5: the error function's series. */
const erf = (x: number) => {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const x = leafOf([3, 4], 1);
const y = leafOf([3, 4], 2);
const z = leafOf([3, 4], 3);
const positive = tensor(
  numbers(12, 1).map((value) => value * 2 + 1.5),
  { shape: [3, 4], requiresGrad: true },
);
const tall = leafOf([4, 2], 4);

type Case = [name: string, operator: Operator, inputs: Tensor[], reference: Reference];

// Operator, inputs, and the same in plain numbers. Each is checked for its values and for its gradients.
// biome-ignore format: one line an operator
const table: Case[] = [
  ['add', (a, b) => a.add(b, { alpha: 2 }), [x, y], map((a, b) => a + 2 * b!)],
  ['sub', (a, b) => a.sub(b), [x, y], map((a, b) => a - b!)],
  ['mul', (a, b) => a.mul(b), [x, y], map((a, b) => a * b!)],
  ['div', (a, b) => a.div(b), [x, positive], map((a, b) => a / b!)],
  ['pow', (a, b) => a.pow(b), [positive, y], map((a, b) => a ** b!)],
  ['pow by a number', (a) => a.pow(3), [x], map((a) => a ** 3)],
  ['neg', (a) => a.neg(), [x], map((a) => -a)],
  ['abs', (a) => a.abs(), [x], map(Math.abs)],
  ['reciprocal', (a) => a.reciprocal(), [positive], map((a) => 1 / a)],
  ['sqrt', (a) => a.sqrt(), [positive], map(Math.sqrt)],
  ['rsqrt', (a) => a.rsqrt(), [positive], map((a) => 1 / Math.sqrt(a))],
  ['square', (a) => a.square(), [x], map((a) => a * a)],
  ['exp', (a) => a.exp(), [x], map(Math.exp)],
  ['log', (a) => a.log(), [positive], map(Math.log)],
  ['log1p', (a) => a.log1p(), [positive], map(Math.log1p)],
  ['log2', (a) => a.log2(), [positive], map(Math.log2)],
  ['sin', (a) => a.sin(), [x], map(Math.sin)],
  ['cos', (a) => a.cos(), [x], map(Math.cos)],
  ['tanh', (a) => a.tanh(), [x], map(Math.tanh)],
  ['sigmoid', (a) => a.sigmoid(), [x], map(sigmoid)],
  ['erf', (a) => a.erf(), [x], map(erf)],
  ['clamp', (a) => a.clamp({ min: -0.3, max: 0.5 }), [x], map((a) => Math.min(0.5, Math.max(-0.3, a)))],
  ['maximum', (a, b) => a.maximum(b), [x, y], map((a, b) => Math.max(a, b!))],
  ['minimum', (a, b) => a.minimum(b), [x, y], map((a, b) => Math.min(a, b!))],
  ['lerp', (a, b, c) => a.lerp(b, c), [x, y, z], map((a, b, c) => a + c! * (b! - a))],
  ['addcmul', (a, b, c) => a.addcmul(b, c, { value: 0.5 }), [x, y, z], map((a, b, c) => a + 0.5 * b! * c!)],
  ['addcdiv', (a, b, c) => a.addcdiv(b, c, { value: 2 }), [x, y, positive], map((a, b, c) => a + (2 * b!) / c!)],
  ['matmul', (a, b) => a.matmul(b), [x, tall], (a, b) => rows(a).flatMap((r) => range(2).map((j) => total(r.map((v, k) => v * b![k * 2 + j]!))))],
  ['dot', (a, b) => a.flatten().dot(b.flatten()), [x, y], (a, b) => [total(Array.from(a, (v, i) => v * b![i]!))]],
  ['sum over rows', (a) => a.sum(0), [x], (a) => range(4).map((j) => total(column(a, j)))],
  ['mean over columns', (a) => a.mean(1), [x], (a) => rows(a).map((r) => total(r) / 4)],
  ['prod', (a) => a.prod(1), [x], (a) => rows(a).map((r) => r.reduce((product, v) => product * v))],
  ['std', (a) => a.std([1]), [x], (a) => rows(a).map(deviation)],
  ['var', (a) => a.var_([1], { unbiased: false }), [x], (a) => rows(a).map((r) => (deviation(r) ** 2 * 3) / 4)],
  ['norm', (a) => a.norm(), [x], (a) => [Math.hypot(...Array.from(a))]],
  ['amax', (a) => a.amax({ dim: 1 }), [x], (a) => rows(a).map((r) => Math.max(...r))],
  ['min', (a) => a.min(0)[0], [x], (a) => range(4).map((j) => Math.min(...column(a, j)))],
  ['cumsum', (a) => a.cumsum(1), [x], (a) => rows(a).flatMap((r) => r.map((_, j) => total(r.slice(0, j + 1))))],
  ['logsumexp', (a) => a.logsumexp(1), [x], (a) => rows(a).map((r) => Math.log(total(r.map(Math.exp))))],
  ['sort', (a) => a.sort({ dim: 1, descending: true })[0], [x], (a) => rows(a).flatMap((r) => r.toSorted((p, q) => q - p))],
  ['topk', (a) => a.topk(2)[0], [x], (a) => rows(a).flatMap((r) => r.toSorted((p, q) => q - p).slice(0, 2))],
  ['softmax', (a) => a.softmax(1), [x], (a) => rows(a).flatMap(softmax)],
  ['logSoftmax', (a) => a.logSoftmax(1), [x], (a) => rows(a).flatMap((r) => softmax(r).map(Math.log))],
  ['relu', (a) => a.relu(), [x], map((a) => Math.max(0, a))],
  ['leakyRelu', (a) => a.leakyRelu({ negativeSlope: 0.2 }), [x], map((a) => (a > 0 ? a : 0.2 * a))],
  ['elu', (a) => a.elu({ alpha: 1.5 }), [x], map((a) => (a > 0 ? a : 1.5 * Math.expm1(a)))],
  ['gelu', (a) => a.gelu(), [x], map((a) => (a * (1 + erf(a / Math.SQRT2))) / 2)],
  ['silu', (a) => a.silu(), [x], map((a) => a * sigmoid(a))],
  ['softplus', (a) => a.softplus(), [x], map((a) => Math.log1p(Math.exp(a)))],
  ['permute', (a) => a.permute([1, 0]), [x], (a) => range(4).flatMap((j) => column(a, j))],
  ['flip', (a) => a.flip([1]), [x], (a) => rows(a).flatMap((r) => r.toReversed())],
  ['roll', (a) => a.roll(1, { dims: 1 }), [x], (a) => rows(a).flatMap((r) => [r[3]!, ...r.slice(0, 3)])],
  ['narrow', (a) => a.narrow(1, 1, 2), [x], (a) => rows(a).flatMap((r) => r.slice(1, 3))],
  ['slice', (a) => a.slice({ dim: 1, start: 0, end: 4, step: 2 }), [x], (a) => rows(a).flatMap((r) => [r[0]!, r[2]!])],
  ['indexSelect', (a) => a.indexSelect(0, tensor(Int32Array.of(2, 0, 2))), [x], (a) => [2, 0, 2].flatMap((i) => row(a, i))],
  ['gather', (a) => a.gather(1, tensor(BigInt64Array.of(3n, 0n, 1n), { shape: [3, 1] })), [x], (a) => [a[3]!, a[4]!, a[9]!]],
  ['where', (a, b) => torch.where(a.gt(b), a, b), [x, y], map((a, b) => Math.max(a, b!))],
  ['maskedFill', (a) => a.maskedFill(a.lt(0), 7), [x], map((a) => (a < 0 ? 7 : a))],
  ['tril', (a) => a.tril(), [x], (a) => rows(a).flatMap((r, i) => r.map((v, j) => (j <= i ? v : 0)))],
  ['cat', (a, b) => torch.cat([a, b], { dim: 1 }), [x, y], (a, b) => range(3).flatMap((i) => [...row(a, i), ...row(b!, i)])],
  ['stack', (a, b) => torch.stack([a, b]), [x, y], (a, b) => [...Array.from(a), ...Array.from(b!)]],
  ['linear', (a, b) => torch.linear(a, b), [x, y], (a, b) => rows(a).flatMap((r) => rows(b!).map((s) => total(r.map((v, k) => v * s[k]!))))],
  ['einsum', (a, b) => torch.einsum('ij,ij->j', [a, b]), [x, y], (a, b) => range(4).map((j) => total(column(a, j).map((v, i) => v * column(b!, j)[i]!)))],
  ['mseLoss', (a, b) => torch.mseLoss(a, b), [x, y], (a, b) => [total(Array.from(a, (v, i) => (v - b![i]!) ** 2)) / 12]],
  ['pad', (a) => torch.pad(a, [1, 0]), [x], (a) => rows(a).flatMap((r) => [0, ...r])],
  ['a call by name', (a) => callOperator<Tensor>('aten::sinh', a), [x], map(Math.sinh)],
];

describe.each(table)('%s', (_, operator, inputs, reference) => {
  it('equals the plain reference, and its gradient equals central differences', () => {
    const expected = reference(...inputs.map((input) => input.data('float64')));
    expect(largestDifference(operator(...inputs).data('float64'), expected)).toBeLessThan(1e-12);
    expect(gradcheck(operator, inputs)).toBeLessThan(1e-7);
  });
});

describe('gradcheck', () => {
  it('finds a gradient that is wrong', () => {
    expect(gradcheck((a) => a.mul(a.detach()), [x])).toBeGreaterThan(0.1);
  });
});
