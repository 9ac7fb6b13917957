import { existsSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
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
  pictureOptions,
  picturesByClass,
} from './labeled-pictures.ts';
import { PassedOverList } from './passed-over.ts';
import { picturesUnder } from './picture-files.ts';

/** The side of Tiny ImageNet's pictures. */
const publishedSize = 64;

const corners = ['x1', 'y1', 'x2', 'y2'] as const;

/**
 * Tiny ImageNet (Stanford CS231n) as it is published: `wnids.txt` with the classes, `train/WNID/images` with
 * `train/WNID/WNID_boxes.txt`, and `val/images` with `val/val_annotations.txt`; `test` has no labels and is passed over.
 * Every picture has its box. Where there is no folder `train`, a share of `val` is set aside to measure on, by seed.
 *
 * The pictures of `val` may have been sorted into a folder for each class (`val/WNID`, `val/WNID/images` or
 * `val/images/WNID`), as loaders of class folders want them. Without `val_annotations.txt` these say the class; their boxes are
 * then unknown.
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
  matches: (path, names = []) => names.includes('wnids.txt') && existsSync(join(path, 'val')),
  open: async (path, options) => labeledPictures(path, basename(resolve(path)), await readLists(path), options),
});

/**
 * @throws where a file is missing, a line is not as published or speaks of a class that is not listed, and where a listed
 * picture is not there
 */
async function readLists(path: string): Promise<FoundPictures> {
  const classes = classNames(path);
  const boxes = new Map<PictureLocation, readonly Box[]>();
  const pictureAt = (file: string, row: TableRow<(typeof corners)[number]>): PictureLocation => {
    const location = existingPicture(file, row.where);
    boxes.set(location, [boxOf(row)]);
    return location;
  };

  const annotations = join(path, 'val', 'val_annotations.txt');
  const validation = existsSync(annotations)
    ? Array.from(rowsBy('picture', readTable(annotations, '\t', ['picture', 'wnid', ...corners])).values(), (row) => ({
        location: pictureAt(
          firstThere(
            join(path, 'val'),
            [['images'], [row.wnid], [row.wnid, 'images'], ['images', row.wnid]],
            row.picture,
          ),
          row,
        ),
        className: rowOf(classes, row.wnid, row.where, 'a class of wnids.txt'),
      }))
    : await sortedPictures(path, join(path, 'val'), classes);

  const training: LabeledPicture[] = [];
  for (const [wnid, className] of existsSync(join(path, 'train')) ? classes : []) {
    const folder = join(path, 'train', wnid);
    const list = join(folder, `${wnid}_boxes.txt`);
    if (!existsSync(list)) training.push(...(await sortedPictures(path, folder, classes)));
    else {
      for (const row of rowsBy('picture', readTable(list, '\t', ['picture', ...corners])).values()) {
        training.push({ location: pictureAt(firstThere(folder, [['images'], []], row.picture), row), className });
      }
    }
  }

  const order = [...classes.values()];
  const [val, train] = [picturesByClass(validation, order), picturesByClass(training, order)];
  const known = { ...(boxes.size > 0 && { boxes }), passedOver: await notListed(path, [...training, ...validation]) };
  return train.size > 0 ? { train, test: val, ...known } : { train: val, ...known };
}

/** Where a picture lies, sorted or not; where it should, if it is in none of the places. */
function firstThere(folder: string, places: readonly (readonly string[])[], picture: string): string {
  const paths = places.map((inside) => join(folder, ...inside, picture));
  return paths.find((path) => existsSync(path)) ?? paths[0]!;
}

/** Pictures by the folders of their classes. @throws where one is in none */
async function sortedPictures(
  path: string,
  folder: string,
  classes: ReadonlyMap<string, string>,
): Promise<LabeledPicture[]> {
  const pictures = await picturesUnder(folder, path, new PassedOverList());
  return pictures.map((picture) => {
    const folders = relative(path, picture).split(sep);
    const className = folders.map((name) => classes.get(name)).find((name) => name !== undefined);
    if (className !== undefined) return { location: { path: picture }, className };
    throw new Error(
      `${picture}: expected it in a folder of a class of wnids.txt, or val/val_annotations.txt, got neither; ` +
        'take the published files',
    );
  });
}

/** Pictures in the folders that no list names; those of `test` have no labels. */
async function notListed(path: string, pictures: readonly LabeledPicture[]): Promise<readonly PassedOver[]> {
  const passedOver = new PassedOverList();
  const listed = new Set(pictures.map(({ location }) => location.path));
  for (const found of await picturesUnder(path, path, passedOver)) {
    if (listed.has(found)) continue;
    const name = relative(path, found);
    if (name.startsWith(`test${sep}`)) passedOver.ignore('a picture without a label', name);
    else passedOver.lose('a picture that no list names', name);
  }
  return passedOver.list();
}

/** The name of each class by its WordNet id. */
function classNames(path: string): Map<string, string> {
  const rows = readTable(join(path, 'wnids.txt'), '\t', ['wnid']);
  const wnids = [...rowsBy('wnid', rows).keys()];
  const wordsFile = join(path, 'words.txt');
  const words = existsSync(wordsFile) ? readTable(wordsFile, '\t', ['wnid', 'words']) : [];
  const firstWords = new Map(words.map((row) => [row.wnid, row.words.split(',')[0]!.trim()]));
  const names = wnids.map((wnid) => firstWords.get(wnid) ?? wnid);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isShared = (name: string) => counts.get(name)! > 1;
  return new Map(wnids.map((wnid, i) => [wnid, isShared(names[i]!) ? `${names[i]} (${wnid})` : names[i]!]));
}

/** The corners are of the last pixels inside: the box ends where these do. */
function boxOf({ x1, y1, x2, y2, where }: TableRow<(typeof corners)[number]>): Box {
  return groundTruthBox(where, [Number(x1), Number(y1), Number(x2) + 1, Number(y2) + 1]);
}
