/** What an experiment found, as a page and as a table of numbers. */
export { resultsCsv } from './results-csv.ts';
export { type CurveMeasure, curvesSvg } from './training-curves.ts';
export { type WriteReportOptions, writeReport } from './write-report.ts';
