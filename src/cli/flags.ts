/** Flags that follow from the specs of options: what they are called, what they say of themselves, and what they take. */
import { type Command, Option } from 'commander';
import {
  flagName,
  type OneOf,
  type Option as OptionSpec,
  plainDefault,
  type ResolvedSections,
  resolveSections,
  type SectionSpecs,
} from '../options/index.ts';

/** Collects a flag that may be given several times. */
export function repeatable(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export interface SpecFlagOptions {
  /** Whether their defaults are told (default true); not where something else decides about what is not given. */
  defaults?: boolean;
}

/**
 * Adds a flag for each option: `batchSize` is `--batch-size <n>`, one that is true or false also `--no-...`, one that takes
 * a list of texts may be given again and again. Mappings get none. None has a value that was not given, so that what was
 * given can be told from defaults.
 */
export function addSpecFlags(
  command: Command,
  specs: SectionSpecs,
  { defaults = true }: SpecFlagOptions = {},
): Command {
  for (const [key, spec] of Object.entries(specs)) {
    if ('section' in spec) continue;
    const names = 'oneOf' in spec ? `: ${spec.oneOf.names.join(', ')}; options as in NAME:option=value` : '';
    const text = `${spec.description}${names}${defaults ? ` (default: ${defaultOf(spec)})` : ''}`;
    if (typeOf(spec) === 'boolean') addSwitch(command, flagName(key), text);
    else command.addOption(valueOption(spec, flagName(key), text));
  }
  return command;
}

/** Two flags with one line of help. */
function addSwitch(command: Command, flag: string, text: string): void {
  const [on, off] = [new Option(flag, text), new Option(flag.replace('--', '--no-')).hideHelp()];
  command.addOption(on).addOption(off);
  on.flags = `${flag}, ${off.flags}`;
}

function valueOption(spec: OptionSpec | OneOf, flag: string, text: string): Option {
  if ('oneOf' in spec) return new Option(`${flag} <name>`, text);
  const { choices } = spec.kind;
  const isNumber = typesOf(spec).some((type) => type === 'number' || type === 'integer');
  const words = [...(choices ?? wordsOf(spec)), ...(isNumber ? ['n'] : [])];
  const option = new Option(`${flag} <${words.join('|') || 'text'}>`, text);
  if (takesList(spec)) return option.argParser(repeatable);
  return isNumber ? option.argParser(numberOf) : option;
}

/** What is no number is left as it is, for the spec to refuse with its range. */
function numberOf(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

const typeOf = (spec: OptionSpec | OneOf): unknown => ('oneOf' in spec ? undefined : spec.kind.schema.type);

/** Of the value, or of each that it may be. */
const formsOf = ({ kind: { schema } }: OptionSpec) =>
  [schema, ...[schema.anyOf ?? []].flat()] as readonly { type?: unknown; enum?: readonly string[] }[];
const typesOf = (spec: OptionSpec) => formsOf(spec).map(({ type }) => type);
/** Words that it may be besides something else. */
const wordsOf = (spec: OptionSpec) => formsOf(spec).flatMap(({ enum: words = [] }) => words);

const takesList = ({ kind: { schema } }: OptionSpec): boolean =>
  [schema.anyOf].flat().some((one) => (one as { type?: unknown } | undefined)?.type === 'array');

const defaultOf = (spec: OptionSpec | OneOf): string =>
  'oneOf' in spec ? (spec.otherwise ?? spec.default) : plainDefault(spec) || 'none';

/**
 * The values of flags that {@link addSpecFlags} added, with defaults.
 *
 * @throws naming the first flag whose value its spec refuses, with the nearest word where there are words to choose from
 */
export function specValues<Specs extends SectionSpecs>(
  specs: Specs,
  flags: Readonly<Record<string, unknown>>,
): ResolvedSections<Specs> {
  const own = Object.fromEntries(Object.keys(specs).map((key) => [key, flags[key]]));
  const { value, problems } = resolveSections(specs, own);
  const [problem] = problems;
  if (problem === undefined) return value;
  const [key = ''] = problem.path;
  throw new Error(`${flagName(key)}${problem.sentence.slice(key.length)}`);
}

/** Makes it an error to give a flag twice that is not {@link repeatable}: of two values one would be lost in silence. */
export function refuseRepeats(command: Command): void {
  const seen = new Set<string>();
  for (const option of command.options) {
    if (option.parseArg === repeatable) continue;
    command.on(`option:${option.name()}`, () => {
      const name = option.attributeName();
      if (seen.has(name)) throw new Error(`${flagName(name)}: expected once, got it twice; leave one of them out`);
      seen.add(name);
    });
  }
}
