/**
 * White-box attacks: changes of at most epsilon a pixel that raise a network's loss.
 *
 * The CutMix paper (section 4.4) attacks with FGSM at 8/255 and says neither in which space nor whether pixels stay valid.
 * Here epsilon is a share of the pixels' range 0..1, before normalization, and pixels are clamped to that range.
 */
import { crossEntropy } from '../../nn/index.ts';
import { enableGrad, type Generator, grad, noGrad, scope, type Tensor, tensor } from '../../torch/index.ts';

/** What is attacked: differentiable logits [N, classes] of pixels in 0..1. Must be in evaluation's behavior. */
export interface AttackedNetwork {
  logits(pixels: Tensor): Tensor;
}

export interface FgsmOptions {
  /** The largest change of a pixel, of 0..1. Default 8/255. */
  epsilon?: number | undefined;
}

export interface PgdOptions extends FgsmOptions {
  /**
   * How far a pixel moves in one step. Default 2.5 epsilon / steps, by which all that is within epsilon can be reached from
   * any start. For ten steps within 8/255 that is 2/255, the step of Madry et al. for CIFAR-10.
   */
  stepSize?: number | undefined;
  /** Default 10. */
  steps?: number | undefined;
  /** Draws the start, uniform within epsilon of the images. Default: the attack starts at the images themselves. */
  randomStart?: Generator | undefined;
}

/**
 * The fast gradient sign method (Goodfellow et al. 2015, Explaining and Harnessing Adversarial Examples):
 * x + epsilon * sign(gradient of the cross-entropy with the true label), clamped to 0..1. A pixel with a gradient of 0
 * stays as it is.
 *
 * @param pixels [N, C, H, W] in 0..1
 * @param labels N true classes
 * @returns the images after the attack, [N, C, H, W] in 0..1
 */
export function fgsm(
  network: AttackedNetwork,
  pixels: Tensor,
  labels: Int32Array,
  { epsilon = 8 / 255 }: FgsmOptions = {},
): Tensor {
  return pgd(network, pixels, labels, { epsilon, stepSize: epsilon, steps: 1 });
}

/**
 * Projected gradient descent under the maximum norm (Madry et al. 2018, Towards Deep Learning Models Resistant to
 * Adversarial Attacks): steps along the gradient's sign, each followed by the way back to within epsilon of the images and
 * to 0..1. One step as long as epsilon is {@link fgsm}.
 *
 * @param pixels [N, C, H, W] in 0..1
 * @param labels N true classes
 * @returns the images after the last step, [N, C, H, W] in 0..1
 */
export function pgd(
  network: AttackedNetwork,
  pixels: Tensor,
  labels: Int32Array,
  { epsilon = 8 / 255, steps = 10, stepSize = (2.5 * epsilon) / steps, randomStart }: PgdOptions = {},
): Tensor {
  checkEpsilon(epsilon);
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`attack: expected steps to be a whole number of at least 1, got ${steps}`);
  }
  if (!(stepSize >= 0)) {
    throw new RangeError(`attack: expected stepSize to be a number of at least 0, got ${stepSize}`);
  }
  return noGrad(() =>
    scope(() => {
      const lowest = pixels.sub(epsilon).clamp({ min: 0 });
      const highest = pixels.add(epsilon).clamp({ max: 1 });
      const attacked = pixels.clone();
      const move = (by: Tensor, length: number) => {
        attacked.copy_(attacked.add(by, { alpha: length }).maximum(lowest).minimum(highest));
      };
      if (randomStart) {
        scope(() => move(pixels.clone().uniform_({ from: -1, to: 1, generator: randomStart }), epsilon));
      }
      for (let step = 0; step < steps; step++) {
        scope(() => move(lossGradient(network, attacked, labels).sign(), stepSize));
      }
      return attacked;
    }),
  );
}

/**
 * The gradient of each image's own cross-entropy with respect to its pixels, [N, C, H, W]. The network's parameters
 * collect none. Summed over the batch and not averaged, so that it does not depend on the batch's size.
 */
export function lossGradient(network: AttackedNetwork, pixels: Tensor, labels: Int32Array): Tensor {
  return enableGrad(() =>
    scope(() => {
      const leaf = pixels.detach();
      leaf.requiresGrad = true;
      const losses = crossEntropy(network.logits(leaf), tensor(labels, { dtype: 'int64', device: leaf.device }), {
        reduction: 'none',
      });
      return grad([losses.sum()], [leaf])[0];
    }),
  );
}

/** @throws where epsilon is no share of the pixels' range */
export function checkEpsilon(epsilon: number): void {
  if (epsilon >= 0 && epsilon <= 1) return;
  throw new RangeError(`attack: expected epsilon in 0..1, the range of pixels, as in 8/255; got ${epsilon}`);
}
