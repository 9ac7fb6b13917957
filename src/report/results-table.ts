/** The table of an experiment, and what has to be known to read it: on the terminal and in the report. */
import type { ExperimentResult, FailedRun, RowResult } from '../experiments/index.ts';
import { summarize } from '../metrics/index.ts';
import { intervalText, pairedText, plural, publishedText, spreadText } from './number-texts.ts';
import { type Column, type Table, tableOf } from './table.ts';
import { verdictText } from './verdict-texts.ts';

/** One line a row, for a page or for the narrower terminal. */
export function resultsTable(result: Pick<ExperimentResult, 'rows'>, place: 'page' | 'terminal'): Table {
  const columns = resultsColumns(result.rows).filter(({ onPageOnly }) => place === 'page' || !onPageOnly);
  return tableOf(result.rows, columns, { notes: resultsNotes(result) });
}

/** The part of the data that epochs were measured and the best was chosen on, where it is the same for all rows. */
export function chosenOn(rows: readonly RowResult[]): 'validation' | 'test' | undefined {
  const parts = new Set(rows.flatMap(({ runs }) => runs.map((run) => run.chosenOn)));
  return parts.size === 1 ? [...parts][0] : undefined;
}

/** Mean and spread of a score on the test part, of the rows that chose on another; empty for others. */
function testScore({ runs }: RowResult, score: string): string {
  const values = runs.flatMap(({ test }) => test?.scores[score] ?? []);
  return values.length === 0 ? '' : spreadText(summarize(values));
}

/** The columns after the title, without those that would say nothing. */
function resultsColumns(rows: readonly RowResult[]): Column<RowResult>[] {
  const some = (wanted: boolean, ...columns: Column<RowResult>[]) => (wanted ? columns : []);
  const models = new Set(rows.map(({ model }) => model));
  const seedsOf = ({ runs }: RowResult) => runs.map(({ seed }) => seed).join(', ');
  const part = chosenOn(rows);
  const heading = (text: string) => (part === 'validation' ? `Validation ${text.toLowerCase()}` : text);
  return [
    ...some(models.size > 1, { heading: 'Network', cell: ({ model }) => model, onPageOnly: true }),
    ...some(new Set(rows.map(seedsOf)).size > 1, { heading: 'Seeds', cell: seedsOf }),
    ...some(part === undefined, { heading: 'Chosen on', cell: (row) => chosenOn([row]) ?? 'either' }),
    { heading: heading('Top-1 last'), cell: ({ top1 }) => spreadText(top1.last) },
    { heading: heading('Top-1 best'), cell: ({ top1 }) => spreadText(top1.best) },
    { heading: heading('Top-5 last'), cell: ({ top5 }) => spreadText(top5.last), onPageOnly: true },
    { heading: heading('Top-5 best'), cell: ({ top5 }) => spreadText(top5.best) },
    ...some(
      rows.some(({ runs }) => runs.some(({ test }) => test)),
      { heading: 'Test top-1', cell: (row) => testScore(row, 'top1Error') },
      { heading: 'Test top-5', cell: (row) => testScore(row, 'top5Error') },
    ),
    { heading: 'Calibration', cell: ({ calibrationError }) => spreadText(calibrationError) },
    ...some(
      rows.some(({ paired }) => paired),
      { heading: 'Verdict', cell: ({ verdict }) => verdictText(verdict) },
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
function resultsNotes({ rows }: Pick<ExperimentResult, 'rows'>): string[] {
  const names = new Set(rows.flatMap(({ paired }) => paired?.baseline ?? []));
  const baselines = rows.flatMap(({ row, title }) => (names.has(row) ? [title] : [])).join(', ');
  const runs = rows.flatMap((row) => row.runs);
  // Every run meets the same pictures, so that one of them tells of all.
  const bad = runs.reduce((most, { badImages }) => Math.max(most, badImages), 0);
  const [count = 0, ...otherCounts] = new Set(rows.map((row) => row.runs.length));
  const several = count > 1 || otherCounts.some((other) => other > 1);
  const over = otherCounts.length === 0 ? plural(count, 'seed') : 'the seeds that have finished';
  const some = (wanted: boolean, ...sentences: string[]) => (wanted ? sentences : []);
  return [
    `Errors in percent${several ? `, mean ± standard deviation over ${over}` : ' of one seed: no spread, no test'}; lower is better.`,
    ...some(
      runs.some((run) => run.chosenOn === 'test'),
      'The best epoch is chosen on the test images, as in the paper, so it flatters every row; the last epoch does not.',
    ),
    ...some(
      runs.some((run) => run.chosenOn === 'validation'),
      "The best epoch is chosen on the validation images, of which the errors of last and best are; test: the best epoch's network, measured once.",
    ),
    'Calibration: expected calibration error of the last epoch on the test images, 15 bins (Guo et al. 2017).',
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
      baselines !== '',
      "Verdict, of the test images: better or worse where neither the seeds (t-test) nor the choice of images (sign test) explains it with p of 0.05 or more, after Holm's correction for the number of methods.",
    ),
    ...some(
      rows.some(({ published }) => published?.top1Error !== undefined),
      'Paper: the published numbers at the full budget, of the best epoch; on CIFAR the mean of three runs.',
    ),
  ];
}

/** One sentence for all seeds of a row that failed alike: what a network cannot carry fails with every one. */
export function failureTexts(failures: readonly FailedRun[]): string[] {
  const alike = failures.filter(
    (failure, i) => failures.findIndex(({ row, message }) => row === failure.row && message === failure.message) === i,
  );
  return alike.map(({ row, message }) => {
    const seeds = failures.filter((other) => other.row === row && other.message === message).map(({ seed }) => seed);
    return `${row}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}: ${message}`;
  });
}
