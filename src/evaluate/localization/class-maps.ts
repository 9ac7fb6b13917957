/** Where a network sees a class: class activation maps, and what they have in common with Grad-CAM. */
import { type ImageModel, PooledModel } from '../../models/index.ts';
import { inPrecision } from '../../tasks/index.ts';
import { noGrad, type Tensor, tensor } from '../../torch/index.ts';
import { normalizedPixels } from '../network.ts';
import type { NetworkInUse } from '../network-in-use.ts';
import { gradCamPass } from './grad-cam.ts';
import { checkClasses, type MapMethod, type MapPass } from './score-map.ts';

/**
 * Class activation maps (Zhou et al. 2016, Learning Deep Features for Discriminative Localization): the last map's channels
 * added up with the classifier's weights of a class. The mean of such a map, plus the class's bias, is the class's logit.
 * The bias, the same everywhere, is left out, and negative values stay.
 *
 * @param model in evaluation's behavior
 * @param input [N, C, H, W], normalized
 * @param classes one for each image
 * @returns [N, h, w] in float32, as large as the last map
 * @throws where the network has no pooled head, or there is not one of its classes for each image
 */
export function classActivationMaps(model: ImageModel, input: Tensor, classes: Int32Array): Tensor {
  const pass = camPass(model, input);
  checkClasses('class activation maps', model, input, classes);
  return pass.mapsOf(classes);
}

function camPass(model: ImageModel, input: Tensor): MapPass {
  if (!(model instanceof PooledModel)) {
    throw new Error(
      'class activation maps: expected a network whose logits are a linear layer of the mean over its last map ' +
        `(a PooledModel), got ${model.constructor.name}; use Grad-CAM, which any network allows (method 'grad-cam')`,
    );
  }
  return noGrad(() => {
    const lastMap = model.lastMap(input);
    return {
      logits: model.classify(lastMap),
      mapsOf: (classes) => noGrad(() => activationOf(lastMap.to({ dtype: 'float32' }), model.fc.weight, classes)),
    };
  });
}

function activationOf(lastMap: Tensor, weights: Tensor, classes: Int32Array): Tensor {
  const [batch, channels, height, width] = lastMap.shape as [number, number, number, number];
  const ofClasses = weights.indexSelect(0, tensor(classes, { device: weights.device })).view([batch, 1, channels]);
  return ofClasses.bmm(lastMap.reshape([batch, channels, height * width])).view([batch, height, width]);
}

const passes: Record<MapMethod, (model: ImageModel, input: Tensor) => MapPass> = {
  cam: camPass,
  'grad-cam': gradCamPass,
};

/** What is used where nothing else is asked for: `cam` for a network that ends in a pooled head, else `grad-cam`. */
export function defaultMapMethod(model: ImageModel): MapMethod {
  return model instanceof PooledModel ? 'cam' : 'grad-cam';
}

/**
 * Runs a network once over pixels [N, C, H, W] in 0..1, in the precision of its training: its logits, in float32, and the
 * map of any class. Tensors belong to the scope around.
 *
 * @param method default: {@link defaultMapMethod}
 * @throws where the network does not allow the method
 */
export function mapPass(network: NetworkInUse, pixels: Tensor, method?: MapMethod): MapPass {
  const { model, runtime } = network;
  const pass = passes[method ?? defaultMapMethod(model)];
  const { logits, mapsOf } = inPrecision(runtime, () => pass(model, normalizedPixels(network, pixels)));
  return { logits: logits.to({ dtype: 'float32' }), mapsOf };
}
