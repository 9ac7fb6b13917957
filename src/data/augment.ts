import type { RandomStream } from '../random/index.ts';
import { applyColor, type ColorOptions, type PicturePlan, sampleColor } from './decode/index.ts';
import type { ImageSpec, Layout } from './images.ts';
import type { RandAugmentOptions } from './rand-augment.ts';

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
  /** RandAugment of images in color, after all of the above (default: none). Boxes do not follow what it moves. */
  randAugment?: RandAugmentOptions | undefined;
  /** Chance of a rectangle to be erased at the end, 0 .. 1 (default 0). */
  erase?: number | undefined;
}

/** One draw: the crop's corner in the padded image, each 0 .. 2 * padding, and whether it is mirrored. */
export interface CropFlip {
  top: number;
  left: number;
  flip: boolean;
}

/**
 * Draws a crop and a flip, every corner in 0 .. 2 * padding equally likely. The same three numbers are drawn whatever the
 * options, so switching one keeps the other.
 */
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
 * @param image the bytes of one image in the layout; not changed
 * @param target where the result goes, of the same length and layout (default: a new array)
 * @param layout default `NCHW`
 */
export function cropFlip(
  image: Uint8Array,
  { channels, height, width }: ImageSpec,
  { top, left, flip }: CropFlip,
  padding: number,
  target: Uint8Array = new Uint8Array(image.length),
  layout: Layout = 'NCHW',
): Uint8Array {
  const [planes, pixelBytes] = layout === 'NCHW' ? [channels, 1] : [1, channels];
  const rowBytes = width * pixelBytes;
  const firstRow = top - padding;
  const firstColumn = left - padding;
  // The columns of a row that show some of the image, and the first of the image's that they show.
  const from = Math.max(0, firstColumn);
  const shown = Math.max(0, Math.min(width, firstColumn + width) - from);
  const start = (flip ? width - shown - (from - firstColumn) : from - firstColumn) * pixelBytes;
  target.fill(0);
  if (shown === 0) return target;
  for (let row = 0; row < planes * height; row++) {
    const y = (row % height) + firstRow;
    if (y < 0 || y >= height) continue;
    const source = (row - (row % height) + y) * rowBytes + from * pixelBytes;
    const end = row * rowBytes + start;
    if (flip) mirror(image, source, shown, pixelBytes, target, end);
    else target.set(image.subarray(source, source + shown * pixelBytes), end);
  }
  return target;
}

/** Copies `pixels` pixels in the other order. */
function mirror(
  image: Uint8Array,
  source: number,
  pixels: number,
  pixelBytes: number,
  target: Uint8Array,
  start: number,
): void {
  for (let i = 0, from = source + (pixels - 1) * pixelBytes, to = start; i < pixels; i++, from -= 2 * pixelBytes) {
    for (let byte = 0; byte < pixelBytes; byte++) target[to++] = image[from++]!;
  }
}

/** Copies an image into `target`, varied by what is drawn from `random`. @returns what of the image the target shows */
export function augmentImage(
  image: Uint8Array,
  spec: ImageSpec,
  layout: Layout,
  augment: AugmentOptions,
  random: RandomStream,
  target: Uint8Array,
): Pick<PicturePlan, 'window' | 'flip' | 'color'> {
  const { height, width } = spec;
  const { padding, color: options } = augment;
  const draw = sampleCropFlip(random, augment);
  cropFlip(image, spec, draw, padding, target, layout);
  const window = { left: draw.left - padding, top: draw.top - padding, width, height };
  if (!options) return { window, flip: draw.flip };
  const color = sampleColor(random, options);
  applyColor(target, color, layout);
  return { window, flip: draw.flip, color };
}
