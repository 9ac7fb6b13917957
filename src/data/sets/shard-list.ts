import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Part } from '../dataset.ts';
import { limits } from '../limits.ts';
import { pictureFile } from '../picture-location.ts';
import { partCalled, partsNamed } from './part-names.ts';
import { namedAway } from './picture-files.ts';

/** Shards, and the folder that they are in or under. */
export interface ShardList {
  folder: string;
  /** Paths in the order of their names. */
  shards: string[];
}

/**
 * Whether a path names shards: a `.tar` file, a pattern of them, or a folder with such files in it or in its folders of parts;
 * not one with two folders of pictures, beside which an archive is a copy of them or of something else.
 */
export function holdsShards(path: string): boolean {
  if (path.endsWith('.tar')) return true;
  return shardFolders(path).some((folder) => shardsIn(folder).length > 0) && !holdsClassFolders(path);
}

/**
 * @throws where one of the shards does not exist, one is compressed, a range is longer than any data set, and where it cannot
 * be told what a shard is for
 */
export function listShards(path: string): ShardList {
  if (!path.endsWith('.tar')) {
    const folders = shardFolders(path);
    const compressed = folders.flatMap((folder) => filesIn(folder, /\.(tar\.\w+|tgz|tbz2?|txz)$/i)).at(0);
    if (compressed !== undefined) {
      throw new Error(
        `${compressed}: expected uncompressed shards, got a compressed one beside others; unpack it or move it away`,
      );
    }
    return checkedParts({ folder: path, shards: folders.flatMap(shardsIn) });
  }
  const shards = expandBraces(path);
  const missing = shards.filter((shard) => !existsSync(shard));
  if (missing.length > 0) {
    throw new Error(
      `${path}: expected ${shards.length} tar files, got none at ${missing[0]}` +
        `${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}; correct the path or the range`,
    );
  }
  return checkedParts({ folder: dirname(path), shards });
}

/**
 * What a shard is for, as a word in its name or in that of its folder under `folder` says; undefined where none does.
 *
 * @throws where they say two parts
 */
export function partOfShard(folder: string, shard: string): Part | undefined {
  const [part, other] = partsNamed(relative(folder, shard));
  if (other === undefined) return part;
  throw new Error(`${shard}: expected a name that says one part, got ${part} and ${other}; rename the shard`);
}

/** @throws where some shards say that they are to be trained on, and another nothing */
function checkedParts(list: ShardList): ShardList {
  const parts = list.shards.map((shard) => partOfShard(list.folder, shard));
  const unnamed = parts.indexOf(undefined);
  const named = parts.indexOf('train');
  if (unnamed < 0 || named < 0) return list;
  throw new Error(
    `${list.shards[unnamed]}: expected a name that says train, val or test, as ${list.shards[named]} does; rename or move ` +
      'the shard',
  );
}

/** `a-{08..10}` gives a-08, a-09, a-10, as a shell does; several ranges give every combination. @throws where these are too many */
export function expandBraces(pattern: string): string[] {
  const [first = '', ...ranges] = pattern.split(/(?=\{\d+\.\.\d+\})/);
  const parsed = [first, ...ranges].map((text) => {
    const [, from, to, after] = /^\{(\d+)\.\.(\d+)\}(.*)$/s.exec(text) ?? [];
    return from === undefined || to === undefined ? undefined : { from, to, after: after ?? '' };
  });
  const count = parsed.reduce((product, range) => product * (range ? lengthOf(range) : 1), 1);
  if (!(count <= limits.shards)) {
    throw new Error(
      `${pattern}: expected at most ${limits.shards.toLocaleString('en-US')} shards, got ${count.toLocaleString('en-US')}; ` +
        'correct the range',
    );
  }
  return parsed.reduce<string[]>(
    (all, range, i) =>
      range === undefined
        ? all.map((text) => text + (i === 0 ? first : ''))
        : all.flatMap((text) => numbersOf(range).map((number) => text + number + range.after)),
    [''],
  );
}

interface Range {
  from: string;
  to: string;
}

const lengthOf = ({ from, to }: Range) => Math.abs(Number(to) - Number(from)) + 1;

function numbersOf(range: Range): string[] {
  const [from, step] = [Number(range.from), Number(range.to) < Number(range.from) ? -1 : 1];
  return Array.from({ length: lengthOf(range) }, (_, i) => String(from + step * i).padStart(range.from.length, '0'));
}

/** The folder itself, and those in it that are called as parts. */
function shardFolders(path: string): string[] {
  return [path, ...foldersIn(path).filter((folder) => partCalled(relative(path, folder)) !== undefined)];
}

function shardsIn(folder: string): string[] {
  return filesIn(folder, /\.tar$/);
}

function filesIn(folder: string, pattern: RegExp): string[] {
  if (!isFolder(folder)) return [];
  const names = readdirSync(folder).filter((name) => pattern.test(name) && !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}

/** Whether two folders of it, or of its folder `train`, hold pictures. */
function holdsClassFolders(path: string): boolean {
  const parts = foldersIn(path).filter((folder) => partCalled(relative(path, folder)) !== undefined);
  return [path, ...parts].some((folder) => {
    let found = 0;
    return foldersIn(folder).some((inner) => filesIn(inner, pictureFile).length > 0 && ++found === 2);
  });
}

function foldersIn(path: string): string[] {
  if (!isFolder(path)) return [];
  const names = readdirSync(path).filter((name) => namedAway(name) === undefined);
  return names
    .sort()
    .map((name) => join(path, name))
    .filter(isFolder);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // not there, or a link to itself
  }
}
