/** Tables of texts, which a page and a terminal show alike. */
import { type Html, html } from '../charts/index.ts';

export interface Table {
  /** Over the first column: what the lines are. */
  subject: string;
  headings: readonly string[];
  lines: readonly { title: string; cells: readonly string[] }[];
  /** What has to be known to read it, one sentence each. */
  notes: readonly string[];
}

/** A table that stands among others, so that it needs a title. */
export interface TitledTable extends Table {
  title: string;
}

export interface Column<Row> {
  heading: string;
  cell: (row: Row) => string;
  /** One that a terminal has no room for. */
  onPageOnly?: true;
}

/** A table with a line for each row, named by its title. */
export function tableOf<Row extends { title: string }>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { subject = 'Method', notes = [] }: Partial<Pick<Table, 'subject' | 'notes'>> = {},
): Table {
  return {
    subject,
    headings: columns.map(({ heading }) => heading),
    lines: rows.map((row) => ({ title: row.title, cells: columns.map(({ cell }) => cell(row)) })),
    notes,
  };
}

/** What is wider than the page scrolls in a box of its own, by keys too. @param name of the box, for a screen reader */
export function scrolling(name: string, content: Html): Html {
  return html`<div class="wide" role="group" aria-label="${name}" tabindex="0">${content}</div>`;
}

/** A table for a page. */
export function tableHtml({ subject, headings, lines, notes }: Table): Html {
  const table = html`<table>
<thead><tr><th scope="col">${subject}</th>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${lines.map(
    ({ title, cells }) => html`
<tr><th scope="row">${title}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody></table>`;
  return html`${scrolling(`Table: ${subject}, ${headings.join(', ')}`, table)}
${notes.length > 0 ? html`<p class="note">${notes.join(' ')}</p>` : undefined}`;
}
