/** Functions for the loader's `mapTarget`, which threads import from here. */
import { mapBox, type View } from '../../src/data/index.ts';
import type { Box } from '../../src/geometry/index.ts';

/** Boxes that follow the picture, without those of which nothing is shown. */
export function mapBoxes(boxes: readonly Box[], view: View): readonly Box[] {
  return boxes.map((box) => mapBox(box, view)).filter((box) => box !== undefined);
}

/** The target 13 cannot be mapped. */
export function failAtThirteen(target: number): number {
  if (target === 13) throw new Error('expected another number than 13');
  return target;
}

export const notAFunction = 7;
