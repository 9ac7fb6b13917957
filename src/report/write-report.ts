import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html } from '../charts/index.ts';
import type { ExperimentResult } from '../experiments/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { comparisonSections } from './comparison-sections.ts';
import { localizationPictures, localizedRows } from './localization-pictures.ts';
import { measuredRows, ofOneSeed, suiteNotes } from './measured-rows.ts';
import { plural } from './number-texts.ts';
import { list, page, type Section } from './page.ts';
import { mixedBatches, openTestPictures } from './pictures.ts';
import { failureTexts, resultsTable } from './results-table.ts';
import { suiteSections } from './suite-sections.ts';
import { tableHtml } from './table.ts';
import { trainingCurves } from './training-curves.ts';
import { experimentVerdict } from './verdict-texts.ts';

export interface WriteReportOptions {
  /** Where `report.html` goes; made where it is not there. */
  folder: string;
}

/**
 * Writes what an experiment found as one page, `report.html`: the table, training curves, what the suites found where
 * they were run, and of the baseline and the best method reliability, confusions and pictures on which they disagree. It
 * runs no network; pictures are read from the data and the run folders, and where these are gone, the page says so.
 *
 * @param result as `collectResults` has it, or `results.json`
 * @returns the page's path
 * @throws where there is no row, or the folder cannot be written
 */
export async function writeReport(result: ExperimentResult, { folder }: WriteReportOptions): Promise<string> {
  const [first] = result.rows.flatMap(({ runs }) => runs);
  if (first === undefined) throw new Error('report: expected at least one row with a finished run, got none');
  // As the first run names the data: from another working folder, the experiment's word leads elsewhere.
  const { pictures, missing } = await openTestPictures(first.run);
  const sections: Section[] = [
    { heading: 'Results', content: tableHtml(resultsTable(result, 'page')) },
    { heading: 'Training curves', content: trainingCurves(result) },
    ...suiteSections(
      measuredRows(result.rows),
      pictures && (await localizationPictures(comparedRows(result), pictures)),
    ),
    ...(await comparisonSections(result, pictures)),
  ];
  const mixed = await mixedBatches(result);
  if (mixed) sections.push({ heading: 'Mixed batches', content: mixed });
  const path = join(folder, 'report.html');
  mkdirSync(folder, { recursive: true });
  writeFileAtomically(path, [
    Buffer.from(page(result.title, experimentVerdict(result), summary(result, missing), sections)),
  ]);
  return path;
}

/** Those whose pictures are shown: of many rows each picture would be small. */
function comparedRows({ rows, comparison }: ExperimentResult) {
  const compared = rows.filter(({ row }) => comparison?.rows.includes(row) ?? row === rows[0]?.row);
  return localizedRows(measuredRows(ofOneSeed(compared)));
}

function summary(
  {
    rows,
    data,
    model,
    budget,
    seeds,
    command,
    differences,
    notes = [],
    remarks = [],
    failures,
    unmeasured,
  }: ExperimentResult,
  missing: readonly string[],
): Html {
  const entry = (name: string, value: Html | string | undefined) =>
    value === undefined ? undefined : html`<dt>${name}</dt><dd>${value}</dd>\n`;
  return html`<dl>
${entry('Data', data)}${entry('Network', model)}${entry('Budget', budget)}${entry('Seeds', seeds.join(', '))}${entry(
  'Command',
  command === undefined ? undefined : html`<code>${command}</code>`,
)}</dl>
${remarks.map((remark) => html`<p>${remark}</p>\n`)}${list('Not as in the paper:', differences)}
${list('What the paper leaves open, or quotes:', notes)}
${list(`${plural(failures.length, 'training')} failed, and the table is without them:`, failureTexts(failures))}
${list('Not measured by the suites:', [...suiteNotes(rows), ...failureTexts(unmeasured)])}
${list('Without pictures of the test images:', missing)}`;
}
