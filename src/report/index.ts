/** What networks and experiments were measured to do, as tables and pages. Runs no network and loads no engine. */
export { drawExplanation, drawExplanations, type ExplainedBy } from './explanation.ts';
export { mainNumbers } from './main-numbers.ts';
export { type MeasuredRow, measuredRows, suiteNotes } from './measured-rows.ts';
export { resultsCsv } from './results-csv.ts';
export { failureTexts, resultsTable } from './results-table.ts';
export { suiteTables } from './suite-sections.ts';
export type { Table, TitledTable } from './table.ts';
export { trainingCharts } from './training-curves.ts';
export { type WriteEvaluationOptions, writeEvaluation } from './write-evaluation.ts';
export { type WriteReportOptions, writeReport } from './write-report.ts';
