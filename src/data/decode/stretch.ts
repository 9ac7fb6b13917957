import type { Size } from '../../geometry/index.ts';
import type { RandomStream } from '../../random/index.ts';
import { centerCorner } from './center-crop.ts';
import { type ColorOptions, sampleColor } from './color.ts';
import { type PicturePlan, whole } from './picture-plan.ts';

export interface StretchOptions {
  /** Height and width of the result (default 224). */
  size?: number | undefined;
  /** The side of the square that the picture becomes, at least `size` (default 256 / 224 of it, rounded down). */
  side?: number | undefined;
}

export interface StretchedCropOptions extends StretchOptions {
  /** Mirror half of the pictures (default true). */
  flip?: boolean | undefined;
  /** Color jitter and PCA lighting (default: none, as the paper names none). */
  color?: ColorOptions | false | undefined;
}

/**
 * The whole picture made a square, whatever its proportions, and of that the middle: what the paper measures localization
 * on (appendix B: resized to 256 x 256, center crop of 224 x 224). torchvision's `Resize((256, 256))` and `CenterCrop`.
 *
 * @param picture as it is seen, in pixels
 * @returns a plan for an image of size x size that is not mirrored
 * @throws where `side` is smaller than `size`
 */
export function stretch(picture: Size, options: StretchOptions = {}): PicturePlan {
  const { size, side } = sidesOf(options);
  const corner = centerCorner(side, size);
  return cropOfSquare(picture, side, { left: corner, top: corner, width: size, height: size });
}

/**
 * The whole picture made a square, and of that a random part, every place equally likely: what the paper trains
 * localization on (appendix B: random crop of 224 x 224). Whether pictures are mirrored, it does not say; the code that
 * it compares with mirrors half of them, and so does this. The same numbers are drawn whatever `flip` and `color` are.
 *
 * @param picture as it is seen, in pixels
 * @returns a plan for an image of size x size
 * @throws where `side` is smaller than `size`
 */
export function sampleStretchedCrop(
  picture: Size,
  random: RandomStream,
  { flip = true, color = false, ...sides }: StretchedCropOptions = {},
): PicturePlan {
  const { size, side } = sidesOf(sides);
  const left = random.integer(side - size + 1);
  const top = random.integer(side - size + 1);
  const mirrored = random.uniform() < 0.5;
  const plan = cropOfSquare(picture, side, { left, top, width: size, height: size });
  return { ...plan, flip: mirrored && flip, ...(color ? { color: sampleColor(random, color) } : {}) };
}

function sidesOf({ size = 224, side = Math.floor((size * 256) / 224) }: StretchOptions) {
  if (side >= size) return { size, side };
  throw new Error(`stretch: expected side to be at least the size, ${size}, got ${side}`);
}

function cropOfSquare(picture: Size, side: number, window: PicturePlan['window']): PicturePlan {
  return { box: whole(picture), resized: { width: side, height: side }, window, flip: false };
}
