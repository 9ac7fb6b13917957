import type { ExperimentResult } from '../recipes/index.ts';
import { resultsColumns, resultsNotes } from './results-columns.ts';
import { type Table, tableOf } from './table.ts';

/** The table of an experiment, one line a row, for a page or for the narrower terminal. */
export function resultsTable(result: Pick<ExperimentResult, 'rows'>, place: 'page' | 'terminal'): Table {
  const columns = resultsColumns(result.rows).filter(({ onPageOnly }) => place === 'page' || !onPageOnly);
  return tableOf(result.rows, columns, { notes: resultsNotes(result) });
}
