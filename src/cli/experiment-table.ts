/** Tables on the terminal. */
import type { ExperimentResult } from '../experiments/index.ts';
import { mainNumbers } from '../report/main-numbers.ts';
import { measuredRows } from '../report/measured-rows.ts';
import { resultsTable } from '../report/results-table.ts';
import type { Table } from '../report/table.ts';

/** One line a row, all numbers in percent, and below what has to be known to read them; then the suites' main numbers. */
export function experimentTable(result: Pick<ExperimentResult, 'rows'>): string {
  const numbers = mainNumbers(measuredRows(result.rows));
  const tables = [resultsTable(result, 'terminal'), ...(numbers ? [numbers] : [])];
  return tables.map((table) => tableText({ ...table, subject: '' })).join('\n\n');
}

/** The lines of a table, and its notes below, one a line. */
export function tableText({ subject, headings, lines, notes }: Table): string {
  const table = alignColumns([[subject, ...headings], ...lines.map(({ title, cells }) => [title, ...cells])]);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** Lines of cells, the first column to the left and the others to the right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
  return lines.map((line) => line.map(align).join('   ').trimEnd()).join('\n');
}
