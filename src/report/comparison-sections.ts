/** The best method beside its baseline, class by class and image by image. */
import { type Html, html, reliabilityFigures } from '../charts/index.ts';
import type { Comparison, Disagreement, Disagreements, ExperimentResult, OnlyRight } from '../experiments/index.ts';
import { matrixTable, pairsTable } from './confusion-tables.ts';
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
  if (pairs.length < classes.length ** 2) {
    const lines = pairs.map(({ label, predicted, shares }) => ({
      ...{ label, predicted },
      cells: shares.map((share) => (100 * share).toFixed(1)),
    }));
    return html`${pairsTable(lines, classes, titles)}
<p class="note">The ${pairs.length} mistakes made most often by these rows together, of ${classes.length} classes: percent of the images of
the class, over all seeds; the last epoch's networks.</p>`;
  }
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
