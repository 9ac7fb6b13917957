import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRunConfig, type TrainConfig } from '../config/index.ts';
import { openData } from '../data/index.ts';
import { predict } from '../evaluate/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { reliabilityTable } from '../metrics/index.ts';
import type { ExperimentResult, RowResult } from '../recipes/index.ts';
import { RunFolder } from '../runs/index.ts';
import { comparedRows } from './compared-rows.ts';
import { confusions, type PredictedRow } from './confusions.ts';
import { failureTexts } from './failure-texts.ts';
import { type Html, html } from './html.ts';
import { localizationPictures } from './localization-pictures.ts';
import { measuredRows, ofOneSeed, suiteNotes } from './measured-rows.ts';
import { plural } from './number-texts.ts';
import { page, type Section } from './page.ts';
import { mixedBatches } from './pictures.ts';
import { predictionsCompared } from './predictions-compared.ts';
import { type ReliableRow, reliabilityDiagrams } from './reliability.ts';
import { resultsTable } from './results-table.ts';
import { suiteSections } from './suite-sections.ts';
import { tableHtml } from './table.ts';
import { trainingCurves } from './training-curves.ts';

export interface WriteReportOptions {
  /** Where `report.html` goes; made where it is not there. */
  folder: string;
}

/**
 * Writes what an experiment found as one page, `report.html`: the table, training curves, what the suites found where
 * they were run, reliability, confusions, mixed batches, and pictures on which the baseline and the best method disagree. It needs the run folders, with their last checkpoints, and
 * the data, and evaluates the baseline and the best method where their predictions are not kept.
 *
 * @returns the page's path
 * @throws where there is no row, or a run or the data cannot be read
 */
export async function writeReport(result: ExperimentResult, { folder }: WriteReportOptions): Promise<string> {
  if (result.rows.length === 0) throw new Error('report: expected at least one row with a finished run, got none');
  const compared = comparedRows(result);
  const rows = await predictRows(compared);
  const sections: Section[] = [
    { heading: 'Results', content: tableHtml(resultsTable(result, 'page')) },
    { heading: 'Training curves', content: trainingCurves(result) },
    ...suiteSections(measuredRows(result.rows), await localizationPictures(measuredRows(ofOneSeed(compared)))),
    { heading: 'Reliability', content: html`${whichRows(result, rows)}${reliabilityDiagrams(rows.map(reliable))}` },
    { heading: 'Confusions', content: confusions(rows) },
  ];
  const mixed = await mixedBatches(result);
  if (mixed) sections.push({ heading: 'Mixed batches', content: mixed });
  const [first, second] = rows;
  if (first && second) {
    const heading = `${first.title} and ${second.title}, image by image`;
    const { data, limitPixels } = configOf(result);
    const { test } = await openData(data);
    sections.push({ heading, content: await predictionsCompared([first, second], test, { limitPixels }) });
  }
  const path = join(folder, 'report.html');
  mkdirSync(folder, { recursive: true });
  writeFileAtomically(path, [Buffer.from(page(result.title, summary(result), sections))]);
  return path;
}

/** The first run's, for the data as it is named there: from another working folder, the experiment's word leads elsewhere. */
function configOf({ rows }: ExperimentResult): TrainConfig {
  return readRunConfig(RunFolder.open(rows[0]!.runs[0]!.run));
}

async function predictRows(rows: readonly RowResult[]): Promise<PredictedRow[]> {
  const predicted = [];
  // One after the other: each evaluation uses all processors.
  for (const { title, runs } of rows) {
    const ofRow = [];
    for (const { seed, run } of runs) ofRow.push({ seed, predictions: await predict(run, { checkpoint: 'last' }) });
    predicted.push({ title, runs: ofRow });
  }
  return predicted;
}

/** Of many methods two are shown; that there are others must be said. */
function whichRows({ rows }: ExperimentResult, shown: readonly PredictedRow[]): Html | undefined {
  if (shown.length >= rows.length) return undefined;
  return html`<p class="note">Here and below of the baseline and of the best other method: ${shown.map(({ title }) => title).join(', ')}.</p>`;
}

function reliable({ title, runs }: PredictedRow): ReliableRow {
  const tables = runs.map(({ predictions: { probabilities, labels, classes } }) =>
    reliabilityTable(probabilities, labels, classes.length),
  );
  return { title, tables };
}

function summary({
  rows,
  data,
  model,
  budget,
  seeds,
  command,
  differences,
  notes = [],
  failures,
  unmeasured,
}: ExperimentResult): Html {
  const entry = (name: string, value: Html | string | undefined) =>
    value === undefined ? undefined : html`<dt>${name}</dt><dd>${value}</dd>\n`;
  return html`<dl>
${entry('Data', data)}${entry('Network', model)}${entry('Budget', budget)}${entry('Seeds', seeds.join(', '))}${entry(
  'Command',
  command === undefined ? undefined : html`<code>${command}</code>`,
)}</dl>
${list('Not as in the paper:', differences)}
${list('What the paper leaves open, or quotes:', notes)}
${list(`${plural(failures.length, 'training')} failed, and the table is without them:`, failureTexts(failures))}
${list('Not measured by the suites:', [...suiteNotes(rows), ...failureTexts(unmeasured)])}`;
}

function list(heading: string, items: readonly string[]): Html | undefined {
  if (items.length === 0) return undefined;
  return html`<h3>${heading}</h3>\n<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
