import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Part } from '../dataset.ts';
import { validationNames } from './labeled-pictures.ts';

/** Shards, and the folder that they are in or under. */
export interface ShardList {
  folder: string;
  /** Paths in the order of their names. */
  shards: string[];
}

/** Whether a path names shards: a `.tar` file, a pattern of them, or a folder with such files in it or in its `train`. */
export function holdsShards(path: string): boolean {
  return path.endsWith('.tar') || shardsIn(path).length > 0 || shardsIn(join(path, 'train')).length > 0;
}

/** @throws where one of the shards does not exist */
export function listShards(path: string): ShardList {
  if (!path.endsWith('.tar')) {
    const folders = ['', 'train', ...validationNames, 'test'].map((name) => join(path, name));
    return { folder: path, shards: folders.flatMap(shardsIn) };
  }
  const shards = expandBraces(path);
  const missing = shards.filter((shard) => !existsSync(shard));
  if (missing.length > 0) {
    throw new Error(
      `${path}: expected ${shards.length} tar files, got none at ${missing[0]}` +
        `${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}; correct the path or the range`,
    );
  }
  return { folder: dirname(path), shards };
}

/** What a shard is for, which its name or that of its folder under `folder` begins with; `train` where it says nothing. */
export function partOfShard(folder: string, shard: string): Part {
  const name = relative(folder, shard);
  const begins = (word: string) => name.startsWith(word) && !/^[a-z]/i.test(name.slice(word.length));
  if (begins('test')) return 'test';
  return validationNames.some(begins) ? 'validation' : 'train';
}

/** `a-{08..10}` gives a-08, a-09, a-10, as a shell does; several ranges give every combination. */
export function expandBraces(pattern: string): string[] {
  const [, before, first, last, after] = /^(.*?)\{(\d+)\.\.(\d+)\}(.*)$/.exec(pattern) ?? [];
  if (before === undefined || first === undefined || last === undefined || after === undefined) return [pattern];
  const length = Math.max(0, Number(last) - Number(first) + 1);
  const numbers = Array.from({ length }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
  return numbers.flatMap((number) => expandBraces(after).map((rest) => before + number + rest));
}

function shardsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.tar') && !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}
