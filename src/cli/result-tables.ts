/** What experiments and suites found, on the terminal. */
import { basename } from 'node:path';
import type { AccuracyResult, Evaluation } from '../evaluate/index.ts';
import type { ExperimentResult } from '../experiments/index.ts';
import { printable } from '../options/index.ts';
import {
  duplicatesText,
  evaluationVerdict,
  judgesLabels,
  mainNumbers,
  measuredRows,
  noVerdict,
  resultsTable,
  suiteTables,
  suspectedTexts,
  worstClasses,
} from '../report/index.ts';
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
    `${evaluationVerdict(evaluation) ?? noVerdict}\n`,
    `${run}, checkpoint ${checkpoint}${accuracy ? accuracyText(accuracy, classes) : ''}`,
    ...tables.map((table) => `\n${table.title}\n\n${tableText(table)}`),
  ].join('\n');
}

function accuracyText(accuracy: AccuracyResult, classes: readonly string[]): string {
  const { images, badImages, top1Error, top5Error, calibrationError, balancedAccuracy, valLoss } = accuracy;
  const bad = badImages.length === 0 ? '' : `, without ${badImages.length} that cannot be decoded`;
  return [
    `, ${plural(images, 'test image')}${bad}`,
    `top-1 error ${percent(top1Error)} % (errors, lower is better)`,
    // Of five classes or fewer the right one is always among five.
    ...(classes.length > 5 ? [`top-5 error ${percent(top5Error)} %`] : []),
    `calibration error ${percent(calibrationError)} %`,
    `loss ${valLoss.toFixed(4)}`,
    `balanced accuracy ${percent(balancedAccuracy)} % (higher is better)`,
    ...mistakeLines(accuracy, classes),
  ].join('\n');
}

/** As many of each kind as a terminal has room for: the page has all. */
const shown = 3;

/** What goes wrong most, each kind on a line or a few. */
function mistakeLines(accuracy: AccuracyResult, classes: readonly string[]): string[] {
  const { classErrors, confusions, confidentMistakes, suspectedLabels, duplicates } = accuracy;
  const worst = worstClasses(classErrors).filter(({ errors }) => errors > 0);
  const list = (heading: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', heading, ...lines]);
  return [
    ...list(
      'classes with the highest error:',
      worst
        .slice(0, shown)
        .map(({ label, samples, errors }) => `  ${classes[label]}: ${errors} of ${plural(samples, 'image')} wrong`),
    ),
    ...list(
      'most frequent confusions:',
      confusions
        .slice(0, shown)
        .map(({ label, predicted, count }) => `  ${classes[label]} taken for ${classes[predicted]}: ${count}`),
    ),
    ...list(
      'most confident mistakes:',
      confidentMistakes
        .slice(0, shown)
        .map(
          ({ name, label, predicted, confidence }) =>
            `  ${name}: ${classes[label]} taken for ${classes[predicted]}, ${(100 * confidence).toFixed(1)} %`,
        ),
    ),
    '',
    ...suspectedTexts(accuracy),
    ...(judgesLabels(accuracy) ? suspectedLabels.clearest : [])
      .slice(0, shown)
      .map(({ name, label, likely }) => `  ${name}: labeled ${classes[label]}, more like ${classes[likely]}`),
    // That nothing was found to look for is no news on a terminal.
    ...(duplicates && duplicates.count > 0 ? ['', duplicatesText(duplicates)] : []),
  ].map(printable);
}
