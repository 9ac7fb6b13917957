/** Options in mappings within mappings, as a configuration file has them. */
import type { Definition, DefinitionList } from './definitions.ts';
import { optionsSchema } from './describe.ts';
import { type JsonSchema, jsonText } from './kinds.ts';
import { parseMethod } from './method-text.ts';
import { unknownWord } from './nearest-word.ts';
import {
  listOfOne,
  type Option,
  type OptionSpecs,
  type OptionsOf,
  type ResolvedOptions,
  valueProblem,
} from './options.ts';

/** A mapping whose options are always the same. */
export interface Section<Specs extends OptionSpecs = OptionSpecs> {
  readonly description: string;
  readonly section: Specs;
}

/** One thing of a list, by its `name`, with its own options beside it; or as text, `name:option=value`. */
export interface OneOf {
  readonly description: string;
  readonly oneOf: DefinitionList<Definition>;
  /** The name where options are given without one, and where nothing is given unless `otherwise` says more. */
  readonly default: string;
  /** What happens where nothing is given, in words; there is no value then. Default: the one named `default`. */
  readonly otherwise?: string;
}

/** A thing of a list as it was chosen: its name and its options. */
export interface NamedOptions {
  readonly name: string;
  readonly [option: string]: unknown;
}

export type SectionSpecs = Readonly<Record<string, Option | Section | OneOf>>;

/** A configuration as it may be given. */
export type SectionsOf<Specs> = {
  -readonly [Name in keyof Specs]?:
    | (Specs[Name] extends Section<infer Inner>
        ? OptionsOf<Inner>
        : Specs[Name] extends OneOf
          ? string | Readonly<Record<string, unknown>>
          : Specs extends Record<Name, Option>
            ? OptionsOf<Pick<Specs, Name>>[Name]
            : OptionsOf<{ it: Specs[Name] }>['it'])
    | undefined;
};

type ResolvedSection<Spec> =
  Spec extends Section<infer Inner>
    ? ResolvedOptions<Inner>
    : Spec extends OneOf
      ? Spec extends { otherwise: string }
        ? NamedOptions | undefined
        : NamedOptions
      : ResolvedOptions<{ it: Spec }>['it'];

type OptionalNames<Specs> = {
  [Name in keyof Specs]: undefined extends ResolvedSection<Specs[Name]> ? Name : never;
}[keyof Specs];

/** A configuration with every default filled in; keys without a value are left out. */
export type ResolvedSections<Specs> = {
  [Name in Exclude<keyof Specs, OptionalNames<Specs>>]: ResolvedSection<Specs[Name]>;
} & { [Name in OptionalNames<Specs>]?: ResolvedSection<Specs[Name]> };

export type OptionPath = readonly string[];

/** One thing wrong with a configuration. */
export interface SectionProblem {
  /** The key it is about; for an unknown key, that key. */
  path: OptionPath;
  /** `optimizer.momentum: expected a number from 0 to below 1, got 2` */
  sentence: string;
}

/** Fills in the defaults; where anything is wrong, says all of it. Keys without a value are left out. */
export function resolveSections<Specs extends SectionSpecs>(
  specs: Specs,
  given: unknown,
): { value: ResolvedSections<Specs>; problems: SectionProblem[] } {
  const problems: SectionProblem[] = [];
  const value = resolveMapping(specs, given ?? {}, [], problems);
  return { value: value as ResolvedSections<Specs>, problems };
}

/** The JSON schema of a configuration, with which an editor completes and checks it. */
export function sectionsSchema(specs: SectionSpecs): JsonSchema {
  const properties = Object.entries(specs).map(([name, spec]): [string, JsonSchema] => {
    if ('section' in spec) return [name, { ...optionsSchema(spec.section), description: spec.description }];
    if ('oneOf' in spec) return [name, { ...oneOfSchema(spec), description: spec.description }];
    return [name, (optionsSchema({ [name]: spec }).properties as Record<string, JsonSchema>)[name]!];
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function oneOfSchema({ oneOf, default: usual }: OneOf): JsonSchema {
  const members = [...oneOf].map(({ name, description, options }) => {
    const { properties, ...schema } = optionsSchema(options);
    return {
      ...schema,
      description,
      properties: { name: { const: name, ...(name === usual && { default: name }) }, ...(properties as object) },
      ...(name !== usual && { required: ['name'] }),
    };
  });
  return { anyOf: [{ type: 'string', description: 'NAME:option=value,...' }, ...members] };
}

function resolveMapping(
  specs: SectionSpecs,
  given: unknown,
  path: OptionPath,
  problems: SectionProblem[],
): Record<string, unknown> {
  if (!isMapping(given)) {
    problems.push({ path, sentence: sentence(path, `expected a mapping, got ${jsonText(given)}`) });
    return {};
  }
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(specs, key)) continue;
    problems.push({
      path: [...path, key],
      sentence: sentence(path, unknownWord('unknown key', key, Object.keys(specs))),
    });
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(specs)) {
    const own = Object.hasOwn(given, key) ? given[key] : undefined;
    const value = resolveOne(spec, own, [...path, key], problems);
    if (value !== undefined) resolved[key] = value;
  }
  return resolved;
}

function resolveOne(
  spec: Option | Section | OneOf,
  given: unknown,
  path: OptionPath,
  problems: SectionProblem[],
): unknown {
  if ('section' in spec) return resolveMapping(spec.section, given ?? {}, path, problems);
  if ('oneOf' in spec) {
    return given === undefined && spec.otherwise !== undefined
      ? undefined
      : resolveNamed(spec, given ?? {}, path, problems);
  }
  if (given === undefined) return spec.default;
  const value = listOfOne(spec.kind, given);
  const { choices } = spec.kind;
  const problem =
    choices !== undefined && typeof value === 'string' && !choices.includes(value)
      ? unknownWord('unknown value', value, choices)
      : valueProblem(spec.kind, value, jsonText);
  if (problem !== undefined) problems.push({ path, sentence: sentence(path, problem) });
  return value;
}

function resolveNamed({ oneOf, default: usual }: OneOf, given: unknown, path: OptionPath, problems: SectionProblem[]) {
  const mapping = typeof given === 'string' ? mappingOf(given, path, problems) : given;
  const { name = usual, ...options } = isMapping(mapping) ? mapping : {};
  const definition = typeof name === 'string' ? oneOf.find(name) : undefined;
  if (definition === undefined) {
    const words = oneOf.unknown(String(name), 'unknown value');
    problems.push({ path: [...path, 'name'], sentence: sentence([...path, 'name'], words) });
    return { name };
  }
  if (!isMapping(mapping)) return resolveMapping({}, mapping, path, problems);
  const { name: _, ...resolved } = resolveMapping(
    // The name is listed among the valid keys.
    { name: anyName, ...definition.options },
    options,
    path,
    problems,
  );
  return { name, ...resolved };
}

const anyName: Option = {
  kind: { expected: 'a name', schema: {}, accepts: (value): value is unknown => value !== undefined },
  description: '',
  default: undefined,
};

function mappingOf(text: string, path: OptionPath, problems: SectionProblem[]): unknown {
  try {
    const { name, options } = parseMethod(text);
    return { name, ...options };
  } catch (error) {
    problems.push({ path, sentence: sentence(path, (error as Error).message) });
    return {};
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentence(path: OptionPath, words: string): string {
  const key = path.length === 0 ? '' : `${path.join('.')}: `;
  return words.startsWith(key) ? words : `${key}${words}`;
}
