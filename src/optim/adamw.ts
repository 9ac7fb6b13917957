import {
  foreachAdd_,
  foreachAddcdiv_,
  foreachAddcmul_,
  foreachDiv_,
  foreachMul_,
  foreachSqrt,
  type Tensor,
} from '../torch/index.ts';
import { checkBelowOne, checkPositive } from './check-numbers.ts';
import { GroupedOptimizer, type Update } from './optimizer.ts';
import type { ParameterGroupsOptions } from './parameter-groups.ts';

export interface AdamWOptions extends ParameterGroupsOptions {
  /** Decay rates of the first and second moment, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment, above 0. Default 1e-8. */
  epsilon?: number;
  /** Decoupled: p -= rate * decay * p, but for groups of their own. At least 0. Default 0.01. */
  weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), with PyTorch's update and defaults. One call of each
 * operator updates all parameters of a group.
 */
export class AdamW extends GroupedOptimizer<'first' | 'second'> {
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;

  /**
   * @param parameters by name, as `module.namedParameters()` gives them
   * @throws RangeError where an option is out of range
   */
  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01, groups }: AdamWOptions = {},
  ) {
    for (const beta of betas) checkBelowOne('AdamW', 'betas', beta);
    checkPositive('AdamW', 'epsilon', epsilon);
    super(parameters, { name: 'AdamW', slots: ['first', 'second'], countsSteps: true, weightDecay, groups });
    this.#betas = betas;
    this.#epsilon = epsilon;
  }

  protected update({
    parameters,
    gradients,
    slots,
    learningRate,
    weightDecay,
    steps,
  }: Update<'first' | 'second'>): void {
    const { first, second } = slots;
    const [beta1, beta2] = this.#betas;
    foreachMul_(first, beta1);
    foreachAdd_(first, gradients, { alpha: 1 - beta1 });
    foreachMul_(second, beta2);
    foreachAddcmul_(second, gradients, gradients, { value: 1 - beta2 });
    const denominator = foreachSqrt(second);
    foreachDiv_(denominator, Math.sqrt(1 - beta2 ** steps));
    foreachAdd_(denominator, this.#epsilon);
    if (weightDecay > 0) foreachMul_(parameters, 1 - learningRate * weightDecay);
    foreachAddcdiv_(parameters, first, denominator, { value: -learningRate / (1 - beta1 ** steps) });
  }
}
