import { Linear, Module } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';
import type { ImageModel, OnStage } from './image-model.ts';
import type { RegularizedPlaces } from './regularized-places.ts';

export interface ClassifierOptions {
  /** Width of the features that the classifier reads. */
  channels: number;
  /** Width of the logits. */
  classes: number;
  places: RegularizedPlaces;
}

/** A network that ends in features [N, C] and a linear layer of them, the classifier. */
export abstract class ClassifierModel extends Module implements ImageModel {
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

  /** The logits [N, classes] of features [N, C]. */
  protected logitsOf(features: Tensor): Tensor {
    return this.fc.forward(this.onFeatures ? this.onFeatures.forward(features) : features);
  }

  abstract override forward(images: Tensor, onStage?: OnStage): Tensor;
}
