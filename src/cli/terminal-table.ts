/** Tables of plain text; loads no more than it says. */
import { printable } from '../options/index.ts';
import type { Table } from '../report/index.ts';

/** The lines of a table, and its notes below, one a line. */
export function tableText({ subject, headings, lines, notes }: Table): string {
  const table = alignColumns([[subject, ...headings], ...lines.map(({ title, cells }) => [title, ...cells])]);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** Lines of cells, the first column to the left and the others to the right. */
export function alignColumns(given: readonly (readonly string[])[]): string {
  const lines = given.map((cells) => cells.map(printable));
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!));
  return lines.map((line) => line.map(align).join('   ').trimEnd()).join('\n');
}
