/** The flags of suites, which `evaluate`, `compare` and `reproduce` share. */
import type { Command } from 'commander';
import type { LabeledImages, OpenOodOptions } from '../data/index.ts';
import type { SuiteChoice } from '../evaluate/index.ts';
import { flagName, integer, option, resolveOptions } from '../options/index.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { definitionsText } from './help-texts.ts';

export interface SuiteFlags {
  suite?: string;
  limit?: number;
  boxes?: string;
  oodSets?: string;
}

/** What is to be measured. */
export interface SuitesAsked {
  /** Undefined where nothing was asked for. */
  suites: SuiteChoice[] | undefined;
  limit: number | undefined;
}

type Suites = typeof import('../evaluate/suite.ts').suites;

/** Options of suites that have a flag of their own, since paths may have commas in them: the suite and its option. */
const pathFlags: readonly { flag: 'boxes' | 'oodSets'; word: string; suite: string; option: string }[] = [
  { flag: 'boxes', word: 'path', suite: 'localization', option: 'boxes' },
  { flag: 'oodSets', word: 'list', suite: 'ood', option: 'sets' },
];

const limitSpecs = {
  limit: option(integer({ min: 1 }), {
    description: 'only the first n test images of a seeded shuffle',
    otherwise: 'all',
  }),
};

/** Suites that measure as many images as are asked for. */
const limitedSuites = (suites: Suites): string[] =>
  [...suites].filter(({ takesAll }) => !takesAll).map(({ name }) => name);

/** @param usual what is measured without the flag, in words */
export async function addSuiteFlags(command: Command, usual: string): Promise<void> {
  const { suites } = await import('../evaluate/suites.ts');
  command.option(
    '--suite <list>',
    `${suites.names.join(', ')}, joined by commas, each with its options as in localization:method=grad-cam,threshold=0.2; ` +
      `or all that the data allows (default: ${usual})`,
  );
  const { limit } = limitSpecs;
  const description = `${limitedSuites(suites).join(', ')}: ${limit.description}`;
  addSpecFlags(command, { limit: { ...limit, description } });
  for (const { flag, word, suite, option: name } of pathFlags) {
    const spec = suites.get(suite).options[name]!;
    command.option(`${flagName(flag)} <${word}>`, `${suite}: ${spec.description}`);
  }
}

/** The suites with their options, and what may be an out-of-distribution set. */
export async function suitesText(): Promise<string> {
  // Without networks and decoders, which help does not need.
  const { suites } = await import('../evaluate/suites.ts');
  const { oodSets } = await import('../data/ood/open-ood.ts');
  const sets = [...oodSets].map((set) => ({ ...set, name: set.example }));
  return [
    definitionsText('Suites, for --suite', suites),
    definitionsText('Out-of-distribution sets, for --ood-sets', sets),
  ].join('\n\n');
}

/**
 * What is to be measured, apart from all other flags.
 *
 * @param always suites that are measured whatever the flag says, also where `all` would leave one of them out
 * @throws where a suite or an option of one is unknown or has another value than it may have, or a flag is of no suite that
 *   was asked for
 */
export async function takeSuites<Flags extends SuiteFlags>(
  { suite, limit: given, boxes, oodSets, ...others }: Flags,
  always: readonly string[] = [],
): Promise<{ asked: SuitesAsked; others: Omit<Flags, keyof SuiteFlags> }> {
  const { parseSuites, suites } = await import('../evaluate/index.ts');
  const { parseOodSets } = await import('../data/index.ts');
  const parsed = suite === undefined ? [] : parseSuites(suite);
  const added = always.filter((name) => !parsed.some((choice) => choice.name === name)).map((name) => ({ name }));
  const choices = [...parsed, ...added].map(
    (choice): SuiteChoice => (always.includes(choice.name) ? { ...choice, ifAllowed: false } : choice),
  );
  const { limit } = specValues(limitSpecs, { limit: given });
  if (limit !== undefined) checkTaken('limit', limitedSuites(suites), choices);
  const values = { boxes, oodSets: oodSets === undefined ? undefined : parseOodSets(oodSets) };
  for (const { flag, suite: name, option: key } of pathFlags) {
    if (values[flag] === undefined) continue;
    const choice = checkTaken(flag, [name], choices);
    if (choice.options?.[key] !== undefined) {
      throw new Error(`${flagName(flag)}: expected once, got it as ${name}:${key}=... too; leave one of them out`);
    }
    choice.options = { ...choice.options, [key]: values[flag] };
  }
  for (const { name, options } of choices) resolveOptions(name, suites.get(name).options, options);
  return { asked: { suites: choices.length === 0 ? undefined : choices, limit }, others };
}

/** The first of the suites that take a flag which was asked for. @throws where none was */
function checkTaken(flag: string, takers: readonly string[], choices: readonly SuiteChoice[]): SuiteChoice {
  const found = choices.find(({ name }) => takers.includes(name));
  if (found) return found;
  const got = choices.length === 0 ? 'no --suite' : choices.map(({ name }) => name).join(',');
  throw new Error(
    `${flagName(flag)}: expected with --suite ${takers.join(' or ')}, got ${got}; name one there, or leave it out`,
  );
}

type OodOpening = Pick<OpenOodOptions, 'onBadImage' | 'allowSkipped'>;

/**
 * Says before hours of training what would fail after them.
 *
 * @throws where images are to be localized that have no ground-truth boxes, or an out-of-distribution set cannot be opened
 */
export async function checkSuites(
  test: LabeledImages,
  { suites = [] }: Pick<SuitesAsked, 'suites'>,
  opening: OodOpening = {},
): Promise<void> {
  for (const { name, options = {}, ifAllowed = false } of suites) {
    if (name === 'localization' && !(ifAllowed && options.boxes === undefined)) await checkBoxes(test, options.boxes);
    if (name === 'ood') await checkOodSets(test, options.sets, opening);
  }
}

async function checkBoxes(test: LabeledImages, path: unknown): Promise<void> {
  const { withBoxes } = await import('../data/index.ts');
  const { hasBoxes } = await import('../evaluate/index.ts');
  const images = path === undefined ? test : await withBoxes(test, String(path));
  if (await hasBoxes(images)) return;
  const wayOut = 'pictures' in test ? 'give them by --boxes PATH' : 'leave localization out';
  throw new Error(
    `--suite localization: expected data with ground-truth boxes, got ${test.name}, which has none; ${wayOut}`,
  );
}

async function checkOodSets(
  test: LabeledImages,
  sets: unknown,
  { onBadImage, allowSkipped }: OodOpening,
): Promise<void> {
  const { openOodSet, parseOodSets } = await import('../data/index.ts');
  const texts = sets === undefined ? [] : typeof sets === 'string' ? parseOodSets(sets) : (sets as readonly string[]);
  // A few images of each are as good as all, and noise is drawn in memory.
  for (const text of texts) await openOodSet(text, test, { limit: 16, onBadImage, allowSkipped });
}
