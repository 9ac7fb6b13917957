/** What was measured of one network, on the terminal. */
import { basename } from 'node:path';
import type { AccuracyResult, Evaluation } from '../evaluate/index.ts';
import { localizationTables } from '../report/localization-tables.ts';
import { percent, plural } from '../report/number-texts.ts';
import { oodTables } from '../report/ood-tables.ts';
import { attackTable, sweepTables } from '../report/robustness-tables.ts';
import { tableText } from './experiment-table.ts';

/** Every suite's numbers, and below each table what has to be known to read it. */
export function evaluationText(evaluation: Evaluation): string {
  const { run, checkpoint, accuracy, classes } = evaluation;
  const rows = [{ row: run, title: basename(run), evaluations: [evaluation] }];
  const attacks = attackTable(rows);
  const tables = [...localizationTables(rows), ...(attacks ? [attacks] : []), ...sweepTables(rows), ...oodTables(rows)];
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
