import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { splitMethods } from '../../options/index.ts';
import { parseDataText } from '../sets/data-text.ts';

/**
 * The out-of-distribution sets of `tiny-imagenet-200/test:fit=window,seed=1,uniform:images=100,gaussian`: a comma ends a set,
 * except before a further option of it. A path that has commas itself can be named alone.
 *
 * @throws where nothing is between two commas
 */
export function parseOodSets(text: string): string[] {
  if (existsSync(text)) return [text];
  const sets = splitMethods(text).map((part) => part.trim());
  if (!sets.includes('')) return sets;
  throw new Error(
    `out-of-distribution sets: expected names or paths joined by commas, as in uniform,gaussian, got '${text}'`,
  );
}

/** Folders and files that say nothing of the data set that they belong to. */
const partName = /^(train|val|valid|validation|test|images|(train|t10k)-images.*)$/;

/** What tables call the data at a path: the last part of it that is more than the name of a part. */
export function dataName(path: string): string {
  const parts = resolve(path).split(sep);
  const named = parts.findLast((part) => !partName.test(part));
  return named?.replace(/\.bin$/, '') || path;
}

/** Whether a text names the same data as another one, whatever the options, or something inside of its folder. */
export function isPartOf(set: string, data: string): boolean {
  const { path: inner } = parseDataText(set);
  const { path: outer } = parseDataText(data);
  if (inner === outer) return true;
  if (!existsSync(inner) || !existsSync(outer)) return false;
  const [first] = relative(outer, inner).split(sep);
  return first !== '..';
}
