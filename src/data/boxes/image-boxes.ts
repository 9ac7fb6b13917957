import type { Box, Size } from '../../geometry/index.ts';
import type { LabeledImages } from '../dataset.ts';
import { pictureHeader } from '../decode/decode-image.ts';
import { mapBox, type View } from '../decode/index.ts';
import { turnedBox, turnedSize } from '../decode/orientation.ts';
import { type Orientation, wholeView } from '../decode/picture-plan.ts';
import { type PictureLocation, pictureName, readPicture } from '../picture-location.ts';
import { evaluationView } from '../picture-view.ts';

/**
 * How far a box may reach beyond its picture, in pixels. CUB-200-2011 has boxes that end one pixel outside, and lists
 * disagree on whether the first pixel is 0 or 1; what reaches further was drawn on a picture of another size.
 */
const tolerance = 2;

/**
 * The ground-truth boxes of an image as evaluation sees it, in its own continuous pixels (0 .. width, 0 .. height, ends
 * exclusive): resized and cropped as the picture is, and clipped to what is shown. A box of which nothing is shown is left
 * out, so that there may be none. Boxes that were drawn on the picture at another size (`drawnAt`) are scaled, and those that
 * were drawn on it as it is stored are turned with it. Of a picture, nothing is decoded but its header.
 *
 * @param index in 0 .. set.length - 1
 * @throws where the set has no boxes or no such image, and where the picture cannot be read or a box reaches beyond it
 */
export async function imageBoxes(set: LabeledImages, index: number): Promise<Box[]> {
  if (set.boxes === undefined) {
    const wayOut = 'pictures' in set ? '; give it some by withBoxes' : '';
    throw new Error(`imageBoxes: expected data with ground-truth boxes, got ${set.name} ${set.part}${wayOut}`);
  }
  const { boxes: all, drawnAt } = await set.boxes();
  const boxes = all[index];
  if (boxes === undefined) {
    throw new Error(`imageBoxes: expected an image in 0..${set.length - 1} of ${set.name} ${set.part}, got ${index}`);
  }
  if (!('pictures' in set)) return shown(boxes, wholeView(set));
  if (boxes.length === 0) return [];
  const location = set.pictures[index]!;
  const { size, orientation } = await pictureHeaderAt(location);
  const seen = boxes.map((box) => boxOfSeen(box, drawnAt?.[index] ?? size, size, orientation));
  for (const box of seen) checkInside(box, size, pictureName(location));
  return shown(seen, { ...evaluationView(set, set.fit, set.cropShare)(size), picture: size });
}

function shown(boxes: readonly Box[], view: View): Box[] {
  return boxes.map((box) => mapBox(box, view)).filter((box) => box !== undefined);
}

/**
 * A box of the picture at the size `drawnAt`, in the picture as it is seen. Some tools draw on a picture that is turned as
 * its EXIF data ask for, others on what is stored: the size tells, which stands where one lies. Of a square one, or one
 * that is only mirrored, it is the picture as it is seen.
 */
function boxOfSeen(box: Box, drawnAt: Size, size: Size, orientation: Orientation): Box {
  const stored = turnedSize(size, orientation);
  const isOfStored = (drawnAt.width - drawnAt.height) * (size.width - size.height) < 0 && stored.width !== size.width;
  return isOfStored ? turnedBox(scaled(box, drawnAt, stored), stored, orientation) : scaled(box, drawnAt, size);
}

function scaled([x1, y1, x2, y2]: Box, from: Size, to: Size): Box {
  const [x, y] = [to.width / from.width, to.height / from.height];
  return [x1 * x, y1 * y, x2 * x, y2 * y];
}

/** @throws with the picture's name */
async function pictureHeaderAt(location: PictureLocation): ReturnType<typeof pictureHeader> {
  const bytes = await readPicture(location);
  return pictureHeader(bytes).catch((error: Error) => {
    throw new Error(`${pictureName(location)}: ${error.message}`, { cause: error });
  });
}

function checkInside([x1, y1, x2, y2]: Box, { width, height }: Size, name: string): void {
  if (Math.max(-x1, -y1, x2 - width, y2 - height) <= tolerance) return;
  throw new Error(
    `${name}: expected its boxes inside of its ${width} x ${height} pixels, got corners (${x1}, ${y1}) and (${x2}, ${y2}); ` +
      'were they drawn on it at another size?',
  );
}
