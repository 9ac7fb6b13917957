import {
  clearGradients,
  foreachAdd_,
  foreachAddcdiv_,
  foreachAddcmul_,
  foreachDiv_,
  foreachMul_,
  foreachSqrt,
  noGrad,
  own,
  scope,
  type Tensor,
  tensor,
  zerosLike,
} from '../torch/index.ts';
import type { Optimizer } from './optimizer.ts';
import { type RateGroup, type RateOptions, rateGroups } from './rate-groups.ts';
import { gradientsOf, loadSlots, saveSlots } from './slots.ts';

export interface AdamWOptions extends RateOptions {
  /** Decay rates of the first and second moment. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Decoupled: p -= rate * decay * p. Default 0.01. */
  weightDecay?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), with PyTorch's update and defaults. */
export class AdamW implements Optimizer {
  readonly #names: string[];
  readonly #parameters: Tensor[];
  readonly #options: Required<Omit<AdamWOptions, 'rateFactors'>>;
  readonly #groups: RateGroup[];
  #first: Tensor[] | undefined;
  #second: Tensor[] | undefined;
  #steps = 0;

  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01, rateFactors }: AdamWOptions = {},
  ) {
    for (const beta of betas)
      if (!(beta >= 0 && beta < 1)) throw new RangeError(`AdamW: expected betas in [0, 1), got ${beta}`);
    this.#names = [...parameters.keys()];
    this.#parameters = [...parameters.values()];
    this.#options = { betas, epsilon, weightDecay };
    this.#groups = rateGroups(this.#names, rateFactors);
  }

  step(learningRate: number): void {
    const { betas, epsilon, weightDecay } = this.#options;
    noGrad(() =>
      scope(() => {
        const gradients = gradientsOf(this.#names, this.#parameters);
        this.#first ??= this.#parameters.map((parameter) => own(zerosLike(parameter)));
        this.#second ??= this.#parameters.map((parameter) => own(zerosLike(parameter)));
        this.#steps++;
        foreachMul_(this.#first, betas[0]);
        foreachAdd_(this.#first, gradients, { alpha: 1 - betas[0] });
        foreachMul_(this.#second, betas[1]);
        foreachAddcmul_(this.#second, gradients, gradients, { value: 1 - betas[1] });
        const denominator = foreachSqrt(this.#second);
        foreachDiv_(denominator, Math.sqrt(1 - betas[1] ** this.#steps));
        foreachAdd_(denominator, epsilon);
        for (const { factor, of } of this.#groups) {
          const rate = learningRate * factor;
          const parameters = of(this.#parameters);
          if (weightDecay > 0) foreachMul_(parameters, 1 - rate * weightDecay);
          foreachAddcdiv_(parameters, of(this.#first), of(denominator), {
            value: -rate / (1 - betas[0] ** this.#steps),
          });
        }
        clearGradients(this.#parameters);
      }),
    );
  }

  stateDict(): Map<string, Tensor> {
    const state = saveSlots(this.#names, { first: this.#first, second: this.#second });
    if (state.size > 0) state.set('steps', tensor(BigInt64Array.of(BigInt(this.#steps)), { shape: [] }));
    return state;
  }

  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    const slots = loadSlots(this.#names, this.#parameters, state, ['first', 'second']);
    const steps = state.get('steps');
    if (slots && !steps) throw new Error('optimizer state: steps: expected the number of steps taken, got nothing');
    this.#first = slots?.first;
    this.#second = slots?.second;
    this.#steps = steps?.item() ?? 0;
  }
}
