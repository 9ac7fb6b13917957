/** The labels of a shard's samples: a class's name or its number. */
import { limits, sizeText } from '../limits.ts';
import type { TarEntry } from './tar-index.ts';

/** What a file of labels says: the class, or that it names none. */
export interface ShardLabel {
  /** Of the file in the archive. */
  file: string;
  text: string | undefined;
  /** What is wrong with it. */
  problem?: string;
}

/** Not a number, and no class either: what programs write for a label that is missing. */
const missing = /^([+-]?nan|[+-]?inf(inity)?|null|undefined|None)$/i;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws where the file is larger than labels are */
export function readLabel(path: string, entry: TarEntry): ShardLabel {
  const { name, size } = entry.member;
  const isJson = /\.json$/i.test(name);
  const most = isJson ? limits.json : limits.label;
  if (size > most) {
    throw new Error(
      `${path}: expected ${name} of at most ${sizeText(most)}, got ${sizeText(size)}; pack the shard again`,
    );
  }
  const contents = entry.read().toString();
  const label = isJson ? labelInJson(contents) : contents.trim();
  const text = typeof label === 'string' || Number.isInteger(label) ? canonical(String(label)) : undefined;
  if (text !== undefined) return { file: name, text };
  const got = contents.slice(0, 60).replace(/\p{Cc}/gu, ' ');
  return {
    file: name,
    text,
    problem:
      `${path}: expected ${name} to hold ${isJson ? 'a "label", ' : ''}the name or number of a class, ` +
      `got '${got}'; pack the shard again`,
  };
}

/** `00` is class 0. Undefined of what is neither a whole number from 0 on nor a name. */
function canonical(label: string): string | undefined {
  const text = label.trim();
  if (isNumbered(text)) return text.replace(/^0+(?=\d)/, '');
  const isNone = text === '' || missing.test(text) || decimal.test(text) || /\p{Cc}/u.test(text);
  return isNone ? undefined : text;
}

/** Whether a label is the number of a class. */
export function isNumbered(label: string): boolean {
  return /^\d+$/.test(label);
}

function labelInJson(text: string): unknown {
  try {
    return (JSON.parse(text) as { label?: unknown } | null)?.label;
  } catch {
    return undefined;
  }
}
