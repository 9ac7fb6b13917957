import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Box, Size } from '../../geometry/index.ts';
import { nearestWord } from '../../options/index.ts';
import type { EncodedPictures, LabeledImages } from '../dataset.ts';
import { type GroundTruthBoxes, readOnce } from './ground-truth.ts';
import { matchPictures } from './match-pictures.ts';
import type { VocObject } from './voc-boxes.ts';
import { holdsWsolMetadata, readWsolMetadata } from './wsol-metadata.ts';

type LabeledPictures = LabeledImages<EncodedPictures>;

/**
 * A set of pictures with the ground-truth boxes that a folder holds, in place of those it may have:
 * - wsolevaluation's metadata of a part (see `readWsolMetadata`): every picture listed must be in the set;
 * - PASCAL VOC's XML, one file a picture with its name, in any folders inside (see `readVocAnnotation`). Files without a
 *   picture are passed over, as are objects of other classes than the picture's; a file with no object of a class of the
 *   set is an error.
 *
 * Both tell the size of the picture that boxes were drawn on; where the picture has another, they are scaled with it.
 * Pictures of which the folder says nothing have no boxes. How pictures are recognized: see `matchPictures`.
 *
 * @throws where the set is in memory, the folder holds neither or is about other pictures, and for all that reading refuses
 */
export async function withBoxes(set: LabeledImages, folder: string): Promise<LabeledPictures> {
  if (!('pictures' in set)) {
    throw new Error(
      `${folder}: expected boxes for pictures, got ${set.name} ${set.part}, whose images are in memory; leave the folder out`,
    );
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`${folder}: expected a folder with boxes, got ${existsSync(folder) ? 'a file' : 'nothing there'}`);
  }
  const found = holdsWsolMetadata(folder) ? wsolBoxes(set, folder) : await vocBoxes(set, folder);
  if (found.size > 0) return { ...set, boxes: readOnce(() => boxesOf(set, found)) };
  throw new Error(
    `${folder}: expected image_ids.txt with its lists, or .xml files called as the pictures of ${set.name} ${set.part}, ` +
      'got neither; correct the path',
  );
}

/** A set of pictures with the boxes of a folder of XML, which is read when they are first asked for. It may have none. */
export function withVocBoxes(set: LabeledPictures, folder: string): LabeledPictures {
  return { ...set, boxes: readOnce(async () => boxesOf(set, await vocBoxes(set, folder))) };
}

interface PictureBoxes {
  boxes: readonly Box[];
  /** Of the picture that they were drawn on, where it is known. */
  size: Size | undefined;
}

/** By the picture's number in the set. */
type FoundBoxes = ReadonlyMap<number, PictureBoxes>;

function boxesOf({ pictures }: LabeledPictures, found: FoundBoxes): GroundTruthBoxes {
  return {
    boxes: pictures.map((_, index) => found.get(index)?.boxes ?? []),
    drawnAt: pictures.map((_, index) => found.get(index)?.size),
  };
}

function wsolBoxes(set: LabeledPictures, folder: string): FoundBoxes {
  const listed = readWsolMetadata(folder);
  const matched = matchPictures(
    listed.map(({ id, where }) => ({ path: id, where })),
    set.pictures,
  );
  const found = new Map<number, PictureBoxes>();
  for (const [i, picture] of listed.entries()) {
    const index = matched[i];
    if (index === undefined) {
      throw new Error(
        `${picture.where}: expected pictures of ${set.name} ${set.part}, got ${picture.id}, which is none of its ` +
          `${set.length}; take the metadata of this part, or remove its lines`,
      );
    }
    found.set(index, picture);
  }
  return found;
}

async function vocBoxes(set: LabeledPictures, folder: string): Promise<FoundBoxes> {
  // Loaded where there is XML to read: names and options of data sets must be told at once.
  const { readVocAnnotation } = await import('./voc-boxes.ts');
  const paths = xmlFiles(folder).map((path) => ({ path, where: join(folder, path) }));
  const matched = matchPictures(paths, set.pictures);
  const found = new Map<number, PictureBoxes>();
  for (const [i, { where }] of paths.entries()) {
    const index = matched[i];
    if (index === undefined) continue;
    const { size, objects } = readVocAnnotation(where);
    checkClasses(objects, set);
    const className = set.classes[set.labels[index]!];
    const boxes = objects.filter(({ name }) => name === className).map(({ box }) => box);
    found.set(index, { boxes, size });
  }
  return found;
}

/** Paths in the folder, in the order of their names. @throws where it cannot be read */
function xmlFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.xml$/i.test(name)).sort();
}

/** Pictures show other things too, but a file that knows none of the classes calls them differently. */
function checkClasses(objects: readonly VocObject[], { classes, name: set }: LabeledPictures): void {
  const [first] = objects;
  if (first === undefined || objects.some(({ name }) => classes.includes(name))) return;
  const near = nearestWord(first.name, classes);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  throw new Error(
    `${first.where}: expected one of the ${classes.length} classes of ${set}, got '${first.name}'${hint}`,
  );
}
