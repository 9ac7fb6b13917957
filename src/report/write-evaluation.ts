import { basename, dirname, join } from 'node:path';
import { type Html, html, reliabilityFigures } from '../charts/index.ts';
import type { AccuracyResult, Evaluation } from '../evaluate/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { makeReportFolder, RunFolder, readMetrics } from '../runs/index.ts';
import { localizationPictures, localizedRows } from './localization-pictures.ts';
import { mistakesSections } from './mistakes-sections.ts';
import { percent, plural } from './number-texts.ts';
import { suitesOf } from './own-suites.ts';
import { list, page } from './page.ts';
import { openTestPictures } from './pictures.ts';
import { suiteSections } from './suite-sections.ts';
import { evaluationVerdict, noVerdict } from './verdict-texts.ts';

export interface WriteEvaluationOptions {
  /** What other calls found of the same network and images, as of `otherEvaluations`. Default: nothing. */
  others?: readonly Evaluation[];
}

/**
 * Writes what was measured of one network as one page, `report/evaluation.html` of its run folder. It needs the data for
 * the pictures of mistakes and of localization; where that cannot be read, the page says so and has no pictures.
 *
 * @returns the page's path
 * @throws where there is no run, or the folder cannot be written
 */
export async function writeEvaluation(
  evaluation: Evaluation,
  { others = [] }: WriteEvaluationOptions = {},
): Promise<string> {
  const { run, data } = evaluation;
  const evaluations = [evaluation, ...others];
  const row = { row: run, title: basename(run), evaluations };
  const accuracy = evaluations.find((one) => one.accuracy)?.accuracy;
  const verdict = evaluationVerdict({ accuracy, classes: evaluation.classes }) ?? noVerdict;
  const localized = localizedRows([row]);
  const hasPictures = localized.length > 0 || (accuracy?.confidentMistakes.length ?? 0) > 0;
  const { pictures, missing } = hasPictures ? await openTestPictures(run, data) : { missing: [] };
  const sections = [
    ...(accuracy ? [{ heading: 'Accuracy', content: accuracySection(basename(run), accuracy) }] : []),
    ...(accuracy ? await mistakesSections(basename(run), accuracy, evaluation.classes, pictures) : []),
    ...suiteSections([row], pictures && (await localizationPictures(localized, pictures))),
  ];
  const limits = evaluations.flatMap(limitTexts).join(', ');
  const limited = limits !== '' && html`<dt>Images</dt><dd>at most, of each set: ${limits}</dd>\n`;
  const about = html`<dl>
<dt>Checkpoint</dt><dd>${checkpointText(evaluation)}</dd>
<dt>Data</dt><dd>${data}</dd>
${limited || undefined}</dl>
${list('Without pictures of the test images:', missing)}`;
  const path = join(run, 'report', 'evaluation.html');
  makeReportFolder(dirname(path));
  writeFileAtomically(path, [Buffer.from(page(`What ${run} knows`, verdict, about, sections))]);
  return path;
}

/** The checkpoint's name, and where it is the best one and not simply the last, what it was chosen on. */
function checkpointText({ run, checkpoint }: Evaluation): string {
  const folder = RunFolder.open(run);
  const { checkpoints } = folder;
  if (checkpoint !== checkpoints.best()?.name || checkpoint === checkpoints.latest()?.name) return checkpoint;
  const validated = readMetrics(folder.pathOf('metrics.jsonl')).some(({ kind }) => kind === 'test');
  return `${checkpoint}, the best epoch's, chosen on the ${validated ? 'validation' : 'test'} images`;
}

/** `ood 1000`: accuracy always takes all images. */
function limitTexts(evaluation: Evaluation): string[] {
  if (evaluation.limit === undefined) return [];
  const limited = suitesOf(evaluation).filter((suite) => suite !== 'accuracy');
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
<p class="note">Errors and loss: lower is better.</p>
${reliabilityFigures([{ title, bins: reliability }])}`;
}
