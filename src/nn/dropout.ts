import { emptyLike, type Generator, type Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

/**
 * Sets each value to zero with `probability` in training and scales the rest by 1 / (1 - probability) (Srivastava et al.
 * 2014). Draws from its own generator: LibTorch's dropout only knows the global one.
 */
export class Dropout extends Module {
  readonly probability: number;
  readonly #generator: Generator;

  /** @param probability of dropping, in [0, 1). */
  constructor(probability: number, generator: Generator) {
    super();
    if (!(probability >= 0 && probability < 1)) {
      throw new RangeError(`Dropout: expected a probability in [0, 1), got ${probability}`);
    }
    this.probability = probability;
    this.#generator = generator;
  }

  forward(input: Tensor): Tensor {
    if (!this.training || this.probability === 0) return input;
    const keep = 1 - this.probability;
    const mask = emptyLike(input.detach()).bernoulli_({ p: keep, generator: this.#generator });
    return input.mul(mask.div_(keep));
  }

  override describe(): string {
    return `${this.probability}`;
  }
}
