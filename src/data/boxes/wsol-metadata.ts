import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Box, Size } from '../../geometry/index.ts';
import { readTable, rowOf, rowsBy } from './annotation-table.ts';
import { groundTruthBox } from './ground-truth.ts';

/** A picture of a part of a data set, as wsolevaluation's metadata describe it. */
export interface WsolPicture {
  /** Its path in the data set, as in `001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg`. */
  id: string;
  /** The size in whose pixels the boxes are; whether the picture has it is not checked here. */
  size: Size;
  boxes: readonly Box[];
  /** The file and line that list it, for error messages. */
  where: string;
}

/** Whether a folder is one for {@link readWsolMetadata}. */
export function holdsWsolMetadata(folder: string): boolean {
  return existsSync(join(folder, 'image_ids.txt'));
}

/**
 * Reads the metadata of a part in the layout of clovaai/wsolevaluation (Choe et al., 2020): `image_ids.txt`,
 * `image_sizes.txt` (ID,WIDTH,HEIGHT) and `localization.txt` (ID,X1,Y1,X2,Y2, one line for each box). Its
 * `class_labels.txt` is not read: the set's own labels count. The corners are taken as continuous: those of CUB-200-2011 are its published x, y, x + width and y + height.
 *
 * @returns the pictures in the order of `image_ids.txt`
 * @throws where a file is missing, a line is not as described or speaks of a picture that is not listed, a picture is
 * listed twice, and where a box is empty
 */
export function readWsolMetadata(folder: string): WsolPicture[] {
  const table = <Column extends string>(file: string, ...columns: Column[]) =>
    readTable(join(folder, file), ',', columns);
  const images = rowsBy('id', table('image_ids.txt', 'id'));
  const sizes = rowsBy('id', table('image_sizes.txt', 'id', 'width', 'height'));
  const boxes = new Map<string, Box[]>(Array.from(images.keys(), (id) => [id, []]));
  for (const { id, x1, y1, x2, y2, where } of table('localization.txt', 'id', 'x1', 'y1', 'x2', 'y2')) {
    const found = rowOf(boxes, id, where, 'a picture of image_ids.txt');
    found.push(groundTruthBox(where, [Number(x1), Number(y1), Number(x2), Number(y2)]));
  }
  return Array.from(images.values(), ({ id, where }) => {
    const size = rowOf(sizes, id, where, 'a picture of image_sizes.txt');
    return {
      id,
      size: { width: wholeSide(size.width, size.where), height: wholeSide(size.height, size.where) },
      boxes: boxes.get(id)!,
      where,
    };
  });
}

function wholeSide(text: string, where: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${where}: expected a whole number of at least 1, got '${text}'; correct the line`);
}
