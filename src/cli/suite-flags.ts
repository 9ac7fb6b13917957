/** The flags of `--suite`, which `evaluate`, `compare` and `reproduce` share. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ImageSet } from '../data/index.ts';
import type { SuiteName, SuiteOptions } from '../evaluate/index.ts';
import { numberArgument } from './arguments.ts';

export interface SuiteFlags {
  suite?: string;
  limit?: number;
  boxes?: string;
  cam?: 'cam' | 'grad-cam';
  threshold?: number;
  epsilon?: number[];
  unknown?: string;
}

/** Which suites take a flag. */
const takers: Record<Exclude<keyof SuiteFlags, 'suite'>, readonly SuiteName[]> = {
  limit: ['localization', 'robustness', 'ood'],
  boxes: ['localization'],
  cam: ['localization'],
  threshold: ['localization'],
  epsilon: ['robustness'],
  unknown: ['ood'],
};

/** What is to be measured. */
export interface SuitesAsked extends SuiteOptions {
  /** Undefined where nothing is; `all` that the data allows. */
  suites: SuiteName[] | 'all' | undefined;
}

/**
 * Adds them and `--on-bad-image`, which is no suite's: training takes it too.
 *
 * @param suites what is measured without the flag, in words
 */
export function addSuiteFlags(command: Command, suites: string): Command {
  return command
    .option(
      '--suite <list>',
      `accuracy, localization, robustness, ood, joined by commas, or all that the data allows (default: ${suites})`,
    )
    .option('--limit <n>', 'suites but accuracy: only the first n test images of a seeded shuffle', imageCount)
    .option(
      '--boxes <path>',
      "localization: true boxes, where the data has none: a folder of XML files or wsolevaluation's metadata",
    )
    .addOption(
      new Option('--cam <method>', 'localization: how maps are made (default: cam)').choices(['cam', 'grad-cam']),
    )
    .option(
      '--threshold <share>',
      "localization: of the map's maximum, for the paper's protocol (default: 0.15)",
      share,
    )
    .option('--epsilon <list>', 'robustness: largest changes of a pixel, of 0..1 (default: 8/255)', epsilons)
    .option('--unknown <list>', 'ood: unknown sets, see docs/out-of-distribution.md (default: uniform,gaussian)')
    .addOption(
      new Option(
        '--on-bad-image <what>',
        'fail, or skip: what cannot be decoded is left out and listed (default: as it was trained, fail for a new run)',
      ).choices(['fail', 'skip']),
    );
}

/** `8/255,0.1` as numbers in 0..1. */
function epsilons(text: string): number[] {
  return text.split(',').map((part) => {
    const [over = '', under = '1', ...more] = part.split('/');
    const value = numberArgument(over) / numberArgument(under);
    if (more.length === 0 && value >= 0 && value <= 1) return value;
    throw new InvalidArgumentError('Expected numbers in 0..1, the range of pixels, as in 8/255,0.1');
  });
}

function share(text: string): number {
  const value = numberArgument(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number in 0..1.');
}

function imageCount(text: string): number {
  const value = numberArgument(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Expected a whole number of at least 1.');
}

/**
 * What is to be measured, apart from all other flags.
 *
 * @param always suites that are measured whatever the flag says, also where `all` would leave one of them out
 * @throws where a suite is unknown, or a flag is of none of them
 */
export async function takeSuites<Flags extends SuiteFlags>(
  flags: Flags,
  always: readonly SuiteName[] = [],
): Promise<{ suites: SuitesAsked; others: Omit<Flags, keyof SuiteFlags> }> {
  const { parseSuites } = await import('../evaluate/index.ts');
  const { parseUnknown } = await import('../data/index.ts');
  const { suite, limit, boxes, cam, threshold, epsilon, unknown, ...others } = flags;
  const asked = suite === undefined ? [] : parseSuites(suite);
  const isAll = always.length === 0 && suite?.split(',').some((word) => word.trim() === 'all');
  const names = [...new Set([...always, ...asked])];
  checkTaken(flags, names);
  const suites = {
    suites: isAll ? ('all' as const) : names.length === 0 ? undefined : names,
    limit,
    localization: given({ boxes, method: cam, threshold }),
    robustness: given({ epsilons: epsilon }),
    ood: given({ unknown: unknown === undefined ? undefined : parseUnknown(unknown) }),
  };
  return { suites, others };
}

function checkTaken(flags: SuiteFlags, names: readonly SuiteName[]): void {
  for (const flag of Object.keys(takers) as (keyof typeof takers)[]) {
    const those = takers[flag];
    if (flags[flag] === undefined || those.some((name) => names.includes(name))) continue;
    const got = names.length === 0 ? 'no --suite' : names.join(',');
    throw new Error(
      `--${flag}: expected with --suite ${those.join(' or ')}, got ${got}; name one there, or leave it out`,
    );
  }
}

/** Options of a suite; undefined without any, so that results kept by programs that give none are used again. */
function given<Options extends object>(options: Options): Options | undefined {
  return Object.values(options).some((value) => value !== undefined) ? options : undefined;
}

/**
 * Says before hours of training what would fail after them.
 *
 * @throws where images are to be localized that have no true boxes, or an unknown set cannot be opened
 */
export async function checkSuites(
  test: ImageSet,
  { suites, localization, ood }: SuitesAsked,
  onBadImage?: 'fail' | 'skip',
): Promise<void> {
  const measures = (name: SuiteName) => suites === 'all' || suites?.includes(name);
  const { boxes } = localization ?? {};
  if (measures('localization') && (suites !== 'all' || boxes !== undefined)) await checkBoxes(test, boxes);
  if (measures('ood')) await checkUnknown(test, ood?.unknown ?? [], onBadImage);
}

async function checkBoxes(test: ImageSet, path: string | undefined): Promise<void> {
  const { withBoxes } = await import('../data/index.ts');
  const { boxes } = path === undefined ? test : await withBoxes(test, path);
  if (boxes?.some(({ length }) => length > 0)) return;
  const wayOut = 'pictures' in test ? 'give them by --boxes PATH' : 'leave localization out';
  throw new Error(`--suite localization: expected data with true boxes, got ${test.name}, which has none; ${wayOut}`);
}

async function checkUnknown(test: ImageSet, sets: readonly string[], onBadImage?: 'fail' | 'skip'): Promise<void> {
  const { openUnknown } = await import('../data/index.ts');
  // A few images of each are as good as all, and noise is drawn in memory.
  for (const text of sets) await openUnknown(text, test, { limit: 16, onBadImage });
}
