import {
  type Box,
  bestOverlap,
  checkBox,
  checkTruths,
  type PixelConvention,
  pixelConventions,
} from '../geometry/index.ts';
import { checkOptions, share, yesOrNo } from './options.ts';

/** One image of which the network said where the object is and what it is. */
export interface LocalizedImage {
  /** The true boxes, at least one; any may be found. */
  truths: readonly Box[];
  /** The box made of the class activation map of the true class. */
  predicted: Box;
  /** Whether the class with the largest score is the true one. */
  rightClass: boolean;
}

export interface LocalizationAccuracyOptions {
  /** Default 0.5. */
  iouThreshold?: number;
  /** The IoU must be above the threshold, as in the CutMix paper; with false, at least it. Default true. */
  strict?: boolean;
  /** Default `continuous`. */
  pixels?: PixelConvention;
}

/** Shares of the images, in 0..1. */
export interface LocalizationAccuracy {
  /** Box and class are right. */
  top1: number;
  /** The box is right ("GT-known"). */
  gtKnown: number;
  /** The class is right. */
  classification: number;
}

/**
 * Top-1 and GT-known localization (Yun et al. 2019, appendix B). Where the class is right, the predicted class is the true
 * one, so that one box an image is enough for both. That any of several true boxes may be found is ImageNet's rule; the
 * paper does not say.
 *
 * @throws where there is no image, naming an image without true boxes, or with a box without size
 */
export function localizationAccuracy(
  images: readonly LocalizedImage[],
  options: LocalizationAccuracyOptions = {},
): LocalizationAccuracy {
  checkOptions('localizationAccuracy', options, { iouThreshold: share, strict: yesOrNo, pixels: pixelConventions });
  const { iouThreshold = 0.5, strict = true, pixels = 'continuous' } = options;
  if (images.length === 0) throw new Error('localizationAccuracy: expected at least one image, got none');
  const found = images.map(({ truths, predicted }, i) => {
    checkTruths(`localizationAccuracy: image ${i}`, truths, pixels);
    checkBox(predicted, `localizationAccuracy: image ${i}: predicted box`, pixels);
    const best = bestOverlap(predicted, truths, pixels);
    return strict ? best > iouThreshold : best >= iouThreshold;
  });
  const shareOf = (is: (image: LocalizedImage, i: number) => boolean) => images.filter(is).length / images.length;
  return {
    top1: shareOf(({ rightClass }, i) => rightClass && found[i]!),
    gtKnown: shareOf((_, i) => found[i]!),
    classification: shareOf(({ rightClass }) => rightClass),
  };
}
