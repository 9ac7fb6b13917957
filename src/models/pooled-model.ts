import { GlobalAvgPool2d } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';
import { ClassifierModel } from './classifier-model.ts';
import type { OnStage } from './image-model.ts';

/**
 * A network whose logits are a linear layer of the mean over its last map: what class activation maps need (Zhou et al.
 * 2016, Learning Deep Features for Discriminative Localization).
 */
export abstract class PooledModel extends ClassifierModel {
  readonly pool = new GlobalAvgPool2d();

  /** Images [N, channels, H, W] to the map [N, C, h, w] whose mean the classifier reads. */
  abstract lastMap(images: Tensor, onStage?: OnStage): Tensor;

  /** The logits [N, classes] of a last map. */
  classify(map: Tensor): Tensor {
    return this.logitsOf(this.pool.forward(map));
  }

  forward(images: Tensor, onStage?: OnStage): Tensor {
    return this.classify(this.lastMap(images, onStage));
  }
}
