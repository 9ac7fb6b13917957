import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Box } from '../../geometry/index.ts';
import { readTable, rowOf, rowsBy, type TableRow } from '../boxes/annotation-table.ts';
import { groundTruthBox } from '../boxes/ground-truth.ts';
import { existingPicture, type PictureLocation } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import {
  type FoundPictures,
  type LabeledPicture,
  labeledPictures,
  pictureOptions,
  picturesByClass,
} from './labeled-pictures.ts';

/** The side of Tiny ImageNet's pictures. */
const publishedSize = 64;

const corners = ['x1', 'y1', 'x2', 'y2'] as const;

/**
 * Tiny ImageNet (Stanford CS231n) as it is published: `wnids.txt` with the classes, `train/WNID/images` with
 * `train/WNID/WNID_boxes.txt`, and `val/images` with `val/val_annotations.txt`; `test` has no labels and is passed over.
 * Every picture has its box. Where there is no folder `train`, a share of `val` is set aside to measure on, by seed.
 *
 * Classes are in the order of `wnids.txt`. Where `words.txt` is there, a class is called by the first word for it (of two
 * with the same, by that and its WordNet id), else by its id. Images are of 64 pixels unless `size` says otherwise.
 *
 * The corners in the lists are taken as pixels that are inside of the box: they go from 0 to 63, and some boxes begin and
 * end at the same pixel.
 */
export const tinyImageNet = defineDataSet({
  name: 'tiny-imagenet',
  description: 'Tiny ImageNet as it is published, with a box for every picture',
  example: 'tiny-imagenet-200:size=64',
  options: pictureOptions(publishedSize),
  matches: (path, names = []) => names.includes('wnids.txt') && existsSync(join(path, 'val', 'val_annotations.txt')),
  open: async (path, options) => labeledPictures(path, basename(resolve(path)), readLists(path), options),
});

/**
 * @throws where a file is missing, a line is not as published or speaks of a class that is not listed, and where a listed
 * picture is not there
 */
function readLists(path: string): FoundPictures {
  const classes = classNames(path);
  const boxes = new Map<PictureLocation, readonly Box[]>();
  const pictureAt = (file: string, row: TableRow<(typeof corners)[number]>): PictureLocation => {
    const location = existingPicture(file, row.where);
    boxes.set(location, [boxOf(row)]);
    return location;
  };

  const annotations = readTable(join(path, 'val', 'val_annotations.txt'), '\t', ['picture', 'wnid', ...corners]);
  const validation = Array.from(rowsBy('picture', annotations).values(), (row) => ({
    location: pictureAt(join(path, 'val', 'images', row.picture), row),
    className: rowOf(classes, row.wnid, row.where, 'a class of wnids.txt'),
  }));

  const training: LabeledPicture[] = [];
  for (const [wnid, className] of existsSync(join(path, 'train')) ? classes : []) {
    const folder = join(path, 'train', wnid);
    const rows = readTable(join(folder, `${wnid}_boxes.txt`), '\t', ['picture', ...corners]);
    for (const row of rowsBy('picture', rows).values()) {
      training.push({ location: pictureAt(join(folder, 'images', row.picture), row), className });
    }
  }

  const order = [...classes.values()];
  const [val, train] = [picturesByClass(validation, order), picturesByClass(training, order)];
  return train.size > 0 ? { train, test: val, boxes } : { train: val, boxes };
}

/** The name of each class by its WordNet id. */
function classNames(path: string): Map<string, string> {
  const rows = readTable(join(path, 'wnids.txt'), '\t', ['wnid']);
  const wnids = [...rowsBy('wnid', rows).keys()];
  const wordsFile = join(path, 'words.txt');
  const words = existsSync(wordsFile) ? readTable(wordsFile, '\t', ['wnid', 'words']) : [];
  const firstWords = new Map(words.map((row) => [row.wnid, row.words.split(',')[0]!.trim()]));
  const names = wnids.map((wnid) => firstWords.get(wnid) ?? wnid);
  const isShared = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  return new Map(wnids.map((wnid, i) => [wnid, isShared(names[i]!) ? `${names[i]} (${wnid})` : names[i]!]));
}

/** The corners are of the last pixels inside: the box ends where these do. */
function boxOf({ x1, y1, x2, y2, where }: TableRow<(typeof corners)[number]>): Box {
  return groundTruthBox(where, [Number(x1), Number(y1), Number(x2) + 1, Number(y2) + 1]);
}
