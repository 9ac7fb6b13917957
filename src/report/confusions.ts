/** Which classes are taken for which, of the baseline beside the best method. */
import type { Predictions } from '../evaluate/index.ts';
import { argmax, confusionMatrix, mostConfused } from '../metrics/index.ts';
import { type Html, html } from './html.ts';

/** A row's predictions on the test images, of each of its runs. */
export interface PredictedRow {
  title: string;
  runs: readonly { seed: number; predictions: Predictions }[];
}

/** Classes of which the whole matrix fits on a page. */
const mostForMatrix = 20;
const pairsShown = 15;

interface RowConfusion {
  title: string;
  classes: readonly string[];
  /** [classes, classes], summed over the runs: labels down, predictions across. */
  counts: Uint32Array;
}

/** The whole matrices for up to 20 classes; for more, the pairs that are confused most. */
export function confusions(rows: readonly PredictedRow[]): Html {
  const confused = rows.map(confusionOf);
  const { classes } = confused[0]!;
  if (classes.length > mostForMatrix) return pairsTable(confused);
  return html`<div class="matrices">${confused.map(matrixTable)}</div>
<p class="note">Percent of the images of a class (row) that were taken for a class (column), over all seeds; the last epoch's
networks. Empty where none was.</p>`;
}

function confusionOf({ title, runs }: PredictedRow): RowConfusion {
  const { classes } = runs[0]!.predictions;
  const counts = new Uint32Array(classes.length ** 2);
  for (const {
    predictions: { labels, probabilities },
  } of runs) {
    const ofRun = confusionMatrix(labels, argmax(probabilities, classes.length), classes.length);
    for (const [place, count] of ofRun.entries()) counts[place]! += count;
  }
  return { title, classes, counts };
}

/** The share of a class's images that were taken for a class; 0 where the class has no image. */
function shareOf({ counts, classes }: RowConfusion, label: number, predicted: number): number {
  const ofClass = counts.subarray(label * classes.length, (label + 1) * classes.length);
  return (
    ofClass[predicted]! /
    Math.max(
      1,
      ofClass.reduce((sum, count) => sum + count, 0),
    )
  );
}

function matrixTable(confusion: RowConfusion): Html {
  const { title, classes } = confusion;
  const cell = (label: number, predicted: number) => {
    const percent = 100 * shareOf(confusion, label, predicted);
    if (percent === 0) return html`<td></td>`;
    const kind = label === predicted ? 'right' : 'wrong';
    return html`<td class="${kind}" style="--share:${percent.toFixed(1)}%">${percent.toFixed(0)}</td>`;
  };
  return html`
<div class="wide"><table class="matrix"><caption>${title}</caption>
<thead><tr><td></td>${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${classes.map(
    (name, label) => html`
<tr><th scope="row">${name}</th>${classes.map((_, predicted) => cell(label, predicted))}</tr>`,
  )}
</tbody></table></div>`;
}

/** The pairs that all rows together confuse most, with each row's share of mistakes. */
function pairsTable(rows: readonly RowConfusion[]): Html {
  const { classes } = rows[0]!;
  const together = rows[0]!.counts.map((_, place) => rows.reduce((sum, { counts }) => sum + counts[place]!, 0));
  const pairs = mostConfused(together, classes.length, pairsShown);
  return html`<div class="wide"><table>
<thead><tr><th scope="col">Class</th><th scope="col" class="text">taken for</th>${rows.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${pairs.map(
    ({ label, predicted }) => html`
<tr><th scope="row">${classes[label]}</th><td class="text">${classes[predicted]}</td>${rows.map(
      (row) => html`<td>${(100 * shareOf(row, label, predicted)).toFixed(1)}</td>`,
    )}</tr>`,
  )}
</tbody></table></div>
<p class="note">The ${pairs.length} mistakes made most often by these rows together, of ${classes.length} classes: percent of the images of
the class, over all seeds; the last epoch's networks.</p>`;
}
