/** The table of an experiment on the terminal. */
import type { ExperimentResult } from '../recipes/index.ts';
import { resultsColumns, resultsNotes } from '../report/results-columns.ts';

/** One line a row, all numbers in percent, and below what has to be known to read them. */
export function experimentTable(result: Pick<ExperimentResult, 'rows' | 'seeds'>): string {
  const columns = resultsColumns(result.rows).filter(({ onPageOnly }) => !onPageOnly);
  const table = alignColumns([
    ['', ...columns.map(({ heading }) => heading)],
    ...result.rows.map((row) => [row.title, ...columns.map(({ cell }) => cell(row))]),
  ]);
  return `${table}\n\n${resultsNotes(result).join('\n')}`;
}

/** Lines of cells, the first column to the left and the others to the right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
  return lines.map((line) => line.map(align).join('   ').trimEnd()).join('\n');
}
