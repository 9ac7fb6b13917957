import type { ExperimentResult } from '../recipes/index.ts';
import { type Html, html } from './html.ts';
import { resultsColumns, resultsNotes } from './results-columns.ts';

/** The table of an experiment, with what has to be known to read it. */
export function resultsTable(result: Pick<ExperimentResult, 'rows' | 'seeds'>): Html {
  const columns = resultsColumns(result.rows);
  return html`<div class="wide"><table>
<thead><tr><th scope="col">Method</th>${columns.map(({ heading }) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${result.rows.map(
    (row) => html`
<tr><th scope="row">${row.title}</th>${columns.map(({ cell }) => html`<td>${cell(row)}</td>`)}</tr>`,
  )}
</tbody></table></div>
<p class="note">${resultsNotes(result).join(' ')}</p>`;
}
