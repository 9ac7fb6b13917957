/** What the suites found, as sections of a page: of one network, or of the methods of an experiment side by side. */
import { bandOf, curveFigures, plotCurves } from '../charts/curves.ts';
import { type Html, html } from './html.ts';
import { localizationTables } from './localization-tables.ts';
import { type MeasuredRow, rowsOf, type SuiteRow } from './measured-rows.ts';
import { oodTables } from './ood-tables.ts';
import type { Section } from './page.ts';
import { attackTable, type Sweep, sweepNotes, sweeps, sweepTables } from './robustness-tables.ts';
import { type TitledTable, tableHtml } from './table.ts';

/**
 * A section for each suite that measured any of the rows, but for accuracy.
 *
 * @param pictures of what was localized, where there are any
 */
export function suiteSections(rows: readonly MeasuredRow[], pictures?: Html): Section[] {
  const [localization, attacks, ood] = [localizationTables(rows), attackTable(rows), oodTables(rows)];
  return [
    ...(localization.length > 0 ? [{ heading: 'Localization', content: localized(localization, rows, pictures) }] : []),
    ...(attacks ? [{ heading: 'Robustness', content: robustness(attacks, rows) }] : []),
    ...(ood.length > 0 ? [{ heading: 'Out of distribution', content: html`${ood.map(titled)}` }] : []),
  ];
}

const titled = (table: TitledTable): Html => html`<h3>${table.title}</h3>\n${tableHtml(table)}`;

function localized(tables: readonly TitledTable[], rows: readonly MeasuredRow[], pictures: Html | undefined): Html {
  return html`${tables.map(titled)}
<h3>Boxes with IoU of at least 0.5 over the threshold</h3>
${curveFigures(rowsOf('localization', rows), [sharesOverThreshold])}
${pictures}`;
}

function sharesOverThreshold(rows: readonly SuiteRow<'localization'>[]): string {
  const curves = rows.map(({ title, results }) => ({
    title,
    points: bandOf(
      results.map(({ swept }) => swept.curve.map(({ threshold, share }) => ({ at: threshold, value: 100 * share }))),
    ),
  }));
  const best = curves.map(
    ({ title, points }) => `${title} reaches ${Math.max(...points.map(({ mean }) => mean)).toFixed(1)}`,
  );
  return plotCurves(curves, {
    x: { label: 'Threshold, of the maximum of the map' },
    y: { label: 'Images (%)' },
    spoken: `Percent of images over the threshold: ${best.join('; ')}`,
  });
}

function robustness(attacks: TitledTable, rows: readonly MeasuredRow[]): Html {
  const swept = rowsOf('robustness', rows);
  return html`${titled(attacks)}
<h3>Under occlusion and between two images</h3>
${curveFigures(swept, [...sweeps.occlusion, ...sweeps.inBetween].map(sweepPlot))}
<p class="note">${sweepNotes.occlusion} ${sweepNotes.inBetween}${
    swept.some(({ results }) => results.length > 1)
      ? ' Lines are means over the seeds, bands reach from the lowest to the highest seed.'
      : ''
  }</p>
<details><summary>The curves as numbers</summary>${sweepTables(rows).map((table) => titled({ ...table, notes: [] }))}</details>`;
}

const sweepPlot =
  ({ title, at, points }: Sweep) =>
  (rows: readonly SuiteRow<'robustness'>[]): string => {
    const curves = rows.map((row) => ({
      title: row.title,
      points: bandOf(
        row.results.map((one) => points(one).map((point) => ({ at: 100 * point.at, value: 100 * point.error }))),
      ),
    }));
    const ends = curves.map(
      (curve) => `${curve.title} from ${curve.points[0]!.mean.toFixed(1)} to ${curve.points.at(-1)!.mean.toFixed(1)}`,
    );
    return plotCurves(curves, {
      x: { label: at },
      y: { label: `Error (%): ${title}`, domain: [0, 100] },
      spoken: `${title}, error in percent: ${ends.join('; ')}`,
    });
  };
