import type { Box, Size } from '../../geometry/index.ts';
import { type PicturePlan, pictureSize } from '../decode/index.ts';
import type { ImageSet } from '../image-set.ts';
import { type PictureLocation, pictureName, readPicture } from '../picture-location.ts';
import { evaluationView } from '../picture-view.ts';

/**
 * How far a box may reach beyond its picture, in pixels. CUB-200-2011 has boxes that end one pixel outside, and lists
 * disagree on whether the first pixel is 0 or 1; what reaches further was drawn on a picture of another size.
 */
const tolerance = 2;

/**
 * The true boxes of an image as evaluation sees it, in its own continuous pixels (0 .. width, 0 .. height, ends
 * exclusive): resized and cropped as the picture is, and clipped to what is shown. A box of which nothing is shown is left
 * out, so that there may be none. Boxes that were drawn on the picture at another size (`drawnAt`) are scaled. Of a
 * picture, nothing is decoded but its header.
 *
 * @param index in 0 .. set.length - 1
 * @throws where the set has no boxes or no such image, and where the picture cannot be read or a box reaches beyond it
 */
export async function imageBoxes(set: ImageSet, index: number): Promise<Box[]> {
  const boxes = set.boxes?.[index];
  if (boxes === undefined) {
    throw new Error(
      set.boxes
        ? `imageBoxes: expected an image in 0..${set.length - 1} of ${set.name} ${set.split}, got ${index}`
        : `imageBoxes: expected data with true boxes, got ${set.name} ${set.split}${'pictures' in set ? '; give it some by withBoxes' : ''}`,
    );
  }
  if (!('pictures' in set)) return shown(boxes, set);
  if (boxes.length === 0) return [];
  const location = set.pictures[index]!;
  const size = await pictureSizeAt(location);
  const stored = boxes.map((box) => scaled(box, set.drawnAt?.[index] ?? size, size));
  for (const box of stored) checkInside(box, size, pictureName(location));
  const plan = evaluationView(set, set.fit)(size);
  return shown(
    stored.map((box) => mapped(box, plan)),
    plan.window,
  );
}

function scaled([x1, y1, x2, y2]: Box, from: Size, to: Size): Box {
  const [x, y] = [to.width / from.width, to.height / from.height];
  return [x1 * x, y1 * y, x2 * x, y2 * y];
}

/** The size of a picture as it is seen. @throws with its name */
async function pictureSizeAt(location: PictureLocation): Promise<Size> {
  const bytes = await readPicture(location);
  return pictureSize(bytes).catch((error: Error) => {
    throw new Error(`${pictureName(location)}: ${error.message}`, { cause: error });
  });
}

/** Where a plan that does not mirror puts a box of the picture. */
function mapped([x1, y1, x2, y2]: Box, { box, resized, window }: PicturePlan): Box {
  const toX = (x: number) => ((x - box.left) * resized.width) / box.width - window.left;
  const toY = (y: number) => ((y - box.top) * resized.height) / box.height - window.top;
  return [toX(x1), toY(y1), toX(x2), toY(y2)];
}

/** What is left of boxes inside of an image. */
function shown(boxes: readonly Box[], { width, height }: Size): Box[] {
  return boxes
    .map(([x1, y1, x2, y2]): Box => [Math.max(x1, 0), Math.max(y1, 0), Math.min(x2, width), Math.min(y2, height)])
    .filter(([x1, y1, x2, y2]) => x1 < x2 && y1 < y2);
}

function checkInside([x1, y1, x2, y2]: Box, { width, height }: Size, name: string): void {
  if (Math.max(-x1, -y1, x2 - width, y2 - height) <= tolerance) return;
  throw new Error(
    `${name}: expected its boxes inside of its ${width} x ${height} pixels, got corners (${x1}, ${y1}) and (${x2}, ${y2}); ` +
      'were they drawn on it at another size?',
  );
}
