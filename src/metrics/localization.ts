import { type Box, bestOverlap, checkBox, checkGroundTruth, iouThreshold, pixelOptions } from '../geometry/index.ts';
import { boolean, type OptionsOf, option, resolveOptions } from '../options/index.ts';

/** One image of which the network said where the object is and what it is. */
export interface LocalizedImage {
  /** The ground-truth boxes, at least one; any may be found. */
  groundTruth: readonly Box[];
  /** The box made of the class activation map of the true class. */
  predicted: Box;
  /** Whether the class predicted (`argmax`) is the true one. */
  rightClass: boolean;
}

const ownOptions = {
  /** How much the boxes must overlap: above 0, at most 1. Default 0.5. */
  iouThreshold: option(iouThreshold, { default: 0.5, description: 'the IoU that is enough' }),
  /** The IoU must be above the threshold, as in the CutMix paper; with false, at least it. Default true. */
  strict: option(boolean, { default: true, description: 'whether an IoU of exactly the threshold is too little' }),
};

const localizationAccuracyOptions = { ...ownOptions, ...pixelOptions };

export type LocalizationAccuracyOptions = OptionsOf<typeof ownOptions & typeof pixelOptions>;

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
 * one, so that one box an image is enough for both. That any of several ground-truth boxes may be found is ImageNet's
 * rule; the paper does not say.
 *
 * @throws where there is no image, or naming an image without ground truth, or with a box without size
 */
export function localizationAccuracy(
  images: readonly LocalizedImage[],
  options: LocalizationAccuracyOptions = {},
): LocalizationAccuracy {
  const settings = resolveOptions('localizationAccuracy', localizationAccuracyOptions, options);
  const { strict, pixels } = settings;
  if (images.length === 0) throw new Error('localizationAccuracy: expected at least one image, got none');
  const found = images.map(({ groundTruth, predicted }, i) => {
    checkGroundTruth(`localizationAccuracy: image ${i}`, groundTruth, pixels);
    checkBox(predicted, `localizationAccuracy: image ${i}: predicted box`, pixels);
    const best = bestOverlap(predicted, groundTruth, pixels);
    return strict ? best > settings.iouThreshold : best >= settings.iouThreshold;
  });
  const shareOf = (is: (image: LocalizedImage, i: number) => boolean) => images.filter(is).length / images.length;
  return {
    top1: shareOf(({ rightClass }, i) => rightClass && found[i]!),
    gtKnown: shareOf((_, i) => found[i]!),
    classification: shareOf(({ rightClass }) => rightClass),
  };
}
