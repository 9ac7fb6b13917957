import type { ImageModel } from '../../models/index.ts';
import { enableGrad, grad, noGrad, type Tensor, tensor } from '../../torch/index.ts';
import { checkClasses, type MapPass } from './score-map.ts';

export interface GradCamOptions {
  /** After which stage the hidden map is taken, numbered as for `OnStage`. Default: the last. */
  stage?: number | undefined;
}

/**
 * Grad-CAM (Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization,
 * equations 1 and 2): a hidden map's channels added up, each with the mean over the map of the gradient of a class's logit
 * with respect to it; negative sums become 0.
 *
 * Where the hidden map is the one whose mean the classifier reads (the last stage's of a ResNet; PyramidNet and VGG-GAP
 * have layers after it), this is the class activation map divided by its number of places, without what is negative.
 *
 * @param model in evaluation's behavior
 * @param input [N, C, H, W], normalized
 * @param classes one for each image
 * @returns [N, h, w] in float32, as large as the hidden map
 * @throws where the network has no such stage, or there is not one of its classes for each image
 */
export function gradCam(model: ImageModel, input: Tensor, classes: Int32Array, options: GradCamOptions = {}): Tensor {
  checkClasses('Grad-CAM', model, input, classes);
  return gradCamPass(model, input, options).mapsOf(classes);
}

export function gradCamPass(model: ImageModel, input: Tensor, { stage: wanted }: GradCamOptions = {}): MapPass {
  let map: Tensor | undefined;
  let stages = 0;
  const logits = enableGrad(() =>
    model.forward(input, (hidden, stage) => {
      stages = stage;
      if (wanted !== undefined && stage !== wanted) return hidden;
      // A leaf: gradients end here, so that no layer before it is gone through backwards.
      map = hidden.detach();
      map.requiresGrad = true;
      return map;
    }),
  );
  if (!map) throw new Error(`Grad-CAM: expected a stage in 1..${stages}, got ${wanted}`);
  const hidden = map;
  return { logits: logits.detach(), mapsOf: (classes) => gradientWeighted(hidden, logits, classes) };
}

function gradientWeighted(map: Tensor, logits: Tensor, classes: Int32Array): Tensor {
  const index = tensor(classes, { dtype: 'int64', shape: [classes.length, 1], device: map.device });
  // No image's logit depends on another's map, so that the sum's gradient has each image's own.
  const [gradient] = grad([enableGrad(() => logits.gather(1, index).sum())], [map], { retainGraph: true });
  return noGrad(() => {
    const weights = gradient.to({ dtype: 'float32' }).mean([2, 3], { keepdim: true });
    return map.detach().to({ dtype: 'float32' }).mul(weights).sum([1]).relu_();
  });
}
