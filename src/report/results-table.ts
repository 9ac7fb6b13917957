import type { ExperimentResult, RowResult } from '../recipes/index.ts';
import { type Html, html } from './html.ts';
import { pairedText, percent, plural, spreadText } from './number-texts.ts';

type Column = [heading: string, cell: (row: RowResult) => string];

/** The table of an experiment, with what has to be known to read it. */
export function resultsTable({ rows, seeds }: Pick<ExperimentResult, 'rows' | 'seeds'>): Html {
  const columns = columnsFor(rows);
  return html`<div class="wide"><table>
<thead><tr><th scope="col">Method</th>${columns.map(([heading]) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`
<tr><th scope="row">${row.title}</th>${columns.map(([, cell]) => html`<td>${cell(row)}</td>`)}</tr>`,
  )}
</tbody></table></div>
<p class="note">${notes(rows, seeds)}</p>`;
}

function columnsFor(rows: readonly RowResult[]): Column[] {
  const some = (wanted: boolean, ...columns: Column[]) => (wanted ? columns : []);
  const counts = new Set(rows.map(({ runs }) => runs.length));
  return [
    ...some(new Set(rows.map(({ model }) => model)).size > 1, ['Network', ({ model }) => model]),
    ...some(counts.size > 1, ['Seeds', ({ runs }) => String(runs.length)]),
    ['Top-1 error, last epoch', ({ top1 }) => spreadText(top1.last)],
    ['Top-1 error, best epoch', ({ top1 }) => spreadText(top1.best)],
    ['Top-5 error, last epoch', ({ top5 }) => spreadText(top5.last)],
    ['Top-5 error, best epoch', ({ top5 }) => spreadText(top5.best)],
    ['Calibration error', ({ calibrationError }) => spreadText(calibrationError)],
    ...some(
      rows.some(({ paired }) => paired),
      ['Against baseline, last epoch', ({ paired }) => pairedText(paired?.last)],
      ['Against baseline, best epoch', ({ paired }) => pairedText(paired?.best)],
    ),
    ...some(
      rows.some(({ published }) => published),
      ['Paper: top-1 (top-5) error', publishedText],
    ),
  ];
}

function publishedText({ published }: RowResult): string {
  if (published === undefined) return '';
  const { top1Error, top5Error } = published;
  return top5Error === undefined ? percent(top1Error) : `${percent(top1Error)} (${percent(top5Error)})`;
}

function notes(rows: readonly RowResult[], seeds: readonly number[]): string {
  const names = new Set(rows.flatMap(({ paired }) => paired?.baseline ?? []));
  const baselines = rows.flatMap(({ row, title }) => (names.has(row) ? [title] : [])).join(', ');
  const several = seeds.length > 1;
  return [
    `Errors in percent${several ? `, mean ± standard deviation over ${plural(seeds.length, 'seed')}` : ' of one seed: no spread, no test'}.`,
    'The best epoch is chosen on the test images, as in the paper, so it flatters every row; the last epoch does not.',
    'Calibration error: expected calibration error of the last epoch, 15 bins (Guo et al. 2017).',
    ...(several && baselines !== ''
      ? [
          `Against baseline: mean difference of the top-1 error to ${baselines} in points, below 0 where the method is better, and p of a two-sided paired t-test over the seeds.`,
        ]
      : []),
    ...(rows.some(({ published }) => published)
      ? ['Paper: the published mean of the best epochs of three runs at the full budget.']
      : []),
  ].join(' ');
}
