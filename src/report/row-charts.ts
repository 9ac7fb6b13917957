import { type Html, html, type LineChart, lineChartFigure, mostSeries } from '../charts/index.ts';

/** What decides in which charts a row is drawn. */
interface ChartRow {
  row: string;
  /** The row that it is compared with. */
  baseline?: string | undefined;
}

/**
 * Figures of one or more charts: all rows in one figure where they can be told apart, else one for each method beside its
 * baseline, and for each row that has none and is none.
 */
export function chartFigures<Row extends ChartRow>(
  rows: readonly Row[],
  chartsOf: (rows: readonly Row[]) => LineChart[],
): Html {
  const groups = rows.length <= mostSeries ? [rows] : pairs(rows);
  return html`${groups.map((group) => lineChartFigure(chartsOf(group)))}`;
}

function pairs<Row extends ChartRow>(rows: readonly Row[]): Row[][] {
  const baselines = new Set(rows.map(({ baseline }) => baseline));
  return rows.flatMap((row) => {
    const baseline = rows.find((other) => other.row === row.baseline);
    if (baseline) return [[baseline, row]];
    return baselines.has(row.row) ? [] : [[row]];
  });
}
