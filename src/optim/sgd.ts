import { foreachAdd_, foreachMul_, type Tensor } from '../torch/index.ts';
import { checkBelowOne } from './check-numbers.ts';
import { GroupedOptimizer, type Update } from './optimizer.ts';
import type { ParameterGroupsOptions } from './parameter-groups.ts';

export interface SGDOptions extends ParameterGroupsOptions {
  /** Share of the last update kept, in [0, 1). Default 0. */
  momentum?: number;
  /** Look ahead by one momentum step (Sutskever et al. 2013, PyTorch's form). Needs momentum. Default `false`. */
  nesterov?: boolean;
  /**
   * Added to the gradient, times the parameter: L2 on every parameter, batch normalization included, but for groups of their
   * own. At least 0. Default 0.
   */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent with PyTorch's update: g += decay * p; v = momentum * v + g; p -= rate * (g + momentum * v)
 * with Nesterov, p -= rate * v without. One call of each operator updates all parameters of a group; nothing is allocated.
 */
export class SGD extends GroupedOptimizer<'momentum'> {
  readonly #momentum: number;
  readonly #nesterov: boolean;

  /**
   * @param parameters by name, as `module.namedParameters()` gives them
   * @throws RangeError where an option is out of range, or there is nesterov without momentum
   */
  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    { momentum = 0, nesterov = false, weightDecay = 0, groups }: SGDOptions = {},
  ) {
    checkBelowOne('SGD', 'momentum', momentum);
    if (nesterov && momentum === 0) throw new RangeError('SGD: nesterov needs a momentum above 0');
    const slots = momentum > 0 ? (['momentum'] as const) : [];
    super(parameters, { name: 'SGD', slots, countsSteps: false, weightDecay, groups });
    this.#momentum = momentum;
    this.#nesterov = nesterov;
  }

  protected update({ parameters, gradients, slots, learningRate, weightDecay }: Update<'momentum'>): void {
    if (weightDecay > 0) foreachAdd_(gradients, parameters, { alpha: weightDecay });
    foreachAdd_(parameters, this.#direction(gradients, slots.momentum), { alpha: -learningRate });
  }

  /** What the parameters move along; the gradients' memory is used up. */
  #direction(gradients: readonly Tensor[], velocity: readonly Tensor[]): readonly Tensor[] {
    if (this.#momentum === 0) return gradients;
    foreachMul_(velocity, this.#momentum);
    foreachAdd_(velocity, gradients);
    if (!this.#nesterov) return velocity;
    foreachAdd_(gradients, velocity, { alpha: this.#momentum });
    return gradients;
  }
}
