import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Part } from '../dataset.ts';
import { limits, readBounded } from '../limits.ts';
import { pictureName } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import {
  type FoundPictures,
  type LabeledPicture,
  labeledPictures,
  type PicturesByClass,
  pictureOptions,
  picturesByClass,
} from './labeled-pictures.ts';
import { PassedOverList } from './passed-over.ts';
import { entriesIn } from './picture-files.ts';
import { isNumbered } from './shard-labels.ts';
import { holdsShards, listShards, partOfShard, type ShardList } from './shard-list.ts';
import { readShard } from './shard-samples.ts';

/**
 * WebDataset shards: uncompressed tar archives in which `KEY.jpg` (or another picture) stands beside `KEY.cls`, or
 * beside `KEY.json` with a `label` (see `readShard`). A label is a class's name, or its number; numbers get their names from a
 * `classes.txt` (one name a line) beside the shards, where there is one. Shards in whose names, or those of their folders, a
 * word is `val`, `valid`, `validation` or `test` are measured on, as `imagenet-val-000.tar`; where there are both kinds, epochs
 * are chosen by the former. Where there are none, a share of each class is set aside.
 *
 * Headers and labels are read when it is opened, once; a picture is read from its place in its shard when a batch needs it.
 * Its path is that of a folder of `.tar` files (or with `train` and `val` folders of them), one such file, or several as in
 * `train-{000..127}.tar`.
 */
export const webDataset = defineDataSet({
  name: 'webdataset',
  description: 'WebDataset shards (a folder of .tar files, or train-{000..127}.tar)',
  example: 'train-{000..127}.tar:size=224',
  options: pictureOptions(),
  matches: holdsShards,
  async open(path, options) {
    const list = listShards(path);
    const passedOver = new PassedOverList();
    if (!path.endsWith('.tar')) await passBeside(list, passedOver);
    const found = await readShards(list, passedOver);
    return labeledPictures(path, basename(resolve(list.folder)), found, options);
  },
});

async function passBeside({ folder, shards }: ShardList, passedOver: PassedOverList): Promise<void> {
  const known = new Set(shards.flatMap((shard) => [shard, dirname(shard)]));
  for (const { name } of await entriesIn(folder, passedOver)) {
    if (!known.has(join(folder, name)) && name !== 'classes.txt') passedOver.ignore('beside the shards', name);
  }
}

/** @throws where a shard is damaged, a picture lacks its label or a key has two */
async function readShards({ folder, shards }: ShardList, passedOver: PassedOverList): Promise<FoundPictures> {
  const namesFile = join(folder, 'classes.txt');
  const names = existsSync(namesFile) ? classNames(namesFile) : undefined;
  const pictures = new Map<string, LabeledPicture[]>();
  for (const shard of shards) {
    pictures.set(shard, readShard(shard, relative(folder, shard), passedOver));
    await setImmediate(); // of a thousand shards, signals are heard
  }
  const shardsOf = (part: Part) => shards.filter((shard) => (partOfShard(folder, shard) ?? 'train') === part);
  const picturesOf = (some: readonly string[]) =>
    byClass(
      some.flatMap((shard) => pictures.get(shard)!),
      names,
    );
  const [train, validation, test] = [shardsOf('train'), shardsOf('validation'), shardsOf('test')];
  const parts = () => {
    if (train.length === 0 || validation.length + test.length === 0) return { train: picturesOf(shards) };
    if (validation.length === 0 || test.length === 0) {
      return { train: picturesOf(train), test: picturesOf([...validation, ...test]) };
    }
    return { train: picturesOf(train), validation: picturesOf(validation), test: picturesOf(test) };
  };
  return { ...parts(), passedOver: passedOver.list() };
}

/** A number's name is on its line. @throws where a line is empty or one before has the same name: classes would be mixed up */
function classNames(path: string): string[] {
  const names = readBounded(path, limits.table)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  const firsts = new Map<string, number>();
  for (const [number, name] of names.entries()) {
    const first = firsts.get(name);
    firsts.set(name, number);
    if (name !== '' && first === undefined) continue;
    const got = name === '' ? 'none' : `'${name}' again, first on line ${first! + 1}`;
    throw new Error(
      `${path}:${number + 1}: expected a name of its own for class ${number}, got ${got}; correct the line`,
    );
  }
  return names;
}

/**
 * Classes in the order of their numbers, or else of their names; the pictures of each in the order of the shards.
 *
 * @throws where some labels are numbers and others names, and where numbers have names and one has none
 */
function byClass(pictures: LabeledPicture[], names: string[] | undefined): PicturesByClass {
  const labels = [...new Set(pictures.map(({ className }) => className))];
  const numbered = labels.every(isNumbered);
  if (!numbered && labels.some(isNumbered)) throw mixedLabels(pictures);
  labels.sort((a, b) => (numbered && a.length !== b.length ? a.length - b.length : a < b ? -1 : 1));
  const nameOf = (label: string) => {
    if (!numbered || names === undefined) return label;
    const name = names[Number(label)];
    if (name !== undefined) return name;
    throw new Error(
      `classes.txt: expected a name for class ${label} of the shards beside it, got ${names.length} lines`,
    );
  };
  const named = pictures.map(({ location, className }) => ({ location, className: nameOf(className) }));
  return picturesByClass(named, labels.map(nameOf));
}

function mixedLabels(pictures: readonly LabeledPicture[]): Error {
  const [number, name] = [true, false].map((wanted) => {
    const { className, location } = pictures.find((picture) => isNumbered(picture.className) === wanted)!;
    return `'${className}' of ${pictureName(location)}`;
  });
  return new Error(
    `labels: expected numbers of classes or their names, got ${number} and ${name}; pack the shards again`,
  );
}
