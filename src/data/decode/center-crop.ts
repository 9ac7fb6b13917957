import type { Size } from '../../geometry/index.ts';
import { type PicturePlan, whole } from './picture-plan.ts';

export interface CenterCropOptions {
  /** Height and width of the result (default 224). */
  size?: number | undefined;
  /** The shorter side before the middle is cut out, at least `size` (default 256 / 224 of it, as in ImageNet's protocol). */
  shorterSide?: number | undefined;
}

/**
 * What a network is measured on: the picture resized until its shorter side is `shorterSide`, and of that the middle.
 * torchvision's `Resize` and `CenterCrop`, sizes rounded as there: the longer side down, the corner to the nearest pixel,
 * halves to the even one.
 *
 * @param picture as it is seen, in pixels
 * @returns a plan for an image of size x size that is not mirrored
 * @throws where `shorterSide` is smaller than `size`
 */
export function centerCrop(
  picture: Size,
  { size = 224, shorterSide = Math.floor((size * 256) / 224) }: CenterCropOptions = {},
): PicturePlan {
  if (shorterSide < size) {
    throw new Error(`center crop: expected shorterSide to be at least the size, ${size}, got ${shorterSide}`);
  }
  const shorter = Math.min(picture.width, picture.height);
  const side = (length: number) => Math.floor((shorterSide * length) / shorter);
  const resized = { width: side(picture.width), height: side(picture.height) };
  const [left, top] = [centerCorner(resized.width, size), centerCorner(resized.height, size)];
  return { box: whole(picture), resized, window: { left, top, width: size, height: size }, flip: false };
}

/** Where the middle `size` pixels of `length` begin: to the nearest pixel, halves to the even one. */
export function centerCorner(length: number, size: number): number {
  const value = (length - size) / 2;
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
