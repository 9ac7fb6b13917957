/** Reliability diagrams: whether a network is right as often as it says (Guo et al. 2017, figure 1). */
import * as Plot from '@observablehq/plot';
import type { ReliabilityBin } from '../metrics/index.ts';
import { Html, html } from './html.ts';
import { svgText } from './svg.ts';

/** As plain data. */
export interface ReliabilityDiagram {
  title: string;
  /** At least one holds an image. */
  bins: readonly ReliabilityBin[];
}

/** A diagram as the text of an SVG element, whose name says how far confidence is from accuracy. */
export function reliabilitySvg({ title, bins }: ReliabilityDiagram): string {
  const images = bins.reduce((sum, { count }) => sum + count, 0);
  const filled = bins
    .filter(({ count }) => count > 0)
    .map(({ low, high, count, accuracy }) => ({
      ...{ low: 100 * low, high: 100 * high, accuracy: 100 * accuracy },
      // Hanging from the top, where the bars are not.
      top: 100 - (100 * count) / images,
    }));
  const gap = bins.reduce(
    (sum, { count, confidence, accuracy }) => sum + (count / images) * (confidence - accuracy),
    0,
  );
  const kind = gap > 0 ? 'above' : 'below';
  return svgText(
    `Reliability of ${title}: on average its confidence is ${(100 * Math.abs(gap)).toFixed(1)} points ${kind} its accuracy`,
    {
      ...{ width: 320, height: 320, marginLeft: 48, marginBottom: 40 },
      x: { label: 'Confidence (%)', domain: [0, 100] },
      y: { label: 'Accuracy (%)', domain: [0, 100], grid: true },
      marks: [
        Plot.rectY(filled, { x1: 'low', x2: 'high', y1: 'top', y2: 100, fill: 'currentColor', fillOpacity: 0.15 }),
        Plot.rectY(filled, { x1: 'low', x2: 'high', y: 'accuracy', fill: 'var(--blue, #0072b2)', fillOpacity: 0.75 }),
        Plot.line([{ at: 0 }, { at: 100 }], { x: 'at', y: 'at', strokeDasharray: '4 3' }),
      ],
    },
  );
}

/** Diagrams side by side, with what has to be known to read them. */
export function reliabilityFigures(diagrams: readonly ReliabilityDiagram[]): Html {
  return html`<div class="side-by-side">${diagrams.map(
    (diagram) => html`
<figure class="reliability"><figcaption><b>${diagram.title}</b></figcaption>
${new Html(reliabilitySvg(diagram))}</figure>`,
  )}</div>
<p class="note">Test images by the probability of the predicted class. Blue: how many of a bin are right; the line across is
perfect, bars below it are too sure, above it not sure enough. Gray, from above: the share of all images in the bin; a bin of few says little.</p>`;
}
