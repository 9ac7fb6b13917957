/** Loss and error over the epochs, baseline against each method: figure 2 of the paper. */
import { bandOf, type Html, html, type LineChart, wholeTicks, withoutFirstPeak } from '../charts/index.ts';
import type { ExperimentResult, RowResult } from '../experiments/index.ts';
import type { EpochRecord } from '../runs/index.ts';
import { chosenOn } from './results-table.ts';
import { chartFigures } from './row-charts.ts';

/** What is drawn of each epoch, and of which images it is. */
function measuresOf(rows: readonly RowResult[]): { label: string; of: (record: EpochRecord) => number | undefined }[] {
  const names = { validation: 'Validation', test: 'Test', either: 'Held-out' };
  const images = names[chosenOn(rows) ?? 'either'];
  const percent = (fraction: number | undefined) => fraction && 100 * fraction;
  return [
    { label: 'Training loss', of: ({ trainLoss }) => trainLoss },
    { label: `${images} loss`, of: ({ scores }) => scores.valLoss },
    { label: `${images} top-1 error (%)`, of: ({ scores }) => percent(scores.top1Error) },
  ];
}

/** A chart for each measure: of each row the mean over its seeds, and a band from their lowest to their highest value. */
export function trainingCharts(rows: readonly RowResult[]): LineChart[] {
  const epochs = Math.max(...rows.flatMap(({ runs }) => runs.map((run) => run.epochs.length)));
  return measuresOf(rows).map(({ label, of }) => {
    const series = rows.map(({ title, runs }) => ({
      title,
      points: bandOf(runs.map((run) => run.epochs.map((record) => ({ at: record.epoch, value: of(record) ?? NaN })))),
    }));
    return {
      title: `${label} over the epochs`,
      x: { label: 'Epoch', ticks: wholeTicks(epochs) },
      y: { label, domain: withoutFirstPeak(series) },
      series,
    };
  });
}

/** The curves of all rows: in one figure where they can be told apart, else each method against its baseline. */
export function trainingCurves({ rows }: Pick<ExperimentResult, 'rows'>): Html {
  const drawn = rows.map((row) => ({ ...row, baseline: row.paired?.baseline }));
  return html`${chartFigures(drawn, trainingCharts)}
<p class="note">Lines are means over the seeds, bands reach from the lowest to the highest seed. The training loss is that of
each method's own images and labels: where these are mixed or smoothed it stays higher, and says nothing of the test error.</p>`;
}
