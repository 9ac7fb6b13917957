import type { Size } from '../geometry/index.ts';
import type { RandomStream } from '../random/index.ts';
import type { AugmentOptions } from './augment.ts';
// Not by the index, with its decoders: options of data sets must be told at once.
import { centerCrop } from './decode/center-crop.ts';
import type { PictureTransform } from './decode/picture-plan.ts';
import { sampleStretchedCrop, stretch } from './decode/stretch.ts';
import { sampleTrainingCrop } from './decode/training-crop.ts';

/**
 * What of a picture, which may be of any shape, a square image shows.
 *
 * `'crop'` keeps its proportions: evaluation shows the middle of the picture, training random parts of it (ImageNet's
 * recipe). `'stretch'` makes the whole picture a square first, whatever its proportions, of 256 / 224 of the image's side;
 * evaluation shows the middle of that, training a random part of the image's size: the paper's localization
 * (appendix B), in which no object may be cropped away. Images up to 64 pixels leave no border out, of either,
 * unless they are told to.
 */
export type PictureFit = (typeof pictureFits)[number];

export const pictureFits = ['crop', 'stretch'] as const;

/** Images of at most this height are whole pictures, padded and cropped back in training; larger ones are parts of them. */
export const largestWhole = 64;

/** Pixels of padding: with more, hardly anything of an image is left to see. */
export const mostPadding = 1024;

/** Whether a training image shows the whole picture (CIFAR's recipe) instead of a random part of it (ImageNet's). */
export function showsWhole({ height }: Pick<Size, 'height'>): boolean {
  return height <= largestWhole;
}

/** ImageNet's protocol leaves a border out: resize to 256, crop to 224. Small pictures cannot spare it. */
export function usualCropShare(image: Pick<Size, 'height'>): number {
  return showsWhole(image) ? 1 : 224 / 256;
}

/**
 * What evaluation shows of a picture, and training of one that it shows whole, before it is varied.
 *
 * @param image of which the height counts: images of pictures are squares
 * @param fit default `'crop'`
 * @param cropShare the share of the resized picture's side, or shorter side, that is shown: timm's `crop_pct`, above 0 up to 1.
 *   Default {@link usualCropShare}
 */
export function evaluationView(
  image: Pick<Size, 'height'>,
  fit: PictureFit = 'crop',
  cropShare: number = usualCropShare(image),
): PictureTransform {
  const size = image.height;
  // Rounded as timm does.
  const resized = Math.floor(size / cropShare);
  if (fit === 'stretch') return (picture) => stretch(picture, { size, side: resized });
  return (picture) => centerCrop(picture, { size, shorterSide: resized });
}

/** What training shows of a picture that it does not show whole: drawn anew from `random` for each. */
export function trainingView(
  { height: size }: Pick<Size, 'height'>,
  fit: PictureFit = 'crop',
  { flip, scale, color = false }: AugmentOptions,
  random: () => RandomStream,
): PictureTransform {
  if (fit === 'stretch') return (picture) => sampleStretchedCrop(picture, random(), { size, flip, color });
  return (picture) => sampleTrainingCrop(picture, random(), { size, flip, scale, color });
}
