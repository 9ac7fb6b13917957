/** Plots of lines with the spread of the seeds: one line a method, in the same colors and dashes everywhere. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html, html } from '../report/html.ts';

/** Okabe and Ito's colors, which color-blind people can tell apart; dashes tell lines apart without any color. */
export const strokes = [
  { stroke: 'currentColor', strokeDasharray: '' },
  { stroke: 'var(--blue, #0072b2)', strokeDasharray: '7 2' },
  { stroke: 'var(--vermillion, #d55e00)', strokeDasharray: '' },
  { stroke: 'var(--green, #009e73)', strokeDasharray: '4 2' },
  { stroke: 'var(--purple, #cc79a7)', strokeDasharray: '8 2 2 2' },
  { stroke: 'var(--orange, #e69f00)', strokeDasharray: '2 2' },
];

/** Lines that can still be told apart in one picture. */
const mostLines = strokes.length;

/** One seed's value at a place of the x axis. */
export interface Point {
  at: number;
  value: number;
}

/** Over the seeds that have a value there. */
export interface BandPoint {
  at: number;
  mean: number;
  low: number;
  high: number;
}

/** A line of a plot. */
export interface Curve {
  title: string;
  points: readonly BandPoint[];
}

export interface CurvesOptions {
  x: { label: string; ticks?: readonly number[]; tickFormat?: string };
  /** What lies outside a domain is drawn at the plot's edge. */
  y: { label: string; domain?: readonly [low: number, high: number] | undefined };
  /** What a screen reader says. */
  spoken: string;
}

/** The mean, the lowest and the highest value at each place, of curves that need not have the same places. */
export function bandOf(curves: readonly (readonly Point[])[]): BandPoint[] {
  const byPlace = new Map<number, number[]>();
  for (const { at, value } of curves.flat()) byPlace.set(at, [...(byPlace.get(at) ?? []), value]);
  return [...byPlace]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => ({
      at,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
    }));
}

/**
 * One plot as the text of an SVG element: for each curve its mean, and a band from the lowest to the highest seed.
 *
 * @param curves at most six; the first is drawn in the color of the text
 */
export function plotCurves(curves: readonly Curve[], { x, y: { label, domain }, spoken }: CurvesOptions): string {
  return svgText(spoken, {
    ...{ width: 460, height: 280, marginLeft: 48 },
    x,
    y: { label, ...(domain ? { domain, clamp: true } : { nice: true }), grid: true },
    marks: curves.flatMap(({ points }, i) => {
      const { stroke } = strokes[i]!;
      return [
        Plot.areaY(points, { x: 'at', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15 }),
        Plot.lineY(points, { x: 'at', y: 'mean', ...strokes[i]!, strokeWidth: 1.8 }),
        // A single point has no line.
        ...(points.length === 1 ? [Plot.dot(points, { x: 'at', y: 'mean', stroke })] : []),
      ];
    }),
  });
}

/** A plot as the text of an SVG element with a name. */
export function svgText(spoken: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ ...options, document, style: { background: 'none' } });
  // Not by Plot's own option: linkedom leaves < in attributes as it is, which XML does not allow.
  const opening = html`<svg role="img" aria-label="${spoken}"`.markup;
  return svg.outerHTML.replace('<svg', () => opening);
}

/** What decides in which pictures a row is drawn. */
export interface CurveRow {
  row: string;
  title: string;
  /** The row that it is compared with. */
  baseline?: string | undefined;
}

/**
 * Figures of one or more plots with a key: all rows in one figure where they can be told apart, else one for each method
 * beside its baseline, and for each row that has none and is none.
 *
 * @param plots each draws a plot of some of the rows, as the text of an SVG element
 */
export function curveFigures<Row extends CurveRow>(
  rows: readonly Row[],
  plots: readonly ((rows: readonly Row[]) => string)[],
): Html {
  const groups = rows.length <= mostLines ? [rows] : pairs(rows);
  return html`${groups.map(
    (group) => html`
<figure class="curves">
${group.length > 1 ? keys(group) : undefined}
<div>${plots.map((plot) => new Html(plot(group)))}</div>
</figure>`,
  )}`;
}

function pairs<Row extends CurveRow>(rows: readonly Row[]): Row[][] {
  const baselines = new Set(rows.map(({ baseline }) => baseline));
  return rows.flatMap((row) => {
    const baseline = rows.find((other) => other.row === row.baseline);
    if (baseline) return [[baseline, row]];
    return baselines.has(row.row) ? [] : [[row]];
  });
}

/** Which line is which. */
export function keys(rows: readonly { title: string }[]): Html {
  const line = ({
    stroke,
    strokeDasharray,
  }: (typeof strokes)[number]) => html`<svg width="28" height="10" aria-hidden="true"><path d="M0 5H28" stroke="${stroke}"
stroke-dasharray="${strokeDasharray}" stroke-width="2.5"/></svg>`;
  return html`<figcaption>${rows.map(({ title }, i) => html`<span class="key">${line(strokes[i]!)} ${title}</span> `)}</figcaption>`;
}
