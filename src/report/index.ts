/** What networks and experiments were measured to do, as tables and pages. Runs no network and loads no engine. */
export { drawExplanation, drawExplanations, type ExplainedBy } from './explanation.ts';
export {
  type ExplanationPageHead,
  explanationFigure,
  explanationPageEnd,
  explanationPageStart,
} from './explanation-page.ts';
export { writeLearningRates } from './learning-rate.ts';
export { mainNumbers } from './main-numbers.ts';
export { type MeasuredRow, measuredRows, suiteNotes } from './measured-rows.ts';
export { duplicatesText, judgesLabels, suspectedTexts, worstClasses } from './mistake-texts.ts';
export { resultsCsv } from './results-csv.ts';
export { failureTexts, resultsTable } from './results-table.ts';
export { suiteTables } from './suite-sections.ts';
export type { Table, TitledTable } from './table.ts';
export { trainingCharts } from './training-curves.ts';
export { evaluationVerdict, experimentVerdict, noVerdict } from './verdict-texts.ts';
export { type WriteEvaluationOptions, writeEvaluation } from './write-evaluation.ts';
export { type WriteReportOptions, writeReport } from './write-report.ts';
