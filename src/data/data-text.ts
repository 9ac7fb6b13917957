import { existsSync } from 'node:fs';
import { unknownWord } from '../options/index.ts';

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

/** What may stand behind an option: a kind of number, or one of some words. */
type OptionKind = keyof typeof numbers | readonly string[];

/** The values of the options that were typed. */
type ParsedOptions<Kinds> = {
  -readonly [Name in keyof Kinds]?: Kinds[Name] extends readonly (infer Word)[] ? Word : number;
};

/**
 * Reads `name=value,...`.
 *
 * @param thing what the options belong to, for error messages
 * @param known the kind of value that each option has
 * @throws where an option or word is unknown, naming the nearest, or a value is not such a number
 */
export function parseOptions<const Kinds extends Readonly<Record<string, OptionKind>>>(
  thing: string,
  text: string,
  known: Kinds,
): ParsedOptions<Kinds> {
  const parsed: Record<string, string | number> = {};
  for (const typed of text === '' ? [] : text.split(',').map((word) => word.trim())) {
    const [name = '', value = '', ...more] = typed.split('=');
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw new Error(unknownWord(`${thing}: unknown option`, name, Object.keys(known)));
    if (name in parsed) throw new Error(`${thing}: expected ${name} once, got '${text}'`);
    parsed[name] = optionValue(thing, name, [value, ...more].join('='), kind);
  }
  return parsed as ParsedOptions<Kinds>;
}

function optionValue(thing: string, name: string, value: string, kind: OptionKind): string | number {
  if (typeof kind !== 'string') {
    if (kind.includes(value)) return value;
    throw new Error(unknownWord(`${thing}: unknown ${name}`, value, kind));
  }
  if (numbers[kind].test(value)) return Number(value);
  throw new Error(`${thing}: expected ${name}=<${kind}>, got '${name}=${value}'`);
}
