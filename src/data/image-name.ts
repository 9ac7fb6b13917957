/** What an image of a set is called, independent of where the data is. */
import { existsSync, statSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import type { Dataset } from './dataset.ts';
import { parseDataText } from './sets/data-text.ts';

/** The folder that the pictures of some data are in or under. @param data as a person types it, with options or without */
export function dataFolder(data: string): string {
  const { path } = parseDataText(data);
  return existsSync(path) && statSync(path).isDirectory() ? path : dirname(path);
}

/**
 * The names of a set's images: the path of a picture under a folder, with its archive's where it is in one; the number of an
 * image that is in memory or drawn.
 *
 * @param folder names begin after it; a picture elsewhere is called by its whole path
 */
export function imageName(folder: string, set: Dataset): (index: number) => string {
  if (!('pictures' in set)) return String;
  const start = `${normalize(folder)}/`.replace(/\/+$/, '/').replace(/^\.\//, '');
  return (index) => {
    const { path, member } = set.pictures[index]!;
    const name = path.startsWith(start) ? path.slice(start.length) : path;
    return member === undefined ? name : `${name}: ${member.name}`;
  };
}
