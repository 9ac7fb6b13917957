import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Box } from '../../geometry/index.ts';
import { readTable, rowOf, rowsBy, type TableRow } from '../boxes/annotation-table.ts';
import { groundTruthBox } from '../boxes/ground-truth.ts';
import type { PassedOver } from '../dataset.ts';
import { existingPicture, type PictureLocation } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import {
  type FoundPictures,
  type LabeledPicture,
  labeledPictures,
  type PicturesByClass,
  picturesByClass,
  viewOptions,
} from './labeled-pictures.ts';
import { PassedOverList } from './passed-over.ts';
import { picturesUnder } from './picture-files.ts';

/**
 * CUB-200-2011 (Wah et al., 2011) as it is published: `images.txt`, `classes.txt`, `image_class_labels.txt`,
 * `train_test_split.txt`, `bounding_boxes.txt` and the folder `images`. Its parts are the published ones, and every picture has
 * its box. The lists may be shortened: classes are those of which `images.txt` lists a picture, in their published order and
 * by their published names (`001.Black_footed_Albatross`).
 *
 * The boxes are x, y, width and height in pixels, taken as continuous coordinates from the picture's corner.
 */
export const cub = defineDataSet({
  name: 'cub',
  description: 'CUB-200-2011 as it is published, with a box for every picture',
  example: 'CUB_200_2011:fit=stretch',
  options: viewOptions(),
  matches: (_path, names = []) => names.includes('images.txt') && names.includes('image_class_labels.txt'),
  open: async (path, options) => labeledPictures(path, basename(resolve(path)), await readLists(path), options),
});

/**
 * @throws where a file is missing, a line is not as published or speaks of a picture or class that is not listed, and where
 * a listed picture is not there
 */
async function readLists(path: string): Promise<FoundPictures> {
  const table = <Column extends string>(file: string, ...columns: Column[]) =>
    readTable(join(path, file), ' ', columns);
  const images = table('images.txt', 'image', 'path');
  const classes = rowsBy('class', table('classes.txt', 'class', 'name'));
  const labels = rowsBy('image', table('image_class_labels.txt', 'image', 'class'));
  const splits = rowsBy('image', table('train_test_split.txt', 'image', 'isTraining'));
  const sides = rowsBy('image', table('bounding_boxes.txt', 'image', 'x', 'y', 'width', 'height'));

  const boxes = new Map<PictureLocation, readonly Box[]>();
  const listed = [...rowsBy('image', images).values()].map(({ image, path: file, where }) => {
    const label = rowOf(labels, image, where, 'an image of image_class_labels.txt');
    const className = rowOf(classes, label.class, label.where, 'a class of classes.txt').name;
    const split = rowOf(splits, image, where, 'an image of train_test_split.txt');
    const location = existingPicture(join(path, 'images', file), where);
    boxes.set(location, [boxOf(rowOf(sides, image, where, 'an image of bounding_boxes.txt'))]);
    return { location, className, isTraining: isTraining(split) };
  });
  const order = Array.from(classes.values(), ({ name }) => name);
  const [train, test] = [true, false].map((isTraining) =>
    picturesByClass(
      listed.filter((picture) => picture.isTraining === isTraining),
      order,
    ),
  ) as [PicturesByClass, PicturesByClass];
  if (train.size === 0 || test.size === 0) {
    throw new Error(
      `${join(path, 'train_test_split.txt')}: expected pictures to train on (1) and to measure on (0), got only ` +
        `${train.size === 0 ? '0' : '1'}; take the published file`,
    );
  }
  return { train, test, boxes, passedOver: await notListed(path, listed) };
}

/** The lists may be shortened: what they leave out is no loss. */
async function notListed(
  path: string,
  listed: readonly Pick<LabeledPicture, 'location'>[],
): Promise<readonly PassedOver[]> {
  const passedOver = new PassedOverList();
  const known = new Set(listed.map(({ location }) => location.path));
  const folder = join(path, 'images');
  const pictures = existsSync(folder) ? await picturesUnder(folder, path, passedOver) : [];
  for (const found of pictures) {
    if (!known.has(found)) passedOver.ignore('a picture that no list names', relative(path, found));
  }
  return passedOver.list();
}

function isTraining({ isTraining, where }: TableRow<'isTraining'>): boolean {
  if (isTraining === '0' || isTraining === '1') return isTraining === '1';
  throw new Error(`${where}: expected 1 for training or 0, got '${isTraining}'; correct the line`);
}

function boxOf({ x, y, width, height, where }: TableRow<'x' | 'y' | 'width' | 'height'>): Box {
  return groundTruthBox(where, [Number(x), Number(y), Number(x) + Number(width), Number(y) + Number(height)]);
}
