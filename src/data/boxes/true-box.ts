import { type Box, isBox } from '../../geometry/index.ts';

/**
 * A box that was read from a file.
 *
 * @param where the file and line, for error messages
 * @param corners as text or numbers, in continuous pixels, ends exclusive
 * @throws where a corner is no number, and where nothing is inside of the box
 */
export function trueBox(where: string, corners: readonly [x1: number, y1: number, x2: number, y2: number]): Box {
  const [x1, y1, x2, y2] = corners;
  if (isBox(corners, 'continuous')) return corners;
  throw new Error(
    `${where}: expected a box of positive width and height, got corners (${x1}, ${y1}) and (${x2}, ${y2}); ` +
      'correct or remove it',
  );
}
