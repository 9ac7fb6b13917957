/** What people type for data: taken apart, and recognized. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { type Definition, type DefinitionList, type OptionValue, parseOptionText } from '../../options/index.ts';

/** A location of data as people type it, taken apart: a name or path, and the options behind it. */
export interface DataText {
  path: string;
  /** Unchecked: the data set judges them. Empty where there are none. */
  options: Record<string, OptionValue>;
}

/**
 * Takes `PATH:name=value,...` apart. What exists as a path is a path, whatever is in it.
 *
 * @param text as in `photos:size=64,fit=stretch` or `shapes:train=100`
 * @throws where an option has no value, or comes twice
 */
export function parseDataText(text: string): DataText {
  if (existsSync(text)) return { path: text, options: {} };
  // A path may have colons itself. Behind a name, which is no path, there is nothing but options.
  const [, path, options] = /^(.+?):(\w+=[^/:]*)$/.exec(text) ?? /^([a-z][a-z0-9.-]+):(.*)$/.exec(text) ?? [];
  if (path === undefined || options === undefined) return { path: text, options: {} };
  return { path, options: parseOptionText(path, options) };
}

/** A thing that is opened by what a person types: a name, or a path that it recognizes. */
export interface Recognized {
  readonly name: string;
  /** As a person would type it. */
  readonly example: string;
  /** Whether its name alone stands for it, as nothing of it is on a disk (default: a path does). */
  readonly isNamed?: boolean;
  /**
   * Whether a path is one that it opens.
   *
   * @param names what is in the folder; undefined where the path is none, or is not there
   */
  matches(path: string, names: readonly string[] | undefined): boolean;
}

/**
 * The definition for what a person typed: by its name where that is enough, else the one added last that recognizes the
 * path, so that a program's own come before the ones that are there.
 */
export function recognize<One extends Recognized & Definition>(
  list: DefinitionList<One>,
  path: string,
): One | undefined {
  const named = list.find(path);
  if (named?.isNamed) return named;
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const names = isFolder ? readdirSync(path) : undefined;
  return [...list].findLast((definition) => definition.matches(path, names));
}
