import type { Module } from '../../src/nn/index.ts';
import { noGrad, scope, type Tensor, tensor } from '../../src/torch/index.ts';
import { largestDifference, numbers } from './numbers.ts';

/** What is kept of a tensor that PyTorch computed: its largest |element|, its norm, four elements from first to last. */
export type Summary = [largest: number, norm: number, ...elements: number[]];

function rangeOf(name: string, shape: readonly number[]): [factor: number, offset: number] {
  const [out = 1, inputs = 1, height = 1, width = 1] = shape;
  if (shape.length === 4) return [2 * Math.sqrt(6 / (out * height * width)), 0];
  if (shape.length === 2) return [2 / Math.sqrt(inputs), 0];
  return name.endsWith('weight') ? [0.5, 1] : [0.25, 0];
}

/** Weights of about the size of He's rule from a formula; tests/golden/sgd-steps.py has the same. */
export function setWeights(model: Module): void {
  setParameters(model.namedParameters());
}

/**
 * {@link setWeights} for the parameters under the names that PyTorch's network has for them, with its shapes where these
 * differ by sides of 1.
 */
export function setParameters(
  parameters: ReadonlyMap<string, Tensor>,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): void {
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
  sorted.forEach(([name, parameter], seed) => {
    const { shape } = parameter;
    const [factor, offset] = rangeOf(name, shapes[name] ?? shape);
    const values = Float32Array.from(numbers(parameter.size, seed).map((value) => value * factor + offset));
    noGrad(() => scope(() => parameter.copy_(tensor(values, { shape }))));
  });
}

export interface DifferenceOptions {
  /** What the largest element expected is taken to be at least, where the elements may all be rounding. Default 0. */
  scale?: number;
}

/** How far a tensor is from its summary, as a share of its largest element (and its norm, of the norm). */
export function summaryDifference(
  value: Tensor,
  [largest, norm, ...elements]: Summary,
  { scale = 0 }: DifferenceOptions = {},
): number {
  return scope(() => {
    const flat = value.detach().to({ dtype: 'float64' }).flatten();
    const places = elements.map((_, i) => flat.select(0, Math.floor((i * (flat.size - 1)) / 3)).item());
    const actual = [flat.abs().max().item(), ...places];
    return Math.max(
      largestDifference(actual, [largest, ...elements]) / Math.max(largest, scale, Number.MIN_VALUE),
      Math.abs(flat.norm({ p: 2 }).item() - norm) / Math.max(norm, scale, Number.MIN_VALUE),
    );
  });
}

/** The largest difference of two tensors, as a share of the largest element expected. */
export function relativeDifference(value: Tensor, expected: Tensor, { scale = 0 }: DifferenceOptions = {}): number {
  return scope(() => {
    const [actual, wanted] = [value, expected].map((side) => side.detach().to({ dtype: 'float64' })) as [
      Tensor,
      Tensor,
    ];
    const difference = actual.sub(wanted).abs().max().item();
    return difference / Math.max(wanted.abs().max().item(), scale, Number.MIN_VALUE);
  });
}

/** The largest element among a layer's values, weight and bias together. */
function scaleOfLayer(values: ReadonlyMap<string, Tensor>, name: string): number {
  const layer = name.slice(0, name.lastIndexOf('.') + 1);
  const parts = [...values].filter(([other]) => (layer === '' ? other === name : other.startsWith(layer)));
  return Math.max(...parts.map(([, value]) => value.abs().max().item()));
}

/**
 * What differs by more than 1e-5. A bias that another normalization takes out again (bn1 and bn4 of PyramidNet's blocks) has
 * a gradient of zero, which rounding makes 1e-7 of its weight's: so a layer has one scale.
 */
export function differing(
  values: ReadonlyMap<string, Tensor>,
  differenceOf: (name: string, value: Tensor, options: DifferenceOptions) => number,
): [name: string, difference: number][] {
  return [...values]
    .map(([name, value]): [string, number] => [name, differenceOf(name, value, { scale: scaleOfLayer(values, name) })])
    .filter(([, difference]) => !(difference < 1e-5));
}
