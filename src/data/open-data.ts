import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestWord } from '../options/index.ts';
import { cifarText, holdsCifar, openCifar } from './cifar.ts';
import type { CifarOptions } from './cifar-records.ts';
import { holdsCub, openCub } from './cub.ts';
import { parseDataText, parseOptions } from './data-text.ts';
import { openImageFolder } from './image-folder.ts';
import type { DataSource } from './image-set.ts';
import type { PictureOptions } from './picture-source.ts';
import { pictureFits } from './picture-view.ts';
import { openShapes, type ShapesOptions } from './shapes/index.ts';
import { holdsShards } from './shard-list.ts';
import { holdsTinyImageNet, openTinyImageNet } from './tiny-imagenet.ts';
import { openWebDataset } from './web-dataset.ts';

/** Options of all kinds of data; each kind takes its own. `size` and `seed` serve the shapes and pictures. */
export interface OpenDataOptions extends ShapesOptions, CifarOptions, PictureOptions {}

const known = [
  'a folder with a folder of pictures for each class (in train and val, or alone)',
  'WebDataset shards (a folder of .tar files, or train-{000..127}.tar)',
  cifarText,
  'CUB-200-2011 or Tiny ImageNet as they are published',
].join(', ');

/** Folders of pictures: the first layout that a folder holds is the one that it is opened by. */
const pictureLayouts = [
  { holds: holdsCub, open: openCub },
  { holds: holdsTinyImageNet, open: openTinyImageNet },
  { holds: () => true, open: openImageFolder },
];

/**
 * Opens a data set by what a person would type:
 * - `shapes`, or `shapes:size=32,train=4000,test=1000,seed=0`: the embedded set;
 * - a folder or `.tar.gz` with CIFAR-10 or CIFAR-100 in the binary version: see `openCifar`;
 * - a folder with a folder of pictures for each class: see `openImageFolder`;
 * - CUB-200-2011 or Tiny ImageNet as they are published, with their true boxes: see `openCub`, `openTinyImageNet`;
 * - WebDataset shards, as a folder, a `.tar` file or `train-{000..127}.tar`: see `openWebDataset`.
 *
 * Pictures take options behind the path, as in `photos:size=64,fit=stretch,testShare=0.2,seed=0`. What is typed wins over
 * `options`. Shapes and CIFAR are then in shared memory; pictures are decoded when a batch needs them.
 *
 * @throws where there is no such thing, or it is damaged; the message names the file and the way out
 */
export async function openData(text: string, options: OpenDataOptions = {}): Promise<DataSource> {
  const { path, options: typed } = parseDataText(text);
  if (path === 'shapes') {
    const whole = 'whole number';
    const numbers = parseOptions('shapes', typed, { size: whole, train: whole, test: whole, seed: whole });
    return openShapes({ ...options, ...numbers });
  }
  if (holdsShards(path)) return openWebDataset(path, { ...options, ...pictureOptions(path, typed) });
  if (!existsSync(path)) {
    const hint = nearestWord(path, ['shapes']) === 'shapes' && !path.includes('/') ? `; did you mean 'shapes'?` : '';
    throw new Error(`data: expected 'shapes', or ${known}; got '${path}', which does not exist${hint}`);
  }
  if (statSync(path).isDirectory() && !holdsCifar(readdirSync(path))) {
    const { open } = pictureLayouts.find(({ holds }) => holds(path))!;
    return open(path, { ...options, ...pictureOptions(path, typed) });
  }
  if (typed !== '') throw new Error(`${path}: expected no options for CIFAR, got '${typed}'; leave them out`);
  return openCifar(path, options);
}

/** What {@link openData} takes, independent of the working folder: paths become absolute. For records. */
export function dataLocation(text: string): string {
  return parseDataText(text).path === 'shapes' ? text : resolve(text);
}

function pictureOptions(path: string, typed: string): PictureOptions {
  return parseOptions(path, typed, {
    size: 'whole number',
    fit: pictureFits,
    testShare: 'number from 0 to 1',
    seed: 'whole number',
  });
}
