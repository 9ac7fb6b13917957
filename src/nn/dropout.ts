import { define, methodText, number, type OptionsOf, option } from '../options/index.ts';
import { emptyLike, type Generator, type Tensor } from '../torch/index.ts';
import { Module } from './module.ts';
import type { Regularizer } from './regularizer.ts';
import type { StepContext } from './step-context.ts';

/**
 * Sets each value to zero with `probability` in training and scales the rest by 1 / (1 - probability), which keeps the mean
 * (Srivastava et al. 2014); of any shape, on any device. Does nothing in evaluation. Draws from its own generator: LibTorch's dropout only knows the global one.
 */
export class Dropout extends Module {
  readonly probability: number;
  readonly #generator: Generator;

  /**
   * @param probability of dropping, in [0, 1)
   * @param generator of the CPU, where masks are drawn
   * @throws RangeError where the probability is not in [0, 1)
   */
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
    // Drawn where the generator is, then moved.
    const mask = emptyLike(input.detach(), { device: 'cpu' }).bernoulli_({ p: keep, generator: this.#generator });
    return input.mul(mask.div_(keep).to({ device: input.device }));
  }

  override describe(): string {
    return `${this.probability}`;
  }
}

const options = {
  rate: option(number({ min: 0, below: 1 }), { default: 0.5, description: 'share of the features that is dropped' }),
};

export type DropoutOptions = OptionsOf<typeof options>;

export const dropoutMethod = define({
  name: 'dropout',
  description: 'features that the classifier reads are set to zero',
  options,
  make: ({ rate }, step: StepContext): Regularizer => ({
    name: 'dropout',
    text: methodText('dropout', { rate }),
    onFeatures: () => new Dropout(rate, step.generator),
  }),
});

/**
 * {@link Dropout} on the features that the classifier reads. The CutMix paper only mentions it; 0.5 is what Srivastava et
 * al. (2014) advise for hidden units.
 *
 * @throws where an option is unknown or out of range
 */
export function dropout(given: DropoutOptions, step: StepContext): Regularizer {
  return dropoutMethod.make(given, step);
}
