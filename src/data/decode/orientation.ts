import type { Size } from '../../geometry/index.ts';
import type { PicturePlan, Rectangle } from './picture-plan.ts';

/**
 * EXIF's eight ways to hold a camera (tag 0x0112; 1 is upright). Pixel (x, y) of the picture as it is seen is found by
 * exchanging x and y where it is transposed, then mirroring them in the stored picture.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const isTransposed = (orientation: Orientation) => orientation >= 5;
const isMirroredInX = (orientation: Orientation) => [2, 3, 7, 8].includes(orientation);
const isMirroredInY = (orientation: Orientation) => [3, 4, 6, 7].includes(orientation);

/** The size of a stored picture as it is seen, and the other way round. */
export function turnedSize({ width, height }: Size, orientation: Orientation): Size {
  return isTransposed(orientation) ? { width: height, height: width } : { width, height };
}

/** The plan that shows of the stored picture what `plan` shows of the picture as it is seen, not yet turned. */
export function storedPlan(plan: PicturePlan, stored: Size, orientation: Orientation): PicturePlan {
  const resized = turnedSize(plan.resized, orientation);
  return {
    ...plan,
    box: storedRectangle(plan.box, stored, orientation),
    resized,
    window: storedRectangle(plan.window, resized, orientation),
  };
}

function storedRectangle(seen: Rectangle, { width, height }: Size, orientation: Orientation): Rectangle {
  const size = turnedSize(seen, orientation);
  const [left, top] = isTransposed(orientation) ? [seen.top, seen.left] : [seen.left, seen.top];
  return {
    left: isMirroredInX(orientation) ? width - left - size.width : left,
    top: isMirroredInY(orientation) ? height - top - size.height : top,
    ...size,
  };
}

/** Turns planes as they are stored into planes as they are seen. `seen` is the size of the latter. */
export function turn(planes: Uint8Array, seen: Size, orientation: Orientation, target: Uint8Array): void {
  const { width, height } = turnedSize(seen, orientation);
  const area = width * height;
  let end = 0;
  for (let start = 0; start < planes.length; start += area) {
    for (let y = 0; y < seen.height; y++) {
      for (let x = 0; x < seen.width; x++) {
        const [column, row] = isTransposed(orientation) ? [y, x] : [x, y];
        const storedX = isMirroredInX(orientation) ? width - 1 - column : column;
        const storedY = isMirroredInY(orientation) ? height - 1 - row : row;
        target[end++] = planes[start + storedY * width + storedX]!;
      }
    }
  }
}

/** Mirrors planes left to right, in place. */
export function mirror(planes: Uint8Array, width: number): void {
  for (let start = 0; start < planes.length; start += width) planes.subarray(start, start + width).reverse();
}
