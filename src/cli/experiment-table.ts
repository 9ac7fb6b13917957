/** The table of an experiment on the terminal. */
import type { ExperimentResult, Published, RowResult } from '../recipes/index.ts';
import { pairedText, percent, spreadText } from '../report/number-texts.ts';

export function publishedText({ published }: { published?: Published }): string {
  if (published === undefined) return 'a plot only';
  const { top1Error, top5Error } = published;
  return top5Error === undefined ? percent(top1Error) : `${percent(top1Error)} / ${percent(top5Error)}`;
}

type Column = [heading: string, cell: (row: RowResult) => string];

const ours: readonly Column[] = [
  ['', ({ title }) => title],
  ['top-1 last', ({ top1 }) => spreadText(top1.last)],
  ['top-1 best', ({ top1 }) => spreadText(top1.best)],
  ['top-5 best', ({ top5 }) => spreadText(top5.best)],
  ['calibration', ({ calibrationError }) => spreadText(calibrationError)],
  ['against baseline', ({ paired }) => pairedText(paired?.last)],
];
const ofThePaper: Column = ['paper: top-1 / 5 best', publishedText];

/** One line a row, all numbers in percent; with the paper's numbers where `published` says so. */
export function experimentTable(
  { rows }: Pick<ExperimentResult, 'rows'>,
  { published = false }: { published?: boolean } = {},
): string {
  const columns = published ? [...ours, ofThePaper] : ours;
  return alignColumns([
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, cell]) => cell(row))),
  ]);
}

/** Lines of cells, the first column to the left and the others to the right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
  return lines.map((line) => line.map(align).join('   ').trimEnd()).join('\n');
}

/** What every table needs said about it. */
export function tableNotes({ seeds, rows }: Pick<ExperimentResult, 'seeds' | 'rows'>): string {
  const isOne = seeds.length === 1;
  const lines = [
    `Errors in percent, ${isOne ? 'of one seed: no spread, no test' : `mean ± standard deviation over ${seeds.length} seeds`}; of the last epoch, and of the best`,
    'one, which is chosen on the test images. Calibration: expected calibration error of the last epoch.',
  ];
  const baselines = new Set(rows.flatMap(({ paired }) => paired?.baseline ?? []));
  if (baselines.size > 0) {
    const test = isOne ? '' : '; p of a two-sided paired t-test over the seeds';
    lines.push(
      `Against the baseline (${[...baselines].join(', ')}): mean difference of the last epochs in points${test}.`,
    );
  }
  return lines.join('\n');
}
