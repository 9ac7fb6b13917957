/** Pictures with what is in them and where networks looked. */

import { strokes } from '../charts/curves.ts';
import type { ImageSet, ReadImagesOptions } from '../data/index.ts';
import type { LocalizedImage } from '../evaluate/index.ts';
import type { Box } from '../geometry/index.ts';
import { type Html, html } from './html.ts';
import { pictureUri } from './pictures.ts';

/** What one network was measured to look at. */
export interface LocalizedRow {
  title: string;
  examples: readonly LocalizedImage[];
}

const truthStroke = 'var(--green, #009e73)';

/**
 * The examples that all rows have, each with its true boxes and every row's box, but for pictures that cannot be read.
 * Undefined where there is none.
 *
 * @param set the images that were measured
 */
export async function localizationGallery(
  rows: readonly LocalizedRow[],
  set: ImageSet,
  options: ReadImagesOptions = {},
): Promise<Html | undefined> {
  const shared = (rows[0]?.examples ?? []).flatMap(({ index }) => {
    const found = rows.map(({ examples }) => examples.find((one) => one.index === index));
    return found.every((one) => one !== undefined) ? [found] : [];
  });
  const figures = await Promise.all(
    shared.map(async (examples) => {
      const uri = await pictureUri(set, examples[0]!.index, options);
      return uri && exampleFigure(uri, rows, examples, set);
    }),
  );
  if (!figures.some((figure) => figure)) return undefined;
  return html`<p class="note">${key(truthStroke, '')} true box ${rows.map(
    ({ title }, i) => html` ${key(strokes[i]!.stroke, strokes[i]!.strokeDasharray)} ${title}`,
  )}. Boxes of the predicted class at the fixed threshold, with their IoU.</p>
<div class="gallery">${figures}</div>`;
}

function exampleFigure(
  uri: string,
  rows: readonly LocalizedRow[],
  examples: readonly LocalizedImage[],
  { classes, height, width }: ImageSet,
): Html {
  const { index, label, truth } = examples[0]!;
  const said = ({ title }: LocalizedRow, { predicted, iou }: LocalizedImage) =>
    html`<br><span class="who">${rows.length > 1 ? `${title}:` : ''}</span> ${classes[predicted]}, ${iou.toFixed(2)}`;
  // Line widths count in pixels of the page, whatever the image's.
  return html`
<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Test image ${index}: ${classes[label]}, with boxes">
<image href="${uri}" width="${width}" height="${height}"/>
${truth.map((box) => rectangle(box, truthStroke, ''))}
${examples.map(({ box }, i) => rectangle(box, strokes[i]!.stroke, strokes[i]!.strokeDasharray))}
</svg><figcaption><b>${classes[label]}</b>${rows.map((row, i) => said(row, examples[i]!))}</figcaption></figure>`;
}

/** With a rim in the color of the page, so that it is seen on any picture. */
function rectangle([x1, y1, x2, y2]: Box, stroke: string, dashes: string): Html {
  const place = html`x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none" vector-effect="non-scaling-stroke"`;
  return html`<rect ${place} stroke="var(--page, #fff)" stroke-width="4" stroke-opacity="0.6"/>
<rect ${place} stroke="${stroke}" stroke-width="2" stroke-dasharray="${dashes}"/>\n`;
}

function key(stroke: string, dashes: string): Html {
  return html`<svg width="24" height="14" aria-hidden="true"><rect x="2" y="2" width="20" height="10" fill="none"
stroke="${stroke}" stroke-width="2" stroke-dasharray="${dashes}"/></svg>`;
}
