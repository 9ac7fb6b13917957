/** Suites that do not come with Patchwork: of them a page knows only what numbers they found. */
import type { Evaluation, SuiteResults } from '../evaluate/index.ts';
import { summarize } from '../metrics/index.ts';
import type { MeasuredRow } from './measured-rows.ts';
import type { TitledTable } from './table.ts';

const shippedSuites: readonly string[] = [
  'accuracy',
  'localization',
  'robustness',
  'ood',
] satisfies (keyof SuiteResults)[];
/** Keys of an evaluation that are no suites. */
const otherKeys: readonly string[] = ['run', 'checkpoint', 'data', 'limit', 'classes', 'failures', 'notes'];

/** The suites that measured a network. */
export function suitesOf(evaluation: Evaluation): string[] {
  return Object.keys(evaluation).filter((key) => !otherKeys.includes(key) && evaluation[key] !== undefined);
}

/** A suite, and the numbers that it found at the top of its result. */
export interface OwnSuite {
  suite: string;
  names: string[];
}

/** The suites of others that measured any of these networks, with every number that one of them has. */
export function ownSuites(evaluations: readonly Evaluation[]): OwnSuite[] {
  return [...new Set(evaluations.flatMap(suitesOf))]
    .filter((suite) => !shippedSuites.includes(suite))
    .map((suite) => {
      const results = evaluations.map((evaluation) => Object.entries(evaluation[suite] ?? {}));
      const names = results.flatMap((entries) => entries.flatMap(([name, value]) => (isNumber(value) ? [name] : [])));
      return { suite, names: [...new Set(names)] };
    });
}

/** One of the numbers; undefined where the suite did not find it. */
export function ownNumber(evaluation: Evaluation, suite: string, name: string): number | undefined {
  const value = (evaluation[suite] as Record<string, unknown> | undefined)?.[name];
  return isNumber(value) ? value : undefined;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A table for each suite: its numbers down, the networks across, as the suite gave them: nothing says whether one is a share. */
export function ownSuiteTables(rows: readonly MeasuredRow[]): TitledTable[] {
  return ownSuites(rows.flatMap(({ evaluations }) => evaluations)).map(({ suite, names }) => {
    const measured = rows.filter(({ evaluations }) => evaluations.some((evaluation) => suite in evaluation));
    const isSpread = measured.some(({ evaluations }) => evaluations.length > 1);
    return {
      title: suite,
      subject: 'Number',
      headings: measured.length === 1 ? ['Value'] : measured.map(({ title }) => title),
      lines: names.map((name) => ({
        title: name,
        cells: measured.map(({ evaluations }) =>
          valueText(evaluations.flatMap((evaluation) => ownNumber(evaluation, suite, name) ?? [])),
        ),
      })),
      notes: [
        ...(names.length === 0 ? ['The suite found no number at the top of its result.'] : []),
        ...(isSpread ? ['Mean ± standard deviation over the seeds.'] : []),
      ],
    };
  });
}

/** `0.2500 ± 0.0125`: four digits of the mean, as many decimals of the spread; whole numbers whole. */
function valueText(values: readonly number[]): string {
  if (values.length === 0) return '';
  const { mean, standardDeviation } = summarize(values);
  const numbers = standardDeviation === null ? [mean] : [mean, standardDeviation];
  if (numbers.every(Number.isInteger)) return numbers.map((value) => value.toLocaleString('en-US')).join(' ± ');
  const decimals = 3 - Math.floor(Math.log10(Math.abs(mean)));
  const text = (value: number) => (decimals >= 0 && decimals <= 8 ? value.toFixed(decimals) : value.toPrecision(4));
  return numbers.map(text).join(' ± ');
}
