/** The best method beside its baseline, class by class and image by image. */
import { type Html, html, reliabilityFigures } from '../charts/index.ts';
import type { Comparison, Disagreement, Disagreements, ExperimentResult, OnlyRight } from '../experiments/index.ts';
import { plural } from './number-texts.ts';
import type { Section } from './page.ts';
import { pictureUri, type TestPictures } from './pictures.ts';

/** Sections on reliability, confusions, and the images on which the two disagree; none where nothing was compared. */
export async function comparisonSections(
  { comparison, rows }: ExperimentResult,
  pictures: TestPictures | undefined,
): Promise<Section[]> {
  if (comparison === undefined) return [];
  const titles = comparison.rows.map((name) => rows.find(({ row }) => row === name)?.title ?? name);
  // Of many methods two are shown; that there are others must be said.
  const others =
    titles.length < rows.length &&
    html`<p class="note">Here and below of the baseline and of the best other method: ${titles.join(', ')}.</p>`;
  const diagrams = comparison.reliability.map((bins, i) => ({ title: titles[i]!, bins }));
  const { disagreements, classes } = comparison;
  const [first, second] = titles;
  return [
    { heading: 'Reliability', content: html`${others || undefined}${reliabilityFigures(diagrams)}` },
    { heading: 'Confusions', content: confusions(comparison, titles) },
    ...(disagreements && first !== undefined && second !== undefined
      ? [
          {
            heading: `${first} and ${second}, image by image`,
            content: await imageByImage(disagreements, [first, second], classes, pictures),
          },
        ]
      : []),
  ];
}

/** The whole matrices where every pair is there; else the pairs that are confused most. */
function confusions({ confusions: pairs, classes }: Comparison, titles: readonly string[]): Html {
  if (pairs.length < classes.length ** 2) return pairsTable(pairs, classes, titles);
  return html`<div class="side-by-side">${titles.map((title, i) =>
    matrixTable(
      title,
      classes,
      pairs.map(({ shares }) => shares[i]!),
    ),
  )}</div>
<p class="note">Percent of the images of a class (row) that were taken for a class (column), over all seeds; the last epoch's
networks. Empty where none was.</p>`;
}

function matrixTable(title: string, classes: readonly string[], shares: readonly number[]): Html {
  const cell = (label: number, predicted: number) => {
    const percent = 100 * shares[label * classes.length + predicted]!;
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

function pairsTable(pairs: Comparison['confusions'], classes: readonly string[], titles: readonly string[]): Html {
  return html`<div class="wide"><table>
<thead><tr><th scope="col">Class</th><th scope="col" class="text">taken for</th>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${pairs.map(
    ({ label, predicted, shares }) => html`
<tr><th scope="row">${classes[label]}</th><td class="text">${classes[predicted]}</td>${shares.map(
      (share) => html`<td>${(100 * share).toFixed(1)}</td>`,
    )}</tr>`,
  )}
</tbody></table></div>
<p class="note">The ${pairs.length} mistakes made most often by these rows together, of ${classes.length} classes: percent of the images of
the class, over all seeds; the last epoch's networks.</p>`;
}

/** How often each network alone is right, and the clearest of these pictures, but for those that cannot be read. */
async function imageByImage(
  { seed, bothRight, bothWrong, onlyRight }: Disagreements,
  titles: readonly [string, string],
  classes: readonly string[],
  pictures: TestPictures | undefined,
): Promise<Html> {
  const [ofFirst, ofSecond] = onlyRight;
  const [first, second] = titles;
  const galleryOf = async (right: string, wrong: string, { count, clearest }: OnlyRight) => {
    const figures = await Promise.all(clearest.map((one) => disagreementFigure(one, titles, classes, pictures)));
    return html`<h3>${right} right, ${wrong} wrong</h3>
<div class="gallery">${figures}${count === 0 ? html`<p class="note">There are none.</p>` : undefined}</div>`;
  };
  return html`<p>Of the test images, both networks of seed ${seed} get ${plural(bothRight, 'image')} right and
${bothWrong.toLocaleString('en-US')} wrong; ${second} alone gets ${ofSecond.count.toLocaleString('en-US')} right,
${first} alone ${ofFirst.count.toLocaleString('en-US')}. The clearest are shown.</p>
${await galleryOf(second, first, ofSecond)}
${await galleryOf(first, second, ofFirst)}`;
}

async function disagreementFigure(
  { index, label, predicted, confidence }: Disagreement,
  titles: readonly string[],
  classes: readonly string[],
  pictures: TestPictures | undefined,
): Promise<Html | undefined> {
  const pixels = await pictures?.pixelsOf(index);
  if (pixels === undefined) return undefined;
  const said = titles.map(
    (title, i) =>
      html`<br><span class="who">${title}:</span> ${classes[predicted[i]!]} ${(100 * confidence[i]!).toFixed(0)}\u00a0%`,
  );
  return html`
<figure><img src="${await pictureUri(pixels)}" alt="Test image ${index}: ${classes[label]}">
<figcaption><b>${classes[label]}</b>${said}</figcaption></figure>`;
}
