/** Lines with the spread of the seeds: as plain data, as SVG, and as figures of a page. */
import * as Plot from '@observablehq/plot';
import { Html, html } from './html.ts';
import { mostSeries, type Stroke, strokeOf } from './look.ts';
import { svgText } from './svg.ts';

/** A place of the x axis: the mean over the seeds that have a value there, and the lowest and the highest of them. */
export interface BandPoint {
  at: number;
  mean: number;
  low: number;
  high: number;
}

/** A line, and the band around it. */
export interface Series {
  title: string;
  points: readonly BandPoint[];
}

export interface Axis {
  label: string;
  /** Values beyond it are drawn at the edge. Default: all that there are. */
  domain?: readonly [low: number, high: number] | undefined;
  /** Default: round numbers. */
  ticks?: readonly number[] | undefined;
}

/** Anything JSON can say: kept, sent, and drawn wherever it arrives. */
export interface LineChart {
  title: string;
  x: Axis;
  y: Axis;
  /** At most {@link mostSeries}; the first is drawn in the color of the text. */
  series: readonly Series[];
}

/**
 * The mean, the lowest and the highest value at each place, of seeds that need not have the same places. A value that is not
 * finite has no place in a chart.
 */
export function bandOf(seeds: readonly (readonly { at: number; value: number }[])[]): BandPoint[] {
  const byPlace = new Map<number, number[]>();
  for (const { at, value } of seeds.flat()) {
    if (Number.isFinite(value)) byPlace.set(at, [...(byPlace.get(at) ?? []), value]);
  }
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
 * The domain of an axis that does without a first peak; undefined where there is none. A loss may be many times higher in its
 * first epochs, a tenth of them, than ever after, and would press all that is worth seeing against the axis.
 */
export function withoutFirstPeak(series: readonly Series[]): [low: number, high: number] | undefined {
  const highest = (points: readonly BandPoint[]) => Math.max(0, ...points.map(({ high }) => high));
  const peak = highest(series.flatMap(({ points }) => points));
  const afterTenth = (points: readonly BandPoint[]) => {
    const end = points.at(-1)?.at ?? 0;
    return points.filter(({ at }) => at > end / 10);
  };
  const later = highest(series.flatMap(({ points }) => afterTenth(points)));
  return later > 0 && peak > 2 * later ? [0, 1.1 * later] : undefined;
}

/** About eight whole numbers of 1 .. last. */
export function wholeTicks(last: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((candidate) => last / candidate <= 8) ?? Math.ceil(last / 8);
  return Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
}

/**
 * A chart as the text of an SVG element, whose name says where each line begins, ends, and how far it reaches.
 *
 * @throws where there are more series than can be told apart
 */
export function lineChartSvg({ title, x, y, series }: LineChart): string {
  if (series.length > mostSeries) {
    throw new Error(`line chart: expected at most ${mostSeries} series, got ${series.length}; draw several charts`);
  }
  const points = series.flatMap((one) => one.points);
  const xDomain = x.domain ?? aroundOne(points.map(({ at }) => at));
  const yDomain = y.domain ?? aroundOne(points.flatMap(({ low, high }) => [low, high]));
  return svgText(`${title}: ${series.map(inWords).join('; ')}`, {
    ...{ width: 400, height: 260, marginLeft: 50, marginBottom: 38 },
    x: axisOptions({ ...x, domain: xDomain }),
    y: { ...axisOptions({ ...y, domain: yDomain }), grid: true },
    marks: series.flatMap(({ points }, i) => [
      Plot.areaY(points, { x: 'at', y1: 'low', y2: 'high', fill: strokeOf(i).stroke, fillOpacity: 0.15 }),
      Plot.lineY(points, { x: 'at', y: 'mean', ...strokeOf(i), strokeWidth: 1.8 }),
      // A single point has no line.
      ...(points.length === 1 ? [Plot.dot(points, { x: 'at', y: 'mean', stroke: strokeOf(i).stroke })] : []),
    ]),
  });
}

/** A domain around values that are all the same, which have no extent; undefined for others. */
function aroundOne(values: readonly number[]): [low: number, high: number] | undefined {
  const [value] = values;
  if (value === undefined || values.some((other) => other !== value)) return undefined;
  const reach = Math.abs(value) / 2 || 1;
  return [value - reach, value + reach];
}

function axisOptions({ label, domain, ticks }: Axis): Plot.ScaleOptions {
  return {
    label,
    ...(domain ? { domain, clamp: true } : { nice: ticks === undefined }),
    ...(ticks && { ticks, tickFormat: String }),
  };
}

function inWords({ title, points }: Series): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${title} has no finite value`;
  const short = (value: number) => String(Number(value.toPrecision(3)));
  const [lowest, highest] = [Math.min(...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high))];
  return `${title} from ${short(first.mean)} to ${short(last.mean)}, within ${short(lowest)} and ${short(highest)}`;
}

/** Charts of the same series side by side, with one key. */
export function lineChartFigure(charts: readonly LineChart[]): Html {
  const titles = charts[0]?.series.map(({ title }) => title) ?? [];
  const keys = titles.map((title, i) => html`<span class="key">${lineKey(strokeOf(i))} ${title}</span> `);
  return html`
<figure class="curves">
${keys.length > 1 ? html`<figcaption>${keys}</figcaption>` : undefined}
<div>${charts.map((chart) => new Html(lineChartSvg(chart)))}</div>
</figure>`;
}

const lineKey = ({ stroke, strokeDasharray }: Stroke): Html =>
  html`<svg width="28" height="10" aria-hidden="true"><path d="M0 5H28" stroke="${stroke}"
stroke-dasharray="${strokeDasharray}" stroke-width="2.5"/></svg>`;
