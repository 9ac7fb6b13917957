/** What an experiment found, as a page and as a table of numbers. */
export { drawExplanation } from './explanation-picture.ts';
export { drawMixedMaps, type MixedMapsOptions } from './mixed-maps.ts';
export { resultsCsv } from './results-csv.ts';
export { type CurveMeasure, curvesSvg } from './training-curves.ts';
export { writeEvaluation } from './write-evaluation.ts';
export { type WriteReportOptions, writeReport } from './write-report.ts';
