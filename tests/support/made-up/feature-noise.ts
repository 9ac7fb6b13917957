import { Module, type Regularizer, regularizers, type StepContext } from 'patchwork/nn';
import { define, methodText, number, option } from 'patchwork/options';
import { emptyLike, type Tensor } from 'patchwork/torch';

class FeatureNoise extends Module {
  readonly #spread: number;
  readonly #step: StepContext;

  constructor(spread: number, step: StepContext) {
    super();
    this.#spread = spread;
    this.#step = step;
  }

  forward(features: Tensor): Tensor {
    if (!this.training) return features;
    const { generator } = this.#step;
    return features.add(emptyLike(features.detach()).normal_({ mean: 0, std: this.#spread, generator }));
  }
}

regularizers.add(
  define({
    name: 'feature-noise',
    description: 'noise on the features that the classifier reads',
    options: { spread: option(number({ min: 0 }), { default: 0.1, description: 'standard deviation of the noise' }) },
    make: ({ spread }, step: StepContext): Regularizer => ({
      name: 'feature-noise',
      text: methodText('feature-noise', { spread }),
      onFeatures: () => new FeatureNoise(spread, step),
    }),
  }),
);
