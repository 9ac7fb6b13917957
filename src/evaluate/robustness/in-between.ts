/**
 * Images between two classes: mixtures of pairs, from one image to the other (section 4.4 of the CutMix paper, Figure 5b).
 */
import { checkOption, number } from '../../options/index.ts';
import type { Tensor } from '../../torch/index.ts';
import { centeredBox } from './occlusion.ts';

export type InBetweenMethod = 'mixup' | 'cutmix';

export interface InBetweenOptions {
  /**
   * `mixup` blends; `cutmix` pastes a square of the second image in the middle of the first, of the area that the ratio
   * leaves, its side rounded to whole pixels.
   */
  method: InBetweenMethod;
  /** The share of the first image, 0..1. */
  ratio: number;
  /** The second images, one for each: [N, C, H, W]. */
  partners: Tensor;
}

/** Mixtures of images [N, C, H, W] with their partners, as a new tensor. @throws where the ratio is not in 0..1 */
export function inBetween(images: Tensor, { method, ratio, partners }: InBetweenOptions): Tensor {
  checkOption('inBetween', 'ratio', number({ min: 0, max: 1 }), ratio);
  if (method === 'mixup') return partners.mul(1 - ratio).add_(images, { alpha: ratio });
  const [, , height = 0, width = 0] = images.shape;
  const [x1, y1, x2, y2] = centeredBox({ height, width }, Math.sqrt(1 - ratio));
  const inside = (side: Tensor) => side.narrow(2, y1, y2 - y1).narrow(3, x1, x2 - x1);
  const mixed = images.clone();
  inside(mixed).copy_(inside(partners));
  return mixed;
}
