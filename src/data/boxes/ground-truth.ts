/** The ground truth of places: where in its picture an image has what its label names, and the parts of that. */
import { type Box, isBox, type Size } from '../../geometry/index.ts';

export interface GroundTruthBoxes {
  /**
   * For each image, of which some may have none. In continuous pixels, ends exclusive: of the upright picture as it is
   * stored, before it is shown at the set's size (`imageBoxes` gives them in the image's), or of the image itself where
   * it is in memory.
   */
  boxes: readonly (readonly Box[])[];
  /**
   * For each image the size of the picture that its boxes were drawn on, where the annotations give it: the stored picture
   * may have another, and its boxes are then scaled. Default: the stored picture's.
   */
  drawnAt?: readonly (Size | undefined)[] | undefined;
}

/** Where the parts of something are, as the beak of a bird. */
export interface GroundTruthParts {
  names: readonly string[];
  /**
   * For each image, for each part a point that shows it, in continuous pixels of the image; undefined where the part is
   * hidden or out of view.
   */
  points: readonly (readonly (readonly [x: number, y: number] | undefined)[])[];
}

/**
 * A set's `boxes` or `parts` that are read when they are first asked for, and kept: those of ImageNet are in 50,000 files, of which
 * training needs none. After an error they are read again.
 */
export function readOnce<Found>(read: () => Found | Promise<Found>): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  return () => {
    found ??= (async () => read())().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** The parts of some images of a set, in the order of `indices`. */
export function partsAt({ names, points }: GroundTruthParts, indices: Int32Array): GroundTruthParts {
  return { names, points: Array.from(indices, (index) => points[index]!) };
}

/** The boxes of some images of a set, in the order of `indices`. */
export function boxesAt({ boxes, drawnAt }: GroundTruthBoxes, indices: Int32Array): GroundTruthBoxes {
  const at = <Item>(list: readonly Item[]) => Array.from(indices, (index) => list[index]!);
  return { boxes: at(boxes), drawnAt: drawnAt && at(drawnAt) };
}

/**
 * A box that was read from a file.
 *
 * @param where the file and line, for error messages
 * @param corners in continuous pixels, ends exclusive
 * @throws where a corner is no number, and where nothing is inside of the box
 */
export function groundTruthBox(where: string, corners: readonly [x1: number, y1: number, x2: number, y2: number]): Box {
  const [x1, y1, x2, y2] = corners;
  if (isBox(corners, 'continuous')) return corners;
  throw new Error(
    `${where}: expected a box of positive width and height, got corners (${x1}, ${y1}) and (${x2}, ${y2}); ` +
      'correct or remove it',
  );
}
