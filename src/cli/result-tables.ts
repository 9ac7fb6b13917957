/** What experiments and suites found, on the terminal. */
import { basename } from 'node:path';
import type { AccuracyResult, Evaluation } from '../evaluate/index.ts';
import type { ExperimentResult } from '../experiments/index.ts';
import { mainNumbers, measuredRows, resultsTable, suiteTables } from '../report/index.ts';
import { percent, plural } from '../report/number-texts.ts';
import { tableText } from './terminal-table.ts';

/** One line a row, all numbers in percent, and below what has to be known to read them; then the suites' main numbers. */
export function experimentTable(result: Pick<ExperimentResult, 'rows'>): string {
  const numbers = mainNumbers(measuredRows(result.rows));
  const tables = [resultsTable(result, 'terminal'), ...(numbers ? [numbers] : [])];
  return tables.map((table) => tableText({ ...table, subject: '' })).join('\n\n');
}

/** What was measured of one network: every suite's numbers, and below each table what has to be known to read it. */
export function evaluationText(evaluation: Evaluation): string {
  const { run, checkpoint, accuracy, classes } = evaluation;
  const tables = suiteTables([{ row: run, title: basename(run), evaluations: [evaluation] }]);
  return [
    `${run}, checkpoint ${checkpoint}${accuracy ? accuracyText(accuracy, classes.length) : ''}`,
    ...tables.map((table) => `\n${table.title}\n\n${tableText(table)}`),
  ].join('\n');
}

function accuracyText(
  { images, badImages, top1Error, top5Error, calibrationError, valLoss }: AccuracyResult,
  classes: number,
): string {
  const bad = badImages.length === 0 ? '' : `, without ${badImages.length} that cannot be decoded`;
  return [
    `, ${plural(images, 'test image')}${bad}`,
    `top-1 error ${percent(top1Error)} %`,
    // Of five classes or fewer the right one is always among five.
    ...(classes > 5 ? [`top-5 error ${percent(top5Error)} %`] : []),
    `calibration error ${percent(calibrationError)} %`,
    `loss ${valLoss.toFixed(4)}`,
  ].join('\n');
}
