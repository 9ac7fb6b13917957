/** What one network gets wrong: classes, images, labels, and images that it was trained on. */
import { type Html, html } from '../charts/index.ts';
import type { AccuracyResult, DuplicatesResult, NamedImage } from '../evaluate/index.ts';
import { binomialInterval } from '../metrics/index.ts';
import { matrixTable, pairsTable } from './confusion-tables.ts';
import { duplicatesText, judgesLabels, suspectedTexts, worstClasses } from './mistake-texts.ts';
import { percent } from './number-texts.ts';
import type { Section } from './page.ts';
import { pictureUri, type TestPictures } from './pictures.ts';
import { type Table, tableHtml } from './table.ts';

/** As many classes as a matrix on a page can have: of these every confusion is known. */
const mostForMatrix = 20;
const pairsShown = 20;
const classesShown = 20;

/** The sections below that of accuracy. @param pictures of the images that were measured */
export async function mistakesSections(
  title: string,
  accuracy: AccuracyResult,
  classes: readonly string[],
  pictures: TestPictures | undefined,
): Promise<Section[]> {
  const { confusions, confidentMistakes, suspectedLabels, duplicates } = accuracy;
  const mistakes = confidentMistakes.map((one) => ({
    ...one,
    said: html`taken for ${classes[one.predicted]}, ${share(one.confidence)}`,
  }));
  const suspects = suspectedLabels.clearest.map((one) => ({
    ...one,
    said: html`more like ${classes[one.likely]}, by ${(100 * one.margin).toFixed(0)} points`,
  }));
  return [
    { heading: 'Error by class', content: byClass(accuracy, classes) },
    ...(confusions.length > 0 ? [{ heading: 'Confusions', content: confused(title, accuracy, classes) }] : []),
    ...(mistakes.length > 0
      ? [
          {
            heading: 'The most confident mistakes',
            content: html`<p class="note">Wrong, and the surest of it: the class that each image is of, what it was taken for, and the
probability that the network gave to that.</p>
${await gallery(mistakes, classes, pictures)}`,
          },
        ]
      : []),
    {
      heading: 'Suspected labels',
      content: html`<p>${suspectedTexts(accuracy).join(' ')}</p>
${judgesLabels(accuracy) ? await gallery(suspects, classes, pictures) : undefined}`,
    },
    { heading: 'Images in both parts', content: html`<p>${duplicatesText(duplicates)}</p>${examples(duplicates)}` },
  ];
}

const share = (fraction: number) => `${(100 * fraction).toFixed(1)}\u00a0%`;

/** The classes with their errors, the worst first; of many the rest can be opened. */
function byClass({ classErrors, balancedAccuracy }: AccuracyResult, classes: readonly string[]): Html {
  const { table, rest } = classTable(classErrors, classes);
  return html`<p>Balanced accuracy, the mean over the classes of what is right: ${percent(balancedAccuracy)} % (chance has
${percent(1 / classes.length)} %, higher is better).</p>
${tableHtml(table)}
${rest && html`<details><summary>${rest.lines.length} more, with fewer mistakes</summary>${tableHtml(rest)}</details>`}`;
}

function classTable(classErrors: AccuracyResult['classErrors'], classes: readonly string[]) {
  const lines = worstClasses(classErrors).map(({ label, samples, errors }) => ({
    title: classes[label]!,
    cells: [
      samples.toLocaleString('en-US'),
      errors.toLocaleString('en-US'),
      percent(errors / samples),
      binomialInterval(errors, samples).map(percent).join(' to '),
    ],
  }));
  const headings = ['Images', 'Wrong', 'Error (%)', '95 % interval'];
  const table: Table = {
    ...{ subject: 'Class', headings, lines: lines.slice(0, classesShown) },
    notes: [
      'Error, lower is better; the worst first. Of few images it says little: the interval holds the error of the class with 95 % certainty.',
    ],
  };
  const rest = lines.length > classesShown ? { ...table, lines: lines.slice(classesShown), notes: [] } : undefined;
  return { table, rest };
}

function confused(title: string, { confusions, classErrors }: AccuracyResult, classes: readonly string[]): Html {
  const shown = confusions.slice(0, pairsShown);
  const lines = shown.map(({ label, predicted, count }) => ({
    ...{ label, predicted },
    cells: [count.toLocaleString('en-US'), ((100 * count) / classErrors[label]!.samples).toFixed(1)],
  }));
  const shares = classErrors.flatMap(({ samples, errors }, label) =>
    classes.map((_, predicted) => (label === predicted ? (samples - errors) / Math.max(1, samples) : 0)),
  );
  for (const { label, predicted, count } of confusions) {
    shares[label * classes.length + predicted] = count / classErrors[label]!.samples;
  }
  return html`${pairsTable(lines, classes, ['Images', '% of the class'])}
<p class="note">The most frequent first${shown.length < confusions.length ? `: ${shown.length} kinds of mistakes; more are in the JSON` : ''}.</p>
${
  classes.length <= mostForMatrix
    ? html`${matrixTable(title, classes, shares)}
<p class="note">Percent of the images of a class (row) that were taken for a class (column). Empty where none was.</p>`
    : undefined
}`;
}

function examples(duplicates: DuplicatesResult | undefined): Html | undefined {
  if (!duplicates || duplicates.count === 0) return undefined;
  const others = duplicates.count - duplicates.examples.length;
  return html`<ul>${duplicates.examples.map(
    ({ test, train, isOtherClass }) =>
      html`<li><code>${test}</code> is <code>${train}</code>${isOtherClass ? ', of another class' : ''}</li>`,
  )}${others > 0 ? html`<li>and ${others} more</li>` : undefined}</ul>`;
}

async function gallery(
  images: readonly (NamedImage & { said: Html })[],
  classes: readonly string[],
  pictures: TestPictures | undefined,
): Promise<Html> {
  const figures = images.map(async ({ index, name, label, said }) => {
    const pixels = await pictures?.pixelsOf(index);
    const image =
      pixels && html`<img src="${await pictureUri(pixels)}" alt="Test image ${name}, of ${classes[label]}">`;
    return html`
<figure>${image}<figcaption><b>${classes[label]}</b>, ${said}<br><span class="who">${name === String(index) ? `image ${name}` : name}</span></figcaption></figure>`;
  });
  return html`<div class="gallery">${await Promise.all(figures)}</div>`;
}
