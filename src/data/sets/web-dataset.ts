import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Part } from '../dataset.ts';
import type { PictureLocation } from '../picture-location.ts';
import { defineDataSet } from './definition.ts';
import {
  type FoundPictures,
  type LabeledPicture,
  labeledPictures,
  type PicturesByClass,
  pictureOptions,
  picturesByClass,
} from './labeled-pictures.ts';
import { holdsShards, listShards, partOfShard, type ShardList } from './shard-list.ts';
import { type TarEntry, tarEntries } from './tar-index.ts';

/**
 * WebDataset shards: uncompressed tar archives in which `KEY.jpg` (or .jpeg, .png, .webp) stands beside `KEY.cls`,
 * or beside `KEY.json` with a `label`. A label is a class's name, or its number; numbers get their names from a
 * `classes.txt` (one name a line) beside the shards, where there is one. Shards whose names or folders begin with `val`,
 * `valid`, `validation` or `test` are measured on; where there are both kinds, epochs are chosen by the former. Where there
 * are none, a share of each class is set aside.
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
    return labeledPictures(path, basename(resolve(list.folder)), readShards(list), options);
  },
});

/** @throws where a shard is damaged, a picture lacks its label or a key has two */
function readShards({ folder, shards }: ShardList): FoundPictures {
  const namesFile = join(folder, 'classes.txt');
  const names = existsSync(namesFile) ? classNames(namesFile) : undefined;
  const shardsOf = (part: Part) => shards.filter((shard) => partOfShard(folder, shard) === part);
  const picturesOf = (some: readonly string[]) => byClass(some.flatMap(readShard), names);
  const [train, validation, test] = [shardsOf('train'), shardsOf('validation'), shardsOf('test')];
  if (train.length === 0 || validation.length + test.length === 0) return { train: picturesOf(shards) };
  if (validation.length === 0 || test.length === 0) {
    return { train: picturesOf(train), test: picturesOf([...validation, ...test]) };
  }
  return { train: picturesOf(train), validation: picturesOf(validation), test: picturesOf(test) };
}

/** The pictures of a shard with their labels. WebDataset's rule: a key ends at the first dot of the file's name. */
function readShard(path: string): LabeledPicture[] {
  const pictures = new Map<string, PictureLocation>();
  const labels = new Map<string, string>();
  for (const entry of tarEntries(path, /\.(cls|json)$/i)) {
    const { name } = entry.member;
    const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    const key = name.slice(0, dot);
    const extension = name.slice(dot + 1).toLowerCase();
    if (/^(jpe?g|png|webp)$/.test(extension)) {
      const other = pictures.get(key)?.member;
      if (other) {
        throw new Error(`${path}: expected one picture of a key, got ${other.name} and ${name}; pack the shard again`);
      }
      pictures.set(key, { path, member: entry.member });
    }
    if (extension === 'cls' || (extension === 'json' && !labels.has(key))) labels.set(key, labelOf(path, entry));
  }
  return Array.from(pictures, ([key, location]) => {
    const className = labels.get(key);
    if (className !== undefined) return { location, className };
    throw new Error(
      `${path}: expected ${key}.cls or ${key}.json beside ${location.member?.name}, got neither; pack the shard again`,
    );
  });
}

function labelOf(path: string, { member: { name }, contents = '' }: TarEntry): string {
  const isJson = /\.json$/i.test(name);
  const label = isJson ? labelInJson(contents) : contents.trim();
  if ((typeof label === 'string' && label !== '') || Number.isInteger(label)) return String(label);
  throw new Error(
    `${path}: expected ${name} to hold ${isJson ? 'a "label", ' : ''}the name or number of a class, ` +
      `got '${contents.slice(0, 60)}'; pack the shard again`,
  );
}

function labelInJson(text: string): unknown {
  try {
    return (JSON.parse(text) as { label?: unknown } | null)?.label;
  } catch {
    return undefined;
  }
}

/** A number's name is on its line. @throws where a line is empty or one before has the same name: classes would be mixed up */
function classNames(path: string): string[] {
  const names = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  for (const [number, name] of names.entries()) {
    const first = names.indexOf(name);
    if (name !== '' && first === number) continue;
    const got = name === '' ? 'none' : `'${name}' again, first on line ${first + 1}`;
    throw new Error(
      `${path}:${number + 1}: expected a name of its own for class ${number}, got ${got}; correct the line`,
    );
  }
  return names;
}

/**
 * Classes in the order of their numbers, or else of their names; the pictures of each in the order of the shards.
 *
 * @throws where numbers have names and one has none
 */
function byClass(pictures: LabeledPicture[], names: string[] | undefined): PicturesByClass {
  const labels = [...new Set(pictures.map(({ className }) => className))];
  const numbered = labels.every((label) => /^\d+$/.test(label));
  labels.sort((a, b) => (numbered ? Number(a) - Number(b) : a < b ? -1 : 1));
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
