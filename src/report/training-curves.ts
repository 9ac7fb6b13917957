/** Loss and error over the epochs, baseline against each method: figure 2 of the paper. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ExperimentResult, RowResult } from '../recipes/index.ts';
import { Html, html } from './html.ts';

export type CurveMeasure = 'trainLoss' | 'valLoss' | 'top1Error';

const measures: Record<CurveMeasure, { label: string; scale: number }> = {
  trainLoss: { label: 'Training loss', scale: 1 },
  valLoss: { label: 'Test loss', scale: 1 },
  top1Error: { label: 'Test top-1 error (%)', scale: 100 },
};

/** Okabe and Ito's colours, which colour-blind people can tell apart; dashes tell lines apart without any colour. */
const strokes = [
  { stroke: 'currentColor', strokeDasharray: '' },
  { stroke: 'var(--blue, #0072b2)', strokeDasharray: '7 2' },
  { stroke: 'var(--vermillion, #d55e00)', strokeDasharray: '' },
  { stroke: 'var(--green, #009e73)', strokeDasharray: '4 2' },
  { stroke: 'var(--purple, #cc79a7)', strokeDasharray: '8 2 2 2' },
  { stroke: 'var(--orange, #e69f00)', strokeDasharray: '2 2' },
];

/** Lines that can still be told apart in one picture. */
const mostLines = strokes.length;

/**
 * One plot as the text of an SVG element: for each row the mean over its seeds, and a band from their lowest to their
 * highest value.
 *
 * @param rows at most six; the first is drawn in the colour of the text
 */
export function curvesSvg(rows: readonly RowResult[], measure: CurveMeasure): string {
  const { label, scale } = measures[measure];
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({
    document,
    width: 460,
    height: 280,
    marginLeft: 48,
    style: { background: 'none' },
    x: { label: 'Epoch', ticks: epochTicks(rows), tickFormat: 'd' },
    y: { label, grid: true, nice: true },
    marks: rows.flatMap((row, i) => {
      const points = curve(row, measure, scale);
      const line = { x: 'epoch', y: 'mean', ...strokes[i]!, strokeWidth: 1.8 };
      return [
        Plot.areaY(points, { x: 'epoch', y1: 'low', y2: 'high', fill: strokes[i]!.stroke, fillOpacity: 0.15 }),
        Plot.lineY(points, line),
        // A run of one epoch has no line.
        ...(points.length === 1 ? [Plot.dot(points, { x: 'epoch', y: 'mean', stroke: strokes[i]!.stroke })] : []),
      ];
    }),
  });
  const spoken = `${label} over the epochs: ${rows.map((row) => finalText(row, measure)).join('; ')}`;
  // Not by Plot's own option: linkedom leaves < in attributes as it is, which XML does not allow.
  const opening = html`<svg role="img" aria-label="${spoken}"`.markup;
  return svg.outerHTML.replace('<svg', () => opening);
}

interface CurvePoint {
  epoch: number;
  mean: number;
  low: number;
  high: number;
}

/** The mean, the lowest and the highest value of each epoch, over the seeds that had it. */
export function curve({ runs }: Pick<RowResult, 'runs'>, measure: CurveMeasure, scale = 1): CurvePoint[] {
  const byEpoch = new Map<number, number[]>();
  for (const record of runs.flatMap(({ epochs }) => epochs)) {
    byEpoch.set(record.epoch, [...(byEpoch.get(record.epoch) ?? []), record[measure] * scale]);
  }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, values]) => ({
      epoch,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
    }));
}

function finalText(row: RowResult, measure: CurveMeasure): string {
  const { scale } = measures[measure];
  return `${row.title} ends at ${curve(row, measure, scale).at(-1)!.mean.toFixed(2)}`;
}

/** Whole epochs only, about eight of them. */
function epochTicks(rows: readonly RowResult[]): number[] {
  const epochs = Math.max(...rows.flatMap(({ runs }) => runs.map((run) => run.epochs.length)));
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((candidate) => epochs / candidate <= 8) ?? Math.ceil(epochs / 8);
  return Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) => epochs <= 8 || epoch % step === 0);
}

/** The curves of all rows: in one picture where they can be told apart, else each method against its baseline. */
export function trainingCurves({ rows }: Pick<ExperimentResult, 'rows'>): Html {
  const groups = rows.length <= mostLines ? [rows] : pairs(rows);
  return html`${groups.map(
    (group) => html`
<figure class="curves">
<figcaption>${group.map(({ title }, i) => html`<span class="key">${key(strokes[i]!)} ${title}</span> `)}</figcaption>
<div>${(['trainLoss', 'valLoss', 'top1Error'] as const).map((measure) => new Html(curvesSvg(group, measure)))}</div>
</figure>`,
  )}
<p class="note">Lines are means over the seeds, bands reach from the lowest to the highest seed. The training loss is that of
each method's own images and labels: where these are mixed or smoothed it stays higher, and says nothing of the test error.</p>`;
}

function pairs(rows: readonly RowResult[]): RowResult[][] {
  return rows.flatMap((row) => {
    const baseline = rows.find((other) => other.row === row.paired?.baseline);
    return baseline ? [[baseline, row]] : [];
  });
}

function key({ stroke, strokeDasharray }: (typeof strokes)[number]): Html {
  return html`<svg width="28" height="10" aria-hidden="true"><path d="M0 5H28" stroke="${stroke}"
stroke-dasharray="${strokeDasharray}" stroke-width="2.5"/></svg>`;
}
