/** What values an option may have: how they are told from others, in words and as JSON schema. */

import { printable } from './printable.ts';

/** The part of JSON schema (draft 2020-12) that is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export interface Kind<Value = unknown> {
  /** What is expected, in words that fit after that one: `a number in 0..1`. */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** The words to choose from, where the values are some words alone. */
  readonly choices?: readonly string[];
  accepts(value: unknown): value is Value;
  /** What else to say of a value that is refused; begins with a semicolon. Default: nothing. */
  hint?(value: unknown): string;
  /** A whole sentence for a value that is refused, in place of "expected ..., got ...". */
  reason?(value: unknown): string | undefined;
}

/** A kind of one's own. */
export function kind<Value>(
  expected: string,
  schema: JsonSchema,
  accepts: (value: unknown) => boolean,
  more: Pick<Kind<Value>, 'choices' | 'hint' | 'reason'> = {},
): Kind<Value> {
  return { expected, schema, accepts: (value): value is Value => accepts(value), ...more };
}

export interface NumberRange {
  /** Smallest and largest value. Default: none. */
  min?: number;
  max?: number;
  /** Ends that are not themselves values. */
  above?: number;
  below?: number;
}

/** Finite numbers of a range. */
export function number(range: NumberRange = {}, more: Pick<Kind<number>, 'hint'> = {}): Kind<number> {
  const words = rangeWords(range);
  return kind(`a number${words === '' ? '' : ` ${words}`}`, { type: 'number', ...rangeSchema(range) }, inside, more);

  function inside(value: unknown): boolean {
    return typeof value === 'number' && Number.isFinite(value) && isInRange(value, range);
  }
}

export interface IntegerRange extends Pick<NumberRange, 'min' | 'max'> {
  /**
   * Far above what anyone wants: larger numbers are slips that would take all memory, or not end. Said only of these, where
   * `max` is a limit that is told with every value. Default: none.
   */
  guard?: number;
}

/** Whole numbers, at most 2^53 - 1, of a range. */
export function integer({ guard = Number.MAX_SAFE_INTEGER, ...range }: IntegerRange = {}): Kind<number> {
  const words = rangeWords(range);
  const { max = guard } = range;
  const accepts = (value: unknown) => Number.isSafeInteger(value) && isInRange(value as number, { ...range, max });
  const schema = { type: 'integer', ...rangeSchema(range), ...(max < Number.MAX_SAFE_INTEGER && { maximum: max }) };
  const reason = (value: unknown) =>
    Number(value) > guard ? `expected a whole number of at most ${guard}, got ${quoted(value)}` : undefined;
  return kind(`a whole number${words === '' ? '' : ` ${words}`}`, schema, accepts, { reason });
}

/** True and false, not as text. */
export const boolean: Kind<boolean> = kind('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean');

/** Any text of at least one character. */
export const text: Kind<string> = kind(
  'text that is not empty',
  { type: 'string', minLength: 1 },
  (value) => typeof value === 'string' && value !== '',
);

/** One of some words. */
export function choice<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const accepts = (value: unknown) => (words as readonly unknown[]).includes(value);
  return kind(`one of ${words.join(', ')}`, { type: 'string', enum: words }, accepts, { choices: words });
}

export interface ListLength {
  /** Default 0 to any. */
  min?: number;
  max?: number;
}

/** A list of values of one kind; in text they are joined by slashes, as in `0/2/3`. */
export function listOf<Value>(
  item: Kind<Value>,
  expected: string,
  { min = 0, max = Number.POSITIVE_INFINITY }: ListLength = {},
): Kind<readonly Value[]> {
  const schema = { type: 'array', items: item.schema, minItems: min, ...(Number.isFinite(max) && { maxItems: max }) };
  const accepts = (value: unknown) =>
    Array.isArray(value) && value.length >= min && value.length <= max && value.every((one) => item.accepts(one));
  return kind(expected, schema, accepts);
}

/** A value of either kind. */
export function either<A, B>(
  one: Kind<A>,
  other: Kind<B>,
  expected = `${one.expected} or ${other.expected}`,
): Kind<A | B> {
  return kind(expected, { anyOf: [one.schema, other.schema] }, (value) => one.accepts(value) || other.accepts(value));
}

/** The longest value that an error shows whole. */
const longestShown = 1000;

/** A text in quotes, so that the number 1 and the text '1' look different; a very long value is cut. */
export function quoted(value: unknown): string {
  return cut(() => shown(value));
}

/** A value as JSON, as of a configuration file; a very long one is cut. */
export function jsonText(value: unknown): string {
  return cut(() => String(JSON.stringify(value)));
}

function cut(show: () => string): string {
  try {
    const text = show();
    return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${text.length} characters)`;
  } catch {
    // It holds itself, or is thousands deep.
    return 'a value that has no text';
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${printable(value)}'`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function isInRange(value: number, { min, max, above, below }: NumberRange): boolean {
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

function rangeWords({ min, max, above, below }: NumberRange): string {
  if (min !== undefined && max !== undefined) return `in ${min}..${max}`;
  if (above !== undefined && below !== undefined) return `between ${above} and ${below}`;
  if (above !== undefined) return max === undefined ? `above ${above}` : `above ${above} and at most ${max}`;
  if (min !== undefined) return below === undefined ? `of at least ${min}` : `from ${min} to below ${below}`;
  if (max !== undefined) return `of at most ${max}`;
  return below === undefined ? '' : `below ${below}`;
}

function rangeSchema({ min, max, above, below }: NumberRange): JsonSchema {
  return {
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  };
}
