/** What is shown of each row of an experiment, and what has to be known to read it: on the terminal and in the report. */
import type { ExperimentResult, RowResult } from '../recipes/index.ts';
import { intervalText, pairedText, plural, publishedText, spreadText } from './number-texts.ts';
import type { Column } from './table.ts';

/** The columns after the title, without those that would say nothing. */
export function resultsColumns(rows: readonly RowResult[]): Column<RowResult>[] {
  const some = (wanted: boolean, ...columns: Column<RowResult>[]) => (wanted ? columns : []);
  const models = new Set(rows.map(({ model }) => model));
  const seedsOf = ({ runs }: RowResult) => runs.map(({ seed }) => seed).join(', ');
  return [
    ...some(models.size > 1, { heading: 'Network', cell: ({ model }) => model, onPageOnly: true }),
    ...some(new Set(rows.map(seedsOf)).size > 1, { heading: 'Seeds', cell: seedsOf }),
    { heading: 'Top-1 last', cell: ({ top1 }) => spreadText(top1.last) },
    { heading: 'Top-1 best', cell: ({ top1 }) => spreadText(top1.best) },
    { heading: 'Top-5 last', cell: ({ top5 }) => spreadText(top5.last), onPageOnly: true },
    { heading: 'Top-5 best', cell: ({ top5 }) => spreadText(top5.best) },
    { heading: 'Calibration', cell: ({ calibrationError }) => spreadText(calibrationError) },
    ...some(
      rows.some(({ paired }) => paired),
      { heading: 'Against baseline, last', cell: ({ paired }) => pairedText(paired?.last) },
      { heading: '95 % interval, last', cell: ({ paired }) => intervalText(paired?.last), onPageOnly: true },
      { heading: 'Against baseline, best', cell: ({ paired }) => pairedText(paired?.best), onPageOnly: true },
    ),
    ...some(
      rows.some(({ published }) => published?.top1Error !== undefined),
      { heading: 'Paper: top-1 / 5 best', cell: publishedText },
    ),
  ];
}

/** What every table needs said about it, one sentence each. */
export function resultsNotes({ rows }: Pick<ExperimentResult, 'rows'>): string[] {
  const names = new Set(rows.flatMap(({ paired }) => paired?.baseline ?? []));
  const baselines = rows.flatMap(({ row, title }) => (names.has(row) ? [title] : [])).join(', ');
  // Every run meets the same pictures, so that one of them tells of all.
  const bad = rows.flatMap(({ runs }) => runs).reduce((most, { badImages }) => Math.max(most, badImages), 0);
  const counts = [...new Set(rows.map(({ runs }) => runs.length))];
  const several = counts.some((count) => count > 1);
  const over = counts.length === 1 ? plural(counts[0]!, 'seed') : 'the seeds that have finished';
  const some = (wanted: boolean, ...sentences: string[]) => (wanted ? sentences : []);
  return [
    `Errors in percent${several ? `, mean ± standard deviation over ${over}` : ' of one seed: no spread, no test'}.`,
    'The best epoch is chosen on the test images, as in the paper, so it flatters every row; the last epoch does not.',
    'Calibration: expected calibration error of the last epoch, 15 bins (Guo et al. 2017).',
    ...some(
      bad > 0,
      `Measured without ${plural(bad, 'test picture')} that cannot be decoded, see bad-images.json in the run folders.`,
    ),
    ...some(
      baselines !== '',
      `Against baseline: mean difference of the top-1 error to ${baselines} in points, below 0 where the method is better.`,
    ),
    ...some(baselines !== '' && several, 'p is that of a two-sided paired t-test over the seeds that both rows have.'),
    ...some(
      rows.some(({ published }) => published?.top1Error !== undefined),
      'Paper: the published numbers at the full budget, of the best epoch; on CIFAR the mean of three runs.',
    ),
  ];
}
