import { type ImageModel, type ModelOptions, networks, type OnStage } from 'patchwork/models';
import { Conv2d, GlobalAvgPool2d, Linear, Module } from 'patchwork/nn';
import { define, integer, option } from 'patchwork/options';
import { Generator, type Tensor } from 'patchwork/torch';

/** One convolution, whose maps' means are classified. */
class OneLayer extends Module implements ImageModel {
  readonly conv: Conv2d;
  readonly dropped: Module | null = null;
  readonly fc: Linear;
  readonly #pool = new GlobalAvgPool2d();

  constructor(width: number, { classes, channels = 3, seed = 0, regularize = [] }: ModelOptions) {
    super();
    this.conv = this.child('conv', new Conv2d(channels, width, 3, { padding: 1, stride: 2 }));
    for (const regularizer of regularize) {
      const layer = regularizer.onFeatures?.();
      if (layer) this.dropped = this.child('dropped', layer);
    }
    this.fc = this.child('fc', new Linear(width, classes));
    this.initialize(new Generator(seed));
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    const features = this.#pool.forward(onStage(this.conv.forward(images).relu(), 1));
    return this.fc.forward(this.dropped ? this.dropped.forward(features) : features);
  }
}

networks.add(
  define({
    name: 'one-layer',
    description: 'one convolution, for the smallest of trainings',
    ...{ family: 'OneLayer', pictures: 16 },
    options: { width: option(integer({ min: 1 }), { default: 8, description: 'channels of the convolution' }) },
    make: ({ width }, options: ModelOptions): ImageModel => new OneLayer(width, options),
  }),
);
