import type { ImageSet, ReadImagesOptions } from '../data/index.ts';
import type { PredictedRow } from './confusions.ts';
import { type Disagreement, disagreements } from './disagreements.ts';
import { type Html, html } from './html.ts';
import { plural } from './number-texts.ts';
import { pictureUri } from './pictures.ts';

/** Pictures shown of those that one row alone gets right. */
const shown = 12;

/**
 * The first seed that two rows share, image by image: how often each alone is right, and the clearest of these pictures,
 * but for those that cannot be read.
 */
export async function predictionsCompared(
  rows: readonly [PredictedRow, PredictedRow],
  test: ImageSet,
  options: ReadImagesOptions = {},
): Promise<Html> {
  const [first, second] = rows;
  const pairs = first.runs.flatMap((run) => {
    const twin = second.runs.find(({ seed }) => seed === run.seed);
    return twin ? [{ run, twin }] : [];
  });
  const [pair] = pairs;
  if (!pair) return html`<p class="note">No seed of both has finished.</p>`;
  const { bothRight, bothWrong, firstRight, secondRight } = disagreements(pair.run.predictions, pair.twin.predictions);
  const uriOf = ({ index }: Disagreement) => pictureUri(test, index, options);
  return html`<p>Of the test images, both networks of seed ${pair.run.seed} get ${plural(bothRight, 'image')} right and
${bothWrong.toLocaleString('en-US')} wrong; ${second.title} alone gets ${secondRight.length.toLocaleString('en-US')} right,
${first.title} alone ${firstRight.length.toLocaleString('en-US')}. The clearest are shown.</p>
${await gallery(`${second.title} right, ${first.title} wrong`, secondRight, rows, test.classes, uriOf)}
${await gallery(`${first.title} right, ${second.title} wrong`, firstRight, rows, test.classes, uriOf)}`;
}

async function gallery(
  title: string,
  found: readonly Disagreement[],
  [first, second]: readonly [PredictedRow, PredictedRow],
  classes: readonly string[],
  uriOf: (one: Disagreement) => Promise<string | undefined>,
): Promise<Html> {
  const pictures = await Promise.all(found.slice(0, shown).map(async (one) => ({ one, uri: await uriOf(one) })));
  const said = (row: PredictedRow, { predicted, confidence }: Disagreement, of: 0 | 1) =>
    html`<br><span class="who">${row.title}:</span> ${classes[predicted[of]]} ${(100 * confidence[of]).toFixed(0)}\u00a0%`;
  return html`<h3>${title}</h3>
<div class="gallery">${pictures.map(
    ({ one, uri }) =>
      uri &&
      html`
<figure><img src="${uri}" alt="Test image ${one.index}: ${classes[one.label]}">
<figcaption><b>${classes[one.label]}</b>${said(first, one, 0)}${said(second, one, 1)}</figcaption></figure>`,
  )}${found.length === 0 ? html`<p class="note">There are none.</p>` : undefined}</div>`;
}
