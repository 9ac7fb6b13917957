import { foreachMul_, foreachNorm, noGrad, scope, stack, type Tensor } from '../torch/index.ts';
import { checkPositive } from './check-numbers.ts';

/**
 * Scales all gradients by one factor, in place, so that together they are no longer than `maxNorm` (Pascanu et al. 2013):
 * PyTorch's `clip_grad_norm_` with the Euclidean norm, whose factor is maxNorm / (norm + 1e-6), at most 1. Call it between
 * `backward` and `step`. Frozen parameters, and those that have no gradient, take no part.
 *
 * @param maxNorm above 0
 * @returns the norm that they had before; 0 without any gradient. NaN or infinite where a gradient is: all are NaN then, or
 *   the finite ones 0
 * @throws RangeError where maxNorm is not above 0
 */
export function clipGradientNorm(parameters: Iterable<Tensor>, maxNorm: number): number {
  checkPositive('clipGradientNorm', 'maxNorm', maxNorm);
  return noGrad(() =>
    scope(() => {
      const gradients = [...parameters].flatMap(({ requiresGrad, grad }) => (requiresGrad && grad ? [grad] : []));
      if (gradients.length === 0) return 0;
      const norm = stack(foreachNorm(gradients, { ord: 2 }))
        .norm({ p: 2 })
        .item();
      const factor = maxNorm / (norm + 1e-6);
      // Not `factor < 1`: a factor of NaN must reach every gradient.
      if (!(factor >= 1)) foreachMul_(gradients, factor);
      return norm;
    }),
  );
}
