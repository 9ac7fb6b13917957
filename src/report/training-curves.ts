/** Loss and error over the epochs, baseline against each method: figure 2 of the paper. */

import { type BandPoint, bandOf, type Curve, curveFigures, plotCurves } from '../charts/curves.ts';
import type { ExperimentResult, RowResult } from '../recipes/index.ts';
import type { EpochRecord } from '../runs/index.ts';
import { type Html, html } from './html.ts';

export type CurveMeasure = 'trainLoss' | 'valLoss' | 'top1Error';

const measures: Record<CurveMeasure, { label: string; scale: number }> = {
  trainLoss: { label: 'Training loss', scale: 1 },
  valLoss: { label: 'Test loss', scale: 1 },
  top1Error: { label: 'Test top-1 error (%)', scale: 100 },
};

/**
 * One plot as the text of an SVG element: for each row the mean over its seeds, and a band from their lowest to their
 * highest value.
 *
 * @param rows at most six; the first is drawn in the color of the text
 */
export function curvesSvg(rows: readonly RowResult[], measure: CurveMeasure): string {
  const { label } = measures[measure];
  const curves = rows.map(({ title, runs }) => ({ title, points: curve({ runs }, measure) }));
  const ends = curves.map(
    ({ title, points }) => `${title} ends at ${points.at(-1)?.mean.toFixed(2) ?? 'no finite value'}`,
  );
  return plotCurves(curves, {
    x: { label: 'Epoch', ticks: epochTicks(rows), tickFormat: 'd' },
    y: { label, domain: shownRange(curves) },
    spoken: `${label} over the epochs: ${ends.join('; ')}`,
  });
}

/** A measure of each epoch, over the seeds that had it; a loss that is not finite has no place in a plot. */
export function curve({ runs }: Pick<RowResult, 'runs'>, measure: CurveMeasure): BandPoint[] {
  const { scale } = measures[measure];
  const points = (epochs: readonly EpochRecord[]) =>
    epochs.map((record) => ({ at: record.epoch, value: record[measure] * scale }));
  return bandOf(runs.map(({ epochs }) => points(epochs).filter(({ value }) => Number.isFinite(value))));
}

/**
 * The values that a plot shows; undefined for all of them. A loss may be many times higher in its first epochs, a tenth of
 * them, than ever after, and would press all that is worth seeing against the axis: such a peak is drawn at the upper edge.
 */
export function shownRange(curves: readonly Curve[]): readonly [low: number, high: number] | undefined {
  const highest = (points: readonly BandPoint[]) => Math.max(0, ...points.map(({ high }) => high));
  const peak = highest(curves.flatMap(({ points }) => points));
  const later = highest(curves.flatMap(({ points }) => points.filter(({ at }) => at > points.at(-1)!.at / 10)));
  return later > 0 && peak > 2 * later ? [0, 1.1 * later] : undefined;
}

/** Whole epochs only, about eight of them. */
function epochTicks(rows: readonly RowResult[]): number[] {
  const epochs = Math.max(...rows.flatMap(({ runs }) => runs.map((run) => run.epochs.length)));
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((candidate) => epochs / candidate <= 8) ?? Math.ceil(epochs / 8);
  return Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) => epochs <= 8 || epoch % step === 0);
}

/** The curves of all rows: in one picture where they can be told apart, else each method against its baseline. */
export function trainingCurves({ rows }: Pick<ExperimentResult, 'rows'>): Html {
  const drawn = rows.map((row) => ({ ...row, baseline: row.paired?.baseline }));
  const plots = (['trainLoss', 'valLoss', 'top1Error'] as const).map(
    (measure) => (group: readonly RowResult[]) => curvesSvg(group, measure),
  );
  return html`${curveFigures(drawn, plots)}
<p class="note">Lines are means over the seeds, bands reach from the lowest to the highest seed. The training loss is that of
each method's own images and labels: where these are mixed or smoothed it stays higher, and says nothing of the test error.</p>`;
}
