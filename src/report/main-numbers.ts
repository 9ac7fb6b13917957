/** The main number of each suite, for those who want to know it at a glance. */

import { type MeasuredRow, over, publishedLocalization, rowsOf, type SuiteRow } from './measured-rows.ts';
import { attackTitles, errorUnder } from './robustness-tables.ts';
import { type Column, type Table, tableOf } from './table.ts';

/** One line a row, without the columns that would be empty; undefined where no suite but accuracy measured anything. */
export function mainNumbers(rows: readonly MeasuredRow[]): Table | undefined {
  const robust = rowsOf('robustness', rows);
  const columns: Column<MeasuredRow>[] = [
    {
      heading: 'Localization, fixed',
      cell: ({ evaluations }) => over(evaluations, ({ localization }) => localization?.fixed.top1Localization),
    },
    { heading: 'Paper: localization', cell: publishedLocalization },
    {
      heading: 'MaxBoxAccV2',
      cell: ({ evaluations }) => over(evaluations, ({ localization }) => localization?.swept.maxBoxAccuracyV2),
    },
    ...attackTitles(robust).map((title) => ({
      heading: `Error, ${title}`,
      cell: ({ row }: MeasuredRow) => {
        const attacked = robust.find((one) => one.row === row);
        return attacked ? errorUnder(title, attacked) : '';
      },
    })),
    {
      heading: aurocHeading(rowsOf('ood', rows)),
      cell: ({ evaluations }) => over(evaluations, ({ ood }) => ood?.mean['max-softmax'].auroc),
    },
  ];
  const told = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  if (told.length === 0) return undefined;
  return tableOf(rows, told, { notes: notesOf(rows) });
}

/** With the names of a few sets: what was unknown decides how hard it is to tell. */
function aurocHeading(rows: readonly SuiteRow<'ood'>[]): string {
  const sets = rows.flatMap(({ results }) => results.flatMap((result) => result.sets.map(({ name }) => name)));
  const names = [...new Set(sets)];
  return `OOD AUROC, ${names.length > 2 ? `${names.length} sets` : names.join(' and ')}`;
}

function notesOf(rows: readonly MeasuredRow[]): string[] {
  const some = (suite: 'localization' | 'robustness' | 'ood', ...sentences: string[]) =>
    rowsOf(suite, rows).length > 0 ? sentences : [];
  return [
    'Percent, of the last checkpoint.',
    ...some(
      'localization',
      "Localization, fixed: class and box right at one threshold, the CutMix paper's protocol. MaxBoxAccV2: boxes right at the best threshold (Choe et al. 2020), under which the paper's gain vanished in their measurements. Higher is better.",
    ),
    ...some('robustness', 'Error: top-1 under attack, lower is better.'),
    ...some(
      'ood',
      'OOD: known against unknown images by maximum softmax, mean over the sets; chance has 50, higher is better.',
    ),
  ];
}
