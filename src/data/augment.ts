import type { RandomStream } from '../random/index.ts';
import { applyColor, type ColorOptions, sampleColor } from './decode/index.ts';
import type { ImageShape } from './image-set.ts';

/**
 * How training images are varied. Images in memory, and pictures at sizes up to 64, are whole images that are padded,
 * cropped and mirrored (CIFAR's recipe). Of pictures at larger sizes random parts are shown, resized and mirrored
 * (ImageNet's recipe).
 */
export interface AugmentOptions {
  /** Black pixels added on each side before a crop of the original size; 4 in the CIFAR recipes. Not for larger sizes. */
  padding: number;
  /** Whether half of the images are mirrored left to right. */
  flip: boolean;
  /** Larger sizes: the part's area is uniform between these shares of the picture's (default 0.08 to 1). Not with
   * `fit: 'stretch'`. */
  scale?: readonly [least: number, most: number] | undefined;
  /** Color jitter and PCA lighting of images in color (default: none); `{}` is ImageNet's, see `ColorOptions`. */
  color?: ColorOptions | false | undefined;
}

/** One draw: the crop's corner in the padded image, each 0 .. 2 * padding, and whether it is mirrored. */
export interface CropFlip {
  top: number;
  left: number;
  flip: boolean;
}

/** Draws a crop and a flip. The same three numbers are drawn whatever the options, so switching one keeps the other. */
export function sampleCropFlip(
  random: RandomStream,
  { padding, flip }: Pick<AugmentOptions, 'padding' | 'flip'>,
): CropFlip {
  const top = random.integer(2 * padding + 1);
  const left = random.integer(2 * padding + 1);
  return { top, left, flip: random.uniform() < 0.5 && flip };
}

/**
 * Pads an image with `padding` zeros (black) on each side, crops it back to its size at (top, left) and mirrors it:
 * torchvision's `RandomCrop(size, padding)` and `RandomHorizontalFlip` as the CIFAR recipes use them, where the padding
 * is black because it comes before the normalization.
 *
 * @param image the bytes of one image as channels, rows, columns; not changed
 * @param target where the result goes, of the same length (default: a new array)
 */
export function cropFlip(
  image: Uint8Array,
  { channels, height, width }: ImageShape,
  { top, left, flip }: CropFlip,
  padding: number,
  target: Uint8Array = new Uint8Array(image.length),
): Uint8Array {
  const firstRow = top - padding;
  const firstColumn = left - padding;
  for (let row = 0; row < channels * height; row++) {
    const channelStart = row - (row % height);
    const y = (row % height) + firstRow;
    const inside = y >= 0 && y < height;
    for (let column = 0; column < width; column++) {
      const x = firstColumn + (flip ? width - 1 - column : column);
      target[row * width + column] = inside && x >= 0 && x < width ? image[(channelStart + y) * width + x]! : 0;
    }
  }
  return target;
}

/** Copies an image into `target`, varied by what is drawn from `random`. */
export function augmentImage(
  image: Uint8Array,
  shape: ImageShape,
  augment: AugmentOptions,
  random: RandomStream,
  target: Uint8Array,
): void {
  cropFlip(image, shape, sampleCropFlip(random, augment), augment.padding, target);
  if (augment.color) applyColor(target, sampleColor(random, augment.color));
}
