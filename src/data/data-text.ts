import { existsSync } from 'node:fs';
import { unknownWord } from '../mix/index.ts';

/** A location of data as people type it, taken apart: a name or path, and the options behind it. */
export interface DataText {
  path: string;
  /** As in `size=64,seed=1`; empty where there are none. */
  options: string;
}

/** Takes `PATH:name=value,...` apart. What exists as a path is a path, whatever is in it; `shapes` is none. */
export function parseDataText(text: string): DataText {
  if (text.startsWith('shapes:')) return { path: 'shapes', options: text.slice('shapes:'.length) };
  const [, path, options] = /^(.+?):(\w+=[^/:]*)$/.exec(text) ?? [];
  return path === undefined || options === undefined || existsSync(text)
    ? { path: text, options: '' }
    : { path, options };
}

/** How the number behind an option is written. */
const numbers = {
  'whole number': /^\d+$/,
  'number from 0 to 1': /^(0?\.\d+|0|1)$/,
} as const;

/**
 * Reads `name=value,...`.
 *
 * @param thing what the options belong to, for error messages
 * @param known the kind of number that each option is
 * @throws where an option is unknown, naming the nearest, or not such a number
 */
export function parseNumbers<Name extends string>(
  thing: string,
  text: string,
  known: Readonly<Record<Name, keyof typeof numbers>>,
): Partial<Record<Name, number>> {
  const names = Object.keys(known) as Name[];
  const parsed: Partial<Record<Name, number>> = {};
  for (const word of text === '' ? [] : text.split(',')) {
    const [typed = '', value = ''] = word.split('=');
    const name = names.find((candidate) => candidate === typed);
    if (name === undefined) throw new Error(unknownWord(`${thing}: unknown option`, typed, names));
    if (!numbers[known[name]].test(value))
      throw new Error(`${thing}: expected ${name}=<${known[name]}>, got '${word}'`);
    parsed[name] = Number(value);
  }
  return parsed;
}
