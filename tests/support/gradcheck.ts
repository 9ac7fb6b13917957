import { scope, type Tensor, tensor } from '../../src/torch/index.ts';
import { numbers } from './numbers.ts';

/** An input of a function under test: its shape and values, taken as float64. */
export interface GradcheckInput {
  shape: readonly number[];
  values: ArrayLike<number>;
}

/** An input of `shape` with fixed values in [-scale / 2, scale / 2), away from each other and from zero. */
export function inputOf(shape: readonly number[], seed = 0, scale = 2): GradcheckInput {
  const count = shape.reduce((product, side) => product * side, 1);
  return { shape, values: numbers(count, seed).map((value) => value * scale) };
}

/**
 * How far backward's gradients are from central differences, in float64: the largest difference over all elements of
 * all inputs, where the largest gradient is taken as at least 1. The result is made one number by fixed weights, so that
 * no direction cancels. Correct gradients give about 1e-9 with the default step.
 */
export function gradcheck(
  compute: (...inputs: Tensor[]) => Tensor,
  inputs: readonly GradcheckInput[],
  { step = 1e-5 }: { step?: number } = {},
): number {
  const values = inputs.map((input) => Float64Array.from(input.values));
  const loss = (requiresGrad: boolean): { total: Tensor; leaves: Tensor[] } => {
    const leaves = values.map((data, index) => tensor(data, { shape: inputs[index]!.shape, requiresGrad }));
    const result = compute(...leaves);
    const weights = tensor(
      numbers(result.size, 99).map((value) => value + 1),
      { shape: result.shape },
    );
    return { total: result.mul(weights).sum(), leaves };
  };
  const gradients = scope(() => {
    const { total, leaves } = loss(true);
    total.backward();
    return leaves.map((leaf) => leaf.grad!.data() as Float64Array);
  });
  let worst = 0;
  values.forEach((data, input) => {
    const size = Math.max(1, ...gradients[input]!.map(Math.abs));
    for (let i = 0; i < data.length; i++) {
      const at = (value: number): number => {
        const before = data[i]!;
        data[i] = value;
        const total = scope(() => loss(false).total.item());
        data[i] = before;
        return total;
      };
      const slope = (at(data[i]! + step) - at(data[i]! - step)) / (2 * step);
      worst = Math.max(worst, Math.abs(slope - gradients[input]![i]!) / size);
    }
  });
  return worst;
}
