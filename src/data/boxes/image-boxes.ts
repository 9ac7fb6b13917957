import type { Box, Size } from '../../geometry/index.ts';
import type { LabeledImages } from '../dataset.ts';
import { mapBox, pictureSize, type View } from '../decode/index.ts';
import { wholeView } from '../decode/picture-plan.ts';
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
 * out, so that there may be none. Boxes that were drawn on the picture at another size (`drawnAt`) are scaled. Of a
 * picture, nothing is decoded but its header.
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
  const size = await pictureSizeAt(location);
  const stored = boxes.map((box) => scaled(box, drawnAt?.[index] ?? size, size));
  for (const box of stored) checkInside(box, size, pictureName(location));
  return shown(stored, { ...evaluationView(set, set.fit)(size), picture: size });
}

function shown(boxes: readonly Box[], view: View): Box[] {
  return boxes.map((box) => mapBox(box, view)).filter((box) => box !== undefined);
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

function checkInside([x1, y1, x2, y2]: Box, { width, height }: Size, name: string): void {
  if (Math.max(-x1, -y1, x2 - width, y2 - height) <= tolerance) return;
  throw new Error(
    `${name}: expected its boxes inside of its ${width} x ${height} pixels, got corners (${x1}, ${y1}) and (${x2}, ${y2}); ` +
      'were they drawn on it at another size?',
  );
}
