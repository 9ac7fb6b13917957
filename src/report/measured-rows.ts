/** What the suites of evaluation found of one network, or of one method with several seeds: the same tables and curves show both. */
import type { Evaluation, SuiteResults } from '../evaluate/index.ts';
import type { Published, RowResult } from '../experiments/index.ts';
import { summarize } from '../metrics/index.ts';
import { percent, spreadText } from './number-texts.ts';

export interface MeasuredRow {
  /** Short name, unique among the rows. */
  row: string;
  /** For people. */
  title: string;
  /** The row that it is compared with. */
  baseline?: string | undefined;
  /** One for each network that was measured. */
  evaluations: readonly Evaluation[];
  published?: Published | undefined;
}

/** One suite's results of a row. */
export interface SuiteRow<Suite extends keyof SuiteResults> extends Omit<MeasuredRow, 'evaluations'> {
  results: readonly [SuiteResults[Suite], ...SuiteResults[Suite][]];
}

/** The rows of an experiment whose networks were measured by suites. */
export function measuredRows(rows: readonly RowResult[]): MeasuredRow[] {
  return rows.map(({ row, title, paired, published, runs }) => ({
    ...{ row, title, baseline: paired?.baseline, published },
    evaluations: runs.flatMap(({ evaluation }) => evaluation ?? []),
  }));
}

/**
 * The rows with the runs of one seed alone, the first that localized in all of them: under a limit each seed has other
 * images. Without any run where there is no such seed.
 */
export function ofOneSeed(rows: readonly RowResult[]): RowResult[] {
  const seedsOf = ({ runs }: RowResult) =>
    runs.filter(({ evaluation }) => evaluation?.localization).map(({ seed }) => seed);
  const shared = rows.flatMap(seedsOf).find((seed) => rows.every((row) => seedsOf(row).includes(seed)));
  return rows.map((row) => ({ ...row, runs: row.runs.filter(({ seed }) => seed === shared) }));
}

/** What was left out of the measurements, each sentence once. */
export function suiteNotes(rows: readonly RowResult[]): string[] {
  return [...new Set(rows.flatMap(({ runs }) => runs.flatMap(({ evaluation }) => evaluation?.notes ?? [])))];
}

/** The rows that a suite measured, with what it found of each network. */
export function rowsOf<Suite extends keyof SuiteResults>(
  suite: Suite,
  rows: readonly MeasuredRow[],
): SuiteRow<Suite>[] {
  const resultOf = (found: Partial<SuiteResults>): SuiteResults[Suite] | undefined => found[suite];
  return rows.flatMap(({ evaluations, ...about }) => {
    const [first, ...others] = evaluations.map(resultOf).filter((result) => result !== undefined);
    return first === undefined ? [] : [{ ...about, results: [first, ...others] as const }];
  });
}

/** What the paper printed of the row's top-1 localization; empty where it did not. */
export function publishedLocalization({ published }: Pick<MeasuredRow, 'published'>): string {
  return published?.top1Localization === undefined ? '' : percent(published.top1Localization);
}

/** A number of each result in percent, over the networks: mean and spread; empty where there is none. */
export function over<Result>(results: readonly Result[], numberOf: (result: Result) => number | undefined): string {
  const values = results.flatMap((result) => numberOf(result) ?? []);
  return values.length === 0 ? '' : spreadText(summarize(values));
}
