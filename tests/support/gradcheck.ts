import { clearGradients, noGrad, scope, type Tensor, tensor } from '../../src/torch/index.ts';
import { numbers } from './numbers.ts';

/** A float64 leaf of `shape` with fixed values in [-scale / 2, scale / 2). */
export function leafOf(shape: readonly number[], seed = 0, scale = 2): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  const values = numbers(count, seed).map((value) => value * scale);
  return tensor(values, { shape, requiresGrad: true });
}

/**
 * How far backward's gradients are from central differences: the largest difference over all elements of all `leaves`
 * (float64), in units of the leaf's largest gradient where that is above 1. The result is made one number by fixed
 * weights, so that no direction cancels. Correct gradients give about 1e-9. Leaves beyond those that `compute` takes
 * may be parameters of a module that it calls.
 */
export function gradcheck(compute: (...leaves: Tensor[]) => Tensor, leaves: readonly Tensor[], step = 1e-5): number {
  const loss = (): Tensor => {
    const result = compute(...leaves);
    const weights = numbers(result.size, 99).map((value) => value + 1);
    return result.mul(tensor(weights, { shape: result.shape })).sum();
  };
  clearGradients(leaves);
  scope(() => loss().backward());
  let worst = 0;
  for (const leaf of leaves) {
    const gradient = scope(() => leaf.grad!.data() as Float64Array);
    const largest = Math.max(1, ...gradient.map(Math.abs));
    gradient.forEach((slope, index) => {
      const difference = slope - centralDifference(loss, leaf, index, step);
      worst = Math.max(worst, Math.abs(difference) / largest);
    });
  }
  return worst;
}

function centralDifference(loss: () => Tensor, leaf: Tensor, index: number, step: number): number {
  return noGrad(() =>
    scope(() => {
      const element = leaf.view([-1]).narrow(0, index, 1);
      const value = element.item();
      const [above, below] = [step, -step].map((offset) => {
        element.fill_(value + offset);
        return loss().item();
      });
      element.fill_(value);
      return (above! - below!) / (2 * step);
    }),
  );
}
