import {
  clearGradients,
  foreachAdd_,
  foreachMul_,
  noGrad,
  own,
  scope,
  type Tensor,
  zerosLike,
} from '../torch/index.ts';
import type { Optimizer } from './optimizer.ts';
import { type RateGroup, type RateOptions, rateGroups } from './rate-groups.ts';
import { gradientsOf, loadSlots, saveSlots } from './slots.ts';

export interface SGDOptions extends RateOptions {
  /** Share of the last update kept. Default 0. */
  momentum?: number;
  /** Look ahead by one momentum step (Sutskever et al. 2013, PyTorch's form). Needs momentum. Default `false`. */
  nesterov?: boolean;
  /** Added to the gradient, times the parameter: L2 on every parameter, batch normalization included. Default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent with PyTorch's update: g += decay * p; v = momentum * v + g; p -= rate * (g + momentum * v)
 * with Nesterov, p -= rate * v without. One call of each operator updates all parameters that move at the same rate;
 * nothing is allocated.
 */
export class SGD implements Optimizer {
  readonly #names: string[];
  readonly #parameters: Tensor[];
  readonly #momentum: number;
  readonly #nesterov: boolean;
  readonly #weightDecay: number;
  readonly #groups: RateGroup[];
  #velocity: Tensor[] | undefined;

  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    { momentum = 0, nesterov = false, weightDecay = 0, rateFactors }: SGDOptions = {},
  ) {
    if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`SGD: expected momentum in [0, 1), got ${momentum}`);
    if (!(weightDecay >= 0)) throw new RangeError(`SGD: expected weightDecay of at least 0, got ${weightDecay}`);
    if (nesterov && momentum === 0) throw new RangeError('SGD: nesterov needs a momentum above 0');
    this.#names = [...parameters.keys()];
    this.#parameters = [...parameters.values()];
    this.#momentum = momentum;
    this.#nesterov = nesterov;
    this.#weightDecay = weightDecay;
    this.#groups = rateGroups(this.#names, rateFactors);
  }

  step(learningRate: number): void {
    noGrad(() =>
      scope(() => {
        const gradients = gradientsOf(this.#names, this.#parameters);
        if (this.#weightDecay > 0) foreachAdd_(gradients, this.#parameters, { alpha: this.#weightDecay });
        const direction = this.#direction(gradients);
        for (const { factor, of } of this.#groups) {
          foreachAdd_(of(this.#parameters), of(direction), { alpha: -learningRate * factor });
        }
        clearGradients(this.#parameters);
      }),
    );
  }

  /** What the parameters move along; the gradients' memory is used up. */
  #direction(gradients: Tensor[]): Tensor[] {
    if (this.#momentum === 0) return gradients;
    this.#velocity ??= this.#parameters.map((parameter) => own(zerosLike(parameter)));
    foreachMul_(this.#velocity, this.#momentum);
    foreachAdd_(this.#velocity, gradients);
    if (!this.#nesterov) return this.#velocity;
    foreachAdd_(gradients, this.#velocity, { alpha: this.#momentum });
    return gradients;
  }

  stateDict(): Map<string, Tensor> {
    return saveSlots(this.#names, { momentum: this.#velocity });
  }

  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    const slots = loadSlots(this.#names, this.#parameters, state, ['momentum']);
    this.#velocity = slots?.momentum;
  }
}
