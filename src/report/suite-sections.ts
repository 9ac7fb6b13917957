/** What the suites found, as sections of a page: of one network, or of the methods of an experiment side by side. */
import { bandOf, type Html, html, type LineChart } from '../charts/index.ts';
import { localizationTables } from './localization-tables.ts';
import { type MeasuredRow, rowsOf, type SuiteRow } from './measured-rows.ts';
import { oodTables } from './ood-tables.ts';
import { ownSuiteTables } from './own-suites.ts';
import type { Section } from './page.ts';
import { attackTable, sweepNotes, sweeps, sweepTables } from './robustness-tables.ts';
import { chartFigures } from './row-charts.ts';
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
    ...ownSuiteTables(rows).map((table) => ({ heading: table.title, content: tableHtml(table) })),
  ];
}

/** Every table of every suite but accuracy, for those who have no page. */
export function suiteTables(rows: readonly MeasuredRow[]): TitledTable[] {
  const attacks = attackTable(rows);
  return [
    ...localizationTables(rows),
    ...(attacks ? [attacks] : []),
    ...sweepTables(rows),
    ...oodTables(rows),
    ...ownSuiteTables(rows),
  ];
}

const titled = (table: TitledTable): Html => html`<h3>${table.title}</h3>\n${tableHtml(table)}`;

function localized(tables: readonly TitledTable[], rows: readonly MeasuredRow[], pictures: Html | undefined): Html {
  return html`${tables.map(titled)}
<h3>Boxes with IoU of at least 0.5 over the threshold</h3>
${chartFigures(rowsOf('localization', rows), (group) => [thresholdChart(group)])}
${pictures}`;
}

/** The share of images whose box is right, over the threshold. */
export function thresholdChart(rows: readonly SuiteRow<'localization'>[]): LineChart {
  return {
    title: 'Percent of images with a right box, over the threshold',
    x: { label: 'Threshold, of the maximum of the map' },
    y: { label: 'Images (%)' },
    series: rows.map(({ title, results }) => ({
      title,
      points: bandOf(
        results.map(({ swept }) => swept.curve.map(({ threshold, share }) => ({ at: threshold, value: 100 * share }))),
      ),
    })),
  };
}

function robustness(attacks: TitledTable, rows: readonly MeasuredRow[]): Html {
  const swept = rowsOf('robustness', rows);
  return html`${titled(attacks)}
<h3>Under occlusion and between two images</h3>
${chartFigures(swept, sweepCharts)}
<p class="note">${sweepNotes.occlusion} ${sweepNotes.inBetween}${
    swept.some(({ results }) => results.length > 1)
      ? ' Lines are means over the seeds, bands reach from the lowest to the highest seed.'
      : ''
  }</p>
<details><summary>The curves as numbers</summary>${sweepTables(rows).map((table) => titled({ ...table, notes: [] }))}</details>`;
}

/** The error over how much of the images was changed: a chart for each way of changing them. */
export function sweepCharts(rows: readonly SuiteRow<'robustness'>[]): LineChart[] {
  return [...sweeps.occlusion, ...sweeps.inBetween].map(({ title, at: label, points }) => ({
    title: `${title}, error in percent`,
    x: { label },
    y: { label: `Error (%): ${title}`, domain: [0, 100] },
    series: rows.map((row) => ({
      title: row.title,
      points: bandOf(
        row.results.map((result) => points(result).map(({ at, error }) => ({ at: 100 * at, value: 100 * error }))),
      ),
    })),
  }));
}
