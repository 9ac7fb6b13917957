import { choice, number, type OptionsOf, option, quoted, resolveOptions } from '../options/index.ts';

/**
 * A box by two opposite corners: left, top, right, bottom. x grows to the right and y downwards.
 *
 * The numbers alone do not say what they mean; a {@link PixelConvention} does.
 */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * What a box covers. `continuous`: the corners are points and the ends are outside, so the width is x2 - x1 and the
 * top-left pixel is [0, 0, 1, 1] (COCO, most networks). `inclusive`: the corners name the first and the last pixel that
 * belong to the box, so the width is x2 - x1 + 1 and the top-left pixel is [0, 0, 0, 0] (VOC's development kit,
 * wsolevaluation).
 */
export type PixelConvention = (typeof pixelConventions)[number];

const pixelConventions = ['continuous', 'inclusive'] as const;

/** Height and width in pixels: of a picture, an image, a map or a grid of boxes. */
export interface Size {
  height: number;
  width: number;
}

/** How much boxes must overlap. */
export const iouThreshold = number({ above: 0, max: 1 });

/** The option of everything that compares boxes. */
export const pixelOptions = {
  /** What the corners of boxes mean. Default `continuous`. */
  pixels: option(choice(pixelConventions), { default: 'continuous', description: 'what the corners of boxes mean' }),
};

export type IouOptions = OptionsOf<typeof pixelOptions>;

/**
 * Intersection over union of two boxes, in 0..1; 1 for equal boxes only.
 *
 * @throws where a box has no size, a negative one, or a number that is not finite. A box of one inclusive pixel, with
 *   x2 equal to x1, has a size
 */
export function iou(a: Box, b: Box, options: IouOptions = {}): number {
  const { pixels } = resolveOptions('iou', pixelOptions, options);
  checkBox(a, 'iou: first box', pixels);
  checkBox(b, 'iou: second box', pixels);
  return overlap(a, b, pixels);
}

/** {@link iou} without the checks, for boxes that were checked before. */
export function overlap(a: Box, b: Box, pixels: PixelConvention): number {
  const both = intersection(a, 0, b, 0, pixels);
  return both / (area(a, 0, pixels) + area(b, 0, pixels) - both);
}

/** The largest IoU of a box with any of several; without checks. */
export function bestOverlap(box: Box, groundTruth: readonly Box[], pixels: PixelConvention): number {
  let best = 0;
  for (const one of groundTruth) best = Math.max(best, overlap(box, one, pixels));
  return best;
}

/** What a box adds to the difference of its corners. */
const lastPixel = (pixels: PixelConvention): number => (pixels === 'inclusive' ? 1 : 0);

/** The area of the box that stands in a list of numbers from place `i` on; pixels, squared. */
export function area(boxes: ArrayLike<number>, i: number, pixels: PixelConvention): number {
  const more = lastPixel(pixels);
  return (boxes[i + 2]! - boxes[i]! + more) * (boxes[i + 3]! - boxes[i + 1]! + more);
}

/** The area that two boxes share, each in a list of numbers from its place on. */
export function intersection(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  pixels: PixelConvention,
): number {
  const more = lastPixel(pixels);
  const width = Math.min(a[i + 2]!, b[j + 2]!) - Math.max(a[i]!, b[j]!) + more;
  const height = Math.min(a[i + 3]!, b[j + 3]!) - Math.max(a[i + 1]!, b[j + 1]!) + more;
  return width > 0 && height > 0 ? width * height : 0;
}

/** The area of a continuous box, pixels squared; 0 for an empty one. */
export function boxArea([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1);
}

/** Checks a box before it is compared. @throws an error that begins with `name` where it is none, see {@link iou} */
export function checkBox(box: Box, name: string, pixels: PixelConvention): void {
  if (!isBox(box, pixels)) throw boxError(box, name, pixels);
}

/** Whether these are four finite numbers of a box with a size. */
export function isBox(box: Box | undefined, pixels: PixelConvention): boolean {
  if (box?.length !== 4) return false;
  const [x1, y1, x2, y2] = box;
  const areFinite = Number.isFinite(x1) && Number.isFinite(y1) && Number.isFinite(x2) && Number.isFinite(y2);
  return areFinite && hasLength(x1, x2, pixels) && hasLength(y1, y2, pixels);
}

const hasLength = (from: number, to: number, pixels: PixelConvention): boolean =>
  pixels === 'inclusive' ? from <= to : from < to;

/** What is said of a box that is none. @param name what is at fault, with which the message begins */
export function boxError(box: Box, name: string, pixels: PixelConvention): Error {
  const order = pixels === 'inclusive' ? 'x1 <= x2 and y1 <= y2' : 'x1 < x2 and y1 < y2';
  return new Error(
    `${name}: expected finite [x1, y1, x2, y2] with ${order} (${pixels} pixels), got ${quoted(box)}; ` +
      'a box of x, y, width and height is [x, y, x + width, y + height], and one of which nothing is left is none',
  );
}

/**
 * Checks an image's ground truth before it is compared.
 *
 * @throws an error that begins with `name` where there is no box, or one is none
 */
export function checkGroundTruth(name: string, groundTruth: readonly Box[], pixels: PixelConvention): void {
  if (groundTruth.length === 0)
    throw new Error(`${name}: expected at least one ground-truth box, got none; leave the image out`);
  for (const box of groundTruth) checkBox(box, `${name}: ground-truth box`, pixels);
}
