/** Pictures with boxes on them, as SVG. */
import type { Box, Size } from '../geometry/index.ts';
import { type Html, html } from './html.ts';
import { type Stroke, strokeOf } from './look.ts';

/** Of ground-truth boxes: green, as no line of the first three that are compared. */
export const groundTruthStroke: Stroke = { stroke: 'var(--green, #009e73)', strokeDasharray: '' };

/** As plain data. */
export interface BoxedPicture extends Size {
  /** What is on it, for a screen reader. */
  name: string;
  /** Where the picture is: a data URI, or an address. */
  href: string;
  groundTruth: readonly Box[];
  /** Of the things that are compared: box i is drawn as line i of a chart is; undefined leaves one out. */
  boxes: readonly (Box | undefined)[];
}

/** A picture with boxes, in pixels of `height` x `width`, which may be shown at any size. */
export function boxedPicture({ name, href, height, width, groundTruth, boxes }: BoxedPicture): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">
<image href="${href}" width="${width}" height="${height}"/>
${groundTruth.map((box) => rectangle(box, groundTruthStroke))}
${boxes.map((box, i) => box && rectangle(box, strokeOf(i)))}
</svg>`;
}

/** With a rim in the color of the page, so that it is seen on any picture. Line widths count in pixels of the page. */
function rectangle([x1, y1, x2, y2]: Box, { stroke, strokeDasharray }: Stroke): Html {
  const place = html`x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none" vector-effect="non-scaling-stroke"`;
  return html`<rect ${place} stroke="var(--page, #fff)" stroke-width="4" stroke-opacity="0.6"/>
<rect ${place} stroke="${stroke}" stroke-width="2" stroke-dasharray="${strokeDasharray}"/>\n`;
}

/** Which box is which. */
export function boxKeys(titles: readonly string[]): Html {
  const key = (title: string, { stroke, strokeDasharray }: Stroke) =>
    html`<span class="key"><svg width="24" height="14" aria-hidden="true"><rect x="2" y="2" width="20" height="10" fill="none"
stroke="${stroke}" stroke-width="2" stroke-dasharray="${strokeDasharray}"/></svg> ${title}</span> `;
  return html`${key('ground truth', groundTruthStroke)}${titles.map((title, i) => key(title, strokeOf(i)))}`;
}
