/** Options as they are declared, once: their kind of value, default and description. Everything else follows from it. */

import { type Kind, quoted } from './kinds.ts';
import { unknownWord } from './nearest-word.ts';

/** What is said of an option besides its kind. */
export interface AboutOption<Default> {
  /** One line for help texts and tables, without the default. */
  description: string;
  /** Left out where the option has no value unless it is given one. */
  default?: Default;
  /** What happens without a value, in words, where there is no default: `drawn by alpha`. */
  otherwise?: string;
}

export interface Option<Value = unknown, Default extends Value | undefined = Value | undefined> {
  readonly kind: Kind<Value>;
  readonly description: string;
  readonly default: Default;
  readonly otherwise?: string;
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, Option>>;

type ValueOf<Spec> = Spec extends { kind: Kind<infer Value> } ? Value : never;

/** Options as they may be given: each may be left out. */
export type OptionsOf<Specs> = { -readonly [Name in keyof Specs]?: ValueOf<Specs[Name]> | undefined };

/** Options with their defaults filled in. */
export type ResolvedOptions<Specs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { default: undefined }
    ? ValueOf<Specs[Name]> | undefined
    : ValueOf<Specs[Name]>;
};

/** Declares an option. */
export function option<Value, Default extends NoInfer<Value> | undefined = undefined>(
  kind: Kind<Value>,
  about: AboutOption<Default>,
): Option<Value, Default> {
  return { ...about, kind, default: about.default as Default };
}

/** One thing wrong with options that were given. */
export interface OptionProblem {
  /** The option, which may be one that there is not. */
  name: string;
  sentence: string;
}

/** What is wrong with one value, as a sentence about nobody; undefined where nothing is. */
export function valueProblem(
  kind: Kind,
  value: unknown,
  show: (value: unknown) => string = quoted,
): string | undefined {
  if (kind.accepts(value)) return undefined;
  return kind.reason?.(value) ?? `expected ${kind.expected}, got ${show(value)}${kind.hint?.(value) ?? ''}`;
}

/** A lone number is a list of one where a list is expected: text has no other way to write it, as in `epsilons=2`. */
export function listOfOne(kind: Kind, value: unknown): unknown {
  return typeof value === 'number' && kind.schema.type === 'array' && kind.accepts([value]) ? [value] : value;
}

/**
 * Checks one value. @throws an error that begins with the owner and says what was expected and what came
 *
 * @param owner the function or method that the option belongs to
 */
export function checkOption(owner: string, name: string, kind: Kind, value: unknown): void {
  const sentence = sentenceOf(owner, name, kind, value);
  if (sentence !== undefined) throw new Error(sentence);
}

/**
 * Everything wrong with options: unknown names, with the nearest that is known, and values of another kind.
 *
 * @param what they are called in a sentence about an unknown one. Default `option`
 */
export function optionProblems(owner: string, specs: OptionSpecs, given: object, what = 'option'): OptionProblem[] {
  return Object.entries(given).flatMap(([name, value]): OptionProblem[] => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      return [{ name, sentence: unknownWord(`${owner}: unknown ${what}`, name, Object.keys(specs)) }];
    }
    const sentence = value === undefined ? undefined : sentenceOf(owner, name, spec.kind, listOfOne(spec.kind, value));
    return sentence === undefined ? [] : [{ name, sentence }];
  });
}

/**
 * Options with their defaults filled in; an option that is undefined has its default.
 *
 * @param owner what they belong to, with which an error begins
 * @throws naming the first option that is unknown, with the nearest and all there are, or that has another value than it may have
 */
export function resolveOptions<Specs extends OptionSpecs>(
  owner: string,
  specs: Specs,
  given: OptionsOf<Specs> | Readonly<Record<string, unknown>> = {},
): ResolvedOptions<Specs> {
  const [problem] = optionProblems(owner, specs, given);
  if (problem !== undefined) throw new Error(problem.sentence);
  const values = given as Readonly<Record<string, unknown>>;
  const resolved = Object.entries(specs).map(([name, spec]) => [
    name,
    listOfOne(spec.kind, values[name]) ?? spec.default,
  ]);
  return Object.fromEntries(resolved) as ResolvedOptions<Specs>;
}

function sentenceOf(owner: string, name: string, kind: Kind, value: unknown): string | undefined {
  if (kind.choices !== undefined && !kind.accepts(value)) {
    return unknownWord(`${owner}: unknown value of ${name}`, String(value), kind.choices);
  }
  return valueProblem(kind, value)?.replace(/^expected /, `${owner}: expected ${name} to be `);
}
