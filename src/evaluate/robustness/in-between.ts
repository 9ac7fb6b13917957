/**
 * Images between two classes: mixtures of pairs, from one image to the other (section 4.4 of the CutMix paper, Figure 5b).
 */
import type { MixPlan } from '../../mix/index.ts';
import { remainingShare } from '../../mix/plan.ts';
import { checkOption, number } from '../../options/index.ts';
import type { RandomStream } from '../../random/index.ts';
import type { Tensor } from '../../torch/index.ts';
import { mixImages } from '../../train/index.ts';
import { centeredBox } from './occlusion.ts';

/** How a mixture is made, and the side of the box that the partner has, as a share of the image's. */
const methods = {
  mixup: { how: 'blend', side: () => 1 },
  cutmix: { how: 'paste', side: (ratio: number) => Math.sqrt(1 - ratio) },
} as const;

export type InBetweenMethod = keyof typeof methods;

export interface InBetweenOptions {
  /**
   * `mixup` blends; `cutmix` pastes a square of the second image in the middle of the first, of the area that the ratio
   * leaves, its side rounded to whole pixels.
   */
  method: InBetweenMethod;
  /** The share of the first image, 0..1. */
  ratio: number;
  /** Image n is mixed with image partners[n] of the batch. */
  partners: readonly number[];
}

/** For each of n images another one, by one random cycle through all of them; a single image is its own. */
export function drawPartners(n: number, random: RandomStream): number[] {
  const cycle = random.permutation(n);
  const partners = new Array<number>(n);
  cycle.forEach((image, place) => {
    partners[image] = cycle[(place + 1) % n]!;
  });
  return partners;
}

/** Mixtures of images [N, C, H, W] with their partners, as a new tensor. */
export function inBetween(images: Tensor, { method, ratio, partners }: InBetweenOptions): Tensor {
  checkOption('inBetween', 'ratio', number({ min: 0, max: 1 }), ratio);
  const [, , height = 0, width = 0] = images.shape;
  const { how, side } = methods[method];
  const box = centeredBox({ height, width }, side(ratio));
  const lambda = how === 'blend' ? ratio : remainingShare(box, { height, width });
  const plan: MixPlan = {
    method,
    how,
    stage: 0,
    height,
    width,
    permutation: [...partners],
    boxes: [box],
    lambda: [lambda],
    labelWeight: [lambda],
  };
  return mixImages(images.clone(), plan);
}
