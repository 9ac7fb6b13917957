import type { ExperimentResult, RowResult, RunResult } from '../experiments/index.ts';
import { csvLine } from '../files/index.ts';
import { ownNumber, ownSuites } from './own-suites.ts';
import { attackTitle } from './robustness-tables.ts';

type Cell = string | number | undefined;
type CsvColumn = readonly [heading: string, cell: (row: RowResult, run: RunResult) => Cell];

const columns: readonly CsvColumn[] = [
  ['row', ({ row }) => row],
  ['title', ({ title }) => title],
  ['model', ({ model }) => model],
  ['mix', ({ mix }) => mix.join(' ')],
  ['regularize', ({ regularize }) => regularize.join(' ')],
  ['labelSmoothing', ({ labelSmoothing }) => labelSmoothing],
  ['seed', (_, { seed }) => seed],
  ['epochs', (_, { epochs }) => epochs.length],
  ['chosenOn', (_, { chosenOn }) => chosenOn],
  ['lastTop1Error', (_, { last }) => last.scores.top1Error],
  ['lastTop5Error', (_, { last }) => last.scores.top5Error],
  ['bestEpoch', (_, { best }) => best.epoch],
  ['bestTop1Error', (_, { best }) => best.scores.top1Error],
  ['bestTop5Error', (_, { best }) => best.scores.top5Error],
  ['testTop1Error', (_, { test }) => test?.scores.top1Error],
  ['testTop5Error', (_, { test }) => test?.scores.top5Error],
  ['calibrationError', (_, { calibrationError }) => calibrationError],
  ['publishedTop1Error', ({ published }) => published?.top1Error],
  ['publishedTop5Error', ({ published }) => published?.top5Error],
  ['run', (_, { run }) => run],
  ['top1Localization', (_, { evaluation }) => evaluation?.localization?.fixed.top1Localization],
  ['publishedTop1Localization', ({ published }) => published?.top1Localization],
  ['gtKnownLocalization', (_, { evaluation }) => evaluation?.localization?.fixed.gtKnownLocalization],
  ['maxBoxAccuracy', (_, { evaluation }) => evaluation?.localization?.swept.maxBoxAccuracy.share],
  ['maxBoxAccuracyV2', (_, { evaluation }) => evaluation?.localization?.swept.maxBoxAccuracyV2],
];

/** Columns whose names follow from what was measured: a curve has none, `results.json` holds it. */
function measuredColumns(runs: readonly RunResult[]): CsvColumn[] {
  const evaluations = runs.flatMap(({ evaluation }) => evaluation ?? []);
  const attacks = evaluations.flatMap(({ robustness }) => robustness?.attacks.map(attackTitle) ?? []);
  const scores = evaluations.flatMap(({ ood }) =>
    Object.entries(ood?.mean ?? {}).flatMap(([score, measures]) =>
      Object.keys(measures).map((measure) => `${measure} ${score}`),
    ),
  );
  return [
    ...[...new Set(attacks)].map(
      (title): CsvColumn => [
        `top1Error ${title}`,
        (_, { evaluation }) =>
          evaluation?.robustness?.attacks.find((attack) => attackTitle(attack) === title)?.top1Error,
      ],
    ),
    ...[...new Set(scores)].map((heading): CsvColumn => {
      const [measure, score] = heading.split(' ') as ['auroc', 'energy'];
      return [heading, (_, { evaluation }) => evaluation?.ood?.mean[score][measure]];
    }),
    ...ownSuites(evaluations).flatMap(({ suite, names }) =>
      names.map(
        (name): CsvColumn => [
          `${suite} ${name}`,
          (_, { evaluation }) => evaluation && ownNumber(evaluation, suite, name),
        ],
      ),
    ),
  ];
}

/**
 * One line for each run, as RFC 4180 has it, with a line of headings. Errors are fractions of six digits: to the image for up to
 * a million of them; `results.json` has all digits.
 *
 * @returns without the columns of which no run has anything
 */
export function resultsCsv({ rows }: Pick<ExperimentResult, 'rows'>): string {
  const runs = rows.flatMap((row) => row.runs.map((run) => ({ row, run })));
  const all = [...columns, ...measuredColumns(runs.map(({ run }) => run))];
  const told = all.filter(([, cell]) => runs.some(({ row, run }) => cell(row, run) !== undefined));
  const lines = runs.map(({ row, run }) => told.map(([, cell]) => rounded(cell(row, run))));
  return [told.map(([heading]) => heading), ...lines].map(csvLine).join('');
}

/** Six digits of what is no whole number: 0.1 + 0.2 is 0.3, and 1/3 does not fill a column. */
function rounded(cell: Cell): string | number {
  if (typeof cell !== 'number' || Number.isInteger(cell)) return cell ?? '';
  return Number(cell.toPrecision(6));
}
