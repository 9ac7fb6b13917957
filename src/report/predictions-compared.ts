import type { ImageSet } from '../data/index.ts';
import type { PredictedRow } from './confusions.ts';
import { type Disagreement, disagreements } from './disagreements.ts';
import { type Html, html } from './html.ts';
import { plural } from './number-texts.ts';
import { pictureUris } from './pictures.ts';

/** Pictures shown of those that one row alone gets right. */
const shown = 12;

/** The first seed that two rows share, image by image: how often each alone is right, and the clearest of these pictures. */
export async function predictionsCompared(rows: readonly [PredictedRow, PredictedRow], test: ImageSet): Promise<Html> {
  const [first, second] = rows;
  const pairs = first.runs.flatMap((run) => {
    const twin = second.runs.find(({ seed }) => seed === run.seed);
    return twin ? [{ run, twin }] : [];
  });
  const [pair] = pairs;
  if (!pair) return html`<p class="note">No seed of both has finished.</p>`;
  const { bothRight, bothWrong, firstRight, secondRight } = disagreements(pair.run.predictions, pair.twin.predictions);
  return html`<p>Of the test images, both networks of seed ${pair.run.seed} get ${plural(bothRight, 'image')} right and
${bothWrong.toLocaleString('en-US')} wrong; ${second.title} alone gets ${secondRight.length.toLocaleString('en-US')} right,
${first.title} alone ${firstRight.length.toLocaleString('en-US')}. The clearest are shown.</p>
${await gallery(`${second.title} right, ${first.title} wrong`, secondRight, rows, test)}
${await gallery(`${first.title} right, ${second.title} wrong`, firstRight, rows, test)}`;
}

async function gallery(
  title: string,
  found: readonly Disagreement[],
  [first, second]: readonly [PredictedRow, PredictedRow],
  test: ImageSet,
): Promise<Html> {
  const some = found.slice(0, shown);
  const uris = await pictureUris(
    test,
    some.map(({ index }) => index),
  );
  const said = (row: PredictedRow, { predicted, confidence }: Disagreement, of: 0 | 1) =>
    html`<br><span class="who">${row.title}:</span> ${test.classes[predicted[of]]} ${(100 * confidence[of]).toFixed(0)}\u00a0%`;
  return html`<h3>${title}</h3>
<div class="gallery">${some.map(
    (one, n) => html`
<figure><img src="${uris[n]}" alt="Test image ${one.index}: ${test.classes[one.label]}">
<figcaption><b>${test.classes[one.label]}</b>${said(first, one, 0)}${said(second, one, 1)}</figcaption></figure>`,
  )}${some.length === 0 ? html`<p class="note">There are none.</p>` : undefined}</div>`;
}
