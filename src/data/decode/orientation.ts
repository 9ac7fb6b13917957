import type { Box, Size } from '../../geometry/index.ts';
import type { Orientation, PicturePlan, Rectangle } from './picture-plan.ts';

export const isTransposed = (orientation: Orientation) => orientation >= 5;
const isMirroredInX = (orientation: Orientation) => [2, 3, 7, 8].includes(orientation);
const isMirroredInY = (orientation: Orientation) => [3, 4, 6, 7].includes(orientation);

/** The size of a stored picture as it is seen, and the other way round. */
export function turnedSize({ width, height }: Size, orientation: Orientation): Size {
  return isTransposed(orientation) ? { width: height, height: width } : { width, height };
}

/** A plan for a picture as it is stored, whose result may have to be mirrored in both directions. */
export interface StoredPlan extends PicturePlan {
  /** Top to bottom. */
  flipDown: boolean;
}

/**
 * The plan that shows of the stored picture what `plan` shows of the picture as it is seen; where the orientation is
 * transposed, the result is as well.
 */
export function storedPlan(plan: PicturePlan, stored: Size, orientation: Orientation): StoredPlan {
  const resized = turnedSize(plan.resized, orientation);
  const [flipAcross, flipAlong] = isTransposed(orientation) ? [false, plan.flip] : [plan.flip, false];
  return {
    ...plan,
    box: storedRectangle(plan.box, stored, orientation),
    resized,
    window: storedRectangle(plan.window, resized, orientation),
    flip: isMirroredInX(orientation) !== flipAcross,
    flipDown: isMirroredInY(orientation) !== flipAlong,
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

/** Where a box of a stored picture is in the picture as it is seen; in continuous pixels. */
export function turnedBox([x1, y1, x2, y2]: Box, { width, height }: Size, orientation: Orientation): Box {
  const [left, right] = isMirroredInX(orientation) ? [width - x2, width - x1] : [x1, x2];
  const [top, bottom] = isMirroredInY(orientation) ? [height - y2, height - y1] : [y1, y2];
  return isTransposed(orientation) ? [top, left, bottom, right] : [left, top, right, bottom];
}

/** Exchanges rows and columns of an image of three bytes a pixel. `seen` is the size of the result. */
export function transpose(pixels: Uint8Array, seen: Size, target: Uint8Array): void {
  const { width, height } = seen;
  let end = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = 3 * (x * height + y);
      target[end++] = pixels[pixel]!;
      target[end++] = pixels[pixel + 1]!;
      target[end++] = pixels[pixel + 2]!;
    }
  }
}
