import { oodScoreNames } from '../evaluate/results.ts';
import type { ExperimentResult, RowResult, RunResult } from '../recipes/index.ts';
import { attackTitle } from './robustness-tables.ts';

type CsvColumn = readonly [heading: string, cell: (row: RowResult, run: RunResult) => string | number | undefined];

const columns: readonly CsvColumn[] = [
  ['row', ({ row }) => row],
  ['title', ({ title }) => title],
  ['model', ({ model }) => model],
  ['mix', ({ mix }) => mix.join(' ')],
  ['regularize', ({ regularize }) => regularize.join(' ')],
  ['labelSmoothing', ({ labelSmoothing }) => labelSmoothing],
  ['seed', (_, { seed }) => seed],
  ['epochs', (_, { epochs }) => epochs.length],
  ['lastTop1Error', (_, { last }) => last.top1Error],
  ['lastTop5Error', (_, { last }) => last.top5Error],
  ['bestEpoch', (_, { best }) => best.epoch],
  ['bestTop1Error', (_, { best }) => best.top1Error],
  ['bestTop5Error', (_, { best }) => best.top5Error],
  ['calibrationError', (_, { calibrationError }) => calibrationError],
  ['publishedTop1Error', ({ published }) => published?.top1Error],
  ['publishedTop5Error', ({ published }) => published?.top5Error],
  ['run', (_, { run }) => run],
];

/** A column for each number of a suite that some run was measured by. A curve has no cell: `results.json` holds it. */
function suiteColumns(rows: readonly RowResult[]): CsvColumn[] {
  const runs = rows.flatMap((row) => row.runs.map((run) => ({ row, run })));
  const attacks = runs.flatMap(({ run }) => run.evaluation?.robustness?.attacks.map(attackTitle) ?? []);
  const columns: CsvColumn[] = [
    ['top1Localization', (_, { evaluation }) => evaluation?.localization?.fixed.top1Localization],
    ['publishedTop1Localization', ({ published }) => published?.top1Localization],
    ['gtKnownLocalization', (_, { evaluation }) => evaluation?.localization?.fixed.gtKnownLocalization],
    ['maxBoxAccuracy', (_, { evaluation }) => evaluation?.localization?.swept.maxBoxAccuracy.share],
    ['maxBoxAccuracyV2', (_, { evaluation }) => evaluation?.localization?.swept.maxBoxAccuracyV2],
    ...[...new Set(attacks)].map(
      (title): CsvColumn => [
        `top1Error ${title}`,
        (_, { evaluation }) =>
          evaluation?.robustness?.attacks.find((attack) => attackTitle(attack) === title)?.top1Error,
      ],
    ),
    ...oodScoreNames.flatMap((score) =>
      (['tnrAtTpr95', 'auroc', 'detectionAccuracy', 'auprIn', 'auprOut'] as const).map(
        (measure): CsvColumn => [`${measure} ${score}`, (_, { evaluation }) => evaluation?.ood?.mean[score][measure]],
      ),
    ),
  ];
  return columns.filter(([, cell]) => runs.some(({ row, run }) => cell(row, run) !== undefined));
}

/** One line for each run, as RFC 4180 has it, with a line of headings. Errors are fractions, not rounded. */
export function resultsCsv({ rows }: Pick<ExperimentResult, 'rows'>): string {
  const all = [...columns, ...suiteColumns(rows)];
  const lines = rows.flatMap((row) => row.runs.map((run) => all.map(([, cell]) => cell(row, run) ?? '')));
  const headings = all.map(([heading]) => heading);
  return [headings, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
