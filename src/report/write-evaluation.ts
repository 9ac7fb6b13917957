import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AccuracyResult, type Evaluation, otherEvaluations, suiteNames } from '../evaluate/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { type Html, html } from './html.ts';
import { localizationPictures } from './localization-pictures.ts';
import { percent, plural } from './number-texts.ts';
import { page } from './page.ts';
import { reliabilityDiagrams } from './reliability.ts';
import { suiteSections } from './suite-sections.ts';

/**
 * Writes what was measured of one network as one page, `report/evaluation.html` of its run folder, with what is kept there
 * of other suites on the same images. It needs the run's checkpoint and the data where examples of localization are to be
 * shown.
 *
 * @returns the page's path
 * @throws where the folder cannot be written
 */
export async function writeEvaluation(evaluation: Evaluation): Promise<string> {
  const { run, checkpoint, data } = evaluation;
  const evaluations = [evaluation, ...otherEvaluations(evaluation)];
  const row = { row: run, title: basename(run), evaluations };
  const accuracy = evaluations.find((one) => one.accuracy)?.accuracy;
  const sections = [
    ...(accuracy ? [{ heading: 'Accuracy', content: accuracySection(basename(run), accuracy) }] : []),
    ...suiteSections([row], await localizationPictures([row])),
  ];
  const limits = evaluations.flatMap(limitTexts).join(', ');
  const limited = limits !== '' && html`<dt>Images</dt><dd>at most, of each set: ${limits}</dd>\n`;
  const about = html`<dl>
<dt>Checkpoint</dt><dd>${checkpoint}</dd>
<dt>Data</dt><dd>${data}</dd>
${limited || undefined}</dl>`;
  const path = join(run, 'report', 'evaluation.html');
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomically(path, [Buffer.from(page(`What ${run} knows`, about, sections))]);
  return path;
}

/** `ood 1000`: accuracy always takes all images. */
function limitTexts(evaluation: Evaluation): string[] {
  if (evaluation.limit === undefined) return [];
  const limited = suiteNames.filter((suite) => suite !== 'accuracy' && evaluation[suite] !== undefined);
  return limited.map((suite) => `${suite} ${evaluation.limit}`);
}

function accuracySection(title: string, accuracy: AccuracyResult): Html {
  const { images, badImages, top1Error, top5Error, calibrationError, valLoss, reliability } = accuracy;
  const bad = badImages.length > 0 && ` (without ${plural(badImages.length, 'picture')} that cannot be decoded)`;
  return html`<dl>
<dt>Test images</dt><dd>${images.toLocaleString('en-US')}${bad || undefined}</dd>
<dt>Top-1 error</dt><dd>${percent(top1Error)} %</dd>
<dt>Top-5 error</dt><dd>${percent(top5Error)} %</dd>
<dt>Calibration error</dt><dd>${percent(calibrationError)} % (15 bins)</dd>
<dt>Loss</dt><dd>${valLoss.toFixed(4)}</dd>
</dl>
${reliabilityDiagrams([{ title, tables: [reliability] }])}`;
}
