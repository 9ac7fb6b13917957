import { existsSync } from 'node:fs';
import { type OptionValue, parseOptionText } from '../../options/index.ts';

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
