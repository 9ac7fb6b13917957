import type { Box } from '../../geometry/index.ts';
import { type View, whole } from './picture-plan.ts';

/**
 * Where a box of a picture is in an image that shows the picture so: cropped, resized, padded and mirrored with it, and
 * clipped to what is shown.
 *
 * @param box in continuous pixels of the upright picture, ends exclusive; it may reach beyond the picture
 * @returns in continuous pixels of the image (0 .. width, 0 .. height); undefined where nothing of the box is shown
 */
export function mapBox([x1, y1, x2, y2]: Box, view: View): Box | undefined {
  const { box, resized, window, flip, shown = whole(resized) } = view;
  const toX = (x: number) => ((x - box.left) * resized.width) / box.width - window.left;
  const toY = (y: number) => ((y - box.top) * resized.height) / box.height - window.top;
  const [firstX, firstY] = [Math.max(0, shown.left - window.left), Math.max(0, shown.top - window.top)];
  const lastX = Math.min(window.width, shown.left + shown.width - window.left);
  const lastY = Math.min(window.height, shown.top + shown.height - window.top);
  const [left, right] = [Math.max(toX(x1), firstX), Math.min(toX(x2), lastX)];
  const [top, bottom] = [Math.max(toY(y1), firstY), Math.min(toY(y2), lastY)];
  if (!(left < right && top < bottom)) return undefined;
  return flip ? [window.width - right, top, window.width - left, bottom] : [left, top, right, bottom];
}

/**
 * Where in the picture a box of the image is: {@link mapBox} backwards, without clipping.
 *
 * @param box in continuous pixels of the image, ends exclusive
 * @returns in continuous pixels of the upright picture
 */
export function unmapBox([x1, y1, x2, y2]: Box, { box, resized, window, flip }: View): Box {
  const [left, right] = flip ? [window.width - x2, window.width - x1] : [x1, x2];
  const toX = (x: number) => ((x + window.left) * box.width) / resized.width + box.left;
  const toY = (y: number) => ((y + window.top) * box.height) / resized.height + box.top;
  return [toX(left), toY(y1), toX(right), toY(y2)];
}
