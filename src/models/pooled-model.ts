import { GlobalAvgPool2d, Linear, Module } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';
import type { ImageModel, OnStage } from './image-model.ts';
import type { RegularizedPlaces } from './regularized-places.ts';

export interface ClassifierOptions {
  /** Channels of the last map. */
  channels: number;
  /** Width of the logits. */
  classes: number;
  places: RegularizedPlaces;
}

/**
 * A network whose logits are a linear layer of the mean over its last map: what class activation maps need (Zhou et al.
 * 2016, Learning Deep Features for Discriminative Localization).
 */
export abstract class PooledModel extends Module implements ImageModel {
  readonly pool = new GlobalAvgPool2d();
  /** What regularizes the features [N, C] that the classifier reads. */
  onFeatures: Module | null = null;
  /** The classifier: features [N, C] to logits [N, classes]. */
  fc!: Linear;

  /** To be called last in the constructor: the classifier comes last among the parameters. */
  protected addClassifier({ channels, classes, places }: ClassifierOptions): void {
    const onFeatures = places.features();
    if (onFeatures) this.onFeatures = this.child('onFeatures', onFeatures);
    this.fc = this.child('fc', new Linear(channels, classes));
  }

  /** Images [N, channels, H, W] to the map [N, C, h, w] whose mean the classifier reads; none of it is negative. */
  abstract lastMap(images: Tensor, onStage?: OnStage): Tensor;

  /** The logits [N, classes] of a last map. */
  classify(map: Tensor): Tensor {
    const features = this.pool.forward(map);
    return this.fc.forward(this.onFeatures ? this.onFeatures.forward(features) : features);
  }

  forward(images: Tensor, onStage?: OnStage): Tensor {
    return this.classify(this.lastMap(images, onStage));
  }
}
