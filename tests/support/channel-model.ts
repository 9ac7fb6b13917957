import type { OnStage } from '../../src/models/image-model.ts';
import { PooledModel } from '../../src/models/index.ts';
import { RegularizedPlaces } from '../../src/models/regularized-places.ts';
import { noGrad, scope, type Tensor, tensor } from '../../src/torch/index.ts';

/**
 * A network that sees nothing but colors: class 0 is red, 1 is green, 2 is blue. Its last map is the image, its logits
 * are the means of the channels, and the map of a class is the image's channel.
 */
export class ChannelModel extends PooledModel {
  constructor() {
    super();
    this.addClassifier({ channels: 3, classes: 3, places: new RegularizedPlaces() });
    const { weight, bias } = this.fc;
    noGrad(() =>
      scope(() => {
        weight.copy_(
          tensor([
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ]),
        );
        bias!.zero_();
      }),
    );
  }

  lastMap(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    return onStage(images, 1);
  }
}
