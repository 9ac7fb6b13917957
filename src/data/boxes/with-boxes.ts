import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../../metrics/box.ts';
import { nearestWord } from '../../mix/index.ts';
import type { PictureSize } from '../decode/index.ts';
import type { ImageSet, PictureSet } from '../image-set.ts';
import { pictureSizeAt } from './image-boxes.ts';
import { lazyBoxes } from './lazy-boxes.ts';
import { matchPictures } from './match-pictures.ts';
import { readVocObjects, type VocObject } from './voc-boxes.ts';
import { holdsWsolMetadata, readWsolMetadata, type WsolPicture } from './wsol-metadata.ts';

/**
 * A set of pictures with the true boxes that a folder holds, in place of those it may have:
 * - wsolevaluation's metadata of a split (see `readWsolMetadata`): every picture listed must be in the set. Boxes that
 *   were drawn on the picture at another size are scaled;
 * - PASCAL VOC's XML, one file a picture with its name, in any folders inside (see `readVocObjects`). Files without a
 *   picture are passed over, as are objects of other classes than the picture's; a file with no object of a class of the
 *   set is an error.
 *
 * Pictures of which the folder says nothing have no boxes. How pictures are recognised: see `matchPictures`.
 *
 * @throws where the set is in memory, the folder holds neither or is about other pictures, and for all that reading refuses
 */
export async function withBoxes(set: ImageSet, folder: string): Promise<PictureSet> {
  if (!('pictures' in set)) {
    throw new Error(
      `${folder}: expected boxes for pictures, got ${set.name} ${set.split}, whose images are in memory; leave the folder out`,
    );
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`${folder}: expected a folder with boxes, got ${existsSync(folder) ? 'a file' : 'nothing there'}`);
  }
  const found = holdsWsolMetadata(folder) ? await wsolBoxes(set, folder) : vocBoxes(set, folder);
  if (found.size > 0) return lazyBoxes(set, () => boxesOf(set, found));
  throw new Error(
    `${folder}: expected image_ids.txt with its lists, or .xml files called as the pictures of ${set.name} ${set.split}, ` +
      'got neither; correct the path',
  );
}

/**
 * A set of pictures with the boxes of a folder of XML, which is read when they are first asked for. Without boxes where
 * none of the files is about its pictures.
 */
export function withVocBoxes(set: PictureSet, folder: string): PictureSet {
  return lazyBoxes(set, () => {
    const found = vocBoxes(set, folder);
    return found.size > 0 ? boxesOf(set, found) : undefined;
  });
}

type BoxesByIndex = ReadonlyMap<number, readonly Box[]>;

function boxesOf({ pictures }: PictureSet, found: BoxesByIndex): PictureSet['boxes'] {
  return pictures.map((_, index) => found.get(index) ?? []);
}

async function wsolBoxes(set: PictureSet, folder: string): Promise<BoxesByIndex> {
  const listed = readWsolMetadata(folder);
  const matched = matchPictures(
    listed.map(({ id, where }) => ({ path: id, where })),
    set.pictures,
  );
  const found = new Map<number, readonly Box[]>();
  for (const [i, picture] of listed.entries()) {
    const index = matched[i];
    if (index === undefined) {
      throw new Error(
        `${picture.where}: expected pictures of ${set.name} ${set.split}, got ${picture.id}, which is none of its ` +
          `${set.length}; take the metadata of this split, or remove its lines`,
      );
    }
    found.set(index, scaled(picture, await pictureSizeAt(set.pictures[index]!)));
  }
  return found;
}

/** The boxes in pixels of the picture that is there. */
function scaled({ size, boxes }: WsolPicture, { width, height }: PictureSize): Box[] {
  const [x, y] = [width / size.width, height / size.height];
  return boxes.map(([x1, y1, x2, y2]) => [x1 * x, y1 * y, x2 * x, y2 * y]);
}

function vocBoxes(set: PictureSet, folder: string): BoxesByIndex {
  const paths = xmlFiles(folder).map((path) => ({ path, where: join(folder, path) }));
  const matched = matchPictures(paths, set.pictures);
  const found = new Map<number, readonly Box[]>();
  for (const [i, { where }] of paths.entries()) {
    const index = matched[i];
    if (index === undefined) continue;
    const objects = readVocObjects(where);
    checkClasses(objects, set);
    const className = set.classes[set.labels[index]!];
    found.set(
      index,
      objects.filter(({ name }) => name === className).map(({ box }) => box),
    );
  }
  return found;
}

/** Paths in the folder, in the order of their names. @throws where it cannot be read */
function xmlFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.xml$/i.test(name)).sort();
}

/** Pictures show other things too, but a file that knows none of the classes calls them differently. */
function checkClasses(objects: readonly VocObject[], { classes, name: set }: PictureSet): void {
  const [first] = objects;
  if (first === undefined || objects.some(({ name }) => classes.includes(name))) return;
  const near = nearestWord(first.name, classes);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  throw new Error(
    `${first.where}: expected one of the ${classes.length} classes of ${set}, got '${first.name}'${hint}`,
  );
}
