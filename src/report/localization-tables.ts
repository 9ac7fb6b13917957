import { summarize } from '../metrics/index.ts';
import { type MeasuredRow, over, publishedLocalization, rowsOf, type SuiteRow } from './measured-rows.ts';
import { percent } from './number-texts.ts';
import { type Column, type TitledTable, tableOf } from './table.ts';

type Row = SuiteRow<'localization'>;

const methodNames = { cam: 'class activation maps', 'grad-cam': 'Grad-CAM' };

/** The two protocols' scores, each protocol with a table of its own; none where nothing was localized. */
export function localizationTables(rows: readonly MeasuredRow[]): TitledTable[] {
  const localized = rowsOf('localization', rows);
  const results = localized.flatMap((row) => row.results);
  const [first] = results;
  if (first === undefined) return [];
  const { fixed, images, withoutBox, method } = first;
  const counted = `${images.toLocaleString('en-US')} images with a ground-truth box${
    withoutBox > 0 ? `, ${withoutBox.toLocaleString('en-US')} without one left out` : ''
  }; ${methodNames[method]}. Percent of the images, higher is better.`;
  const printed = localized.some((row) => publishedLocalization(row) !== '');
  const paper = { heading: 'Paper: top-1 localization', cell: publishedLocalization };
  const floor = (...cells: string[]) => ({ title: 'Box in the middle', cells });
  // Where a part of the images was measured, each seed has its own.
  const center = (measure: keyof typeof first.centerBox) =>
    percent(summarize(results.map(({ centerBox }) => centerBox[measure])).mean);
  return [
    {
      title: `Localization at one fixed threshold, ${fixed.threshold} of the maximum: the CutMix paper's protocol`,
      ...withFloor(
        localized,
        [...fixedColumns, ...(printed ? [paper] : [])],
        floor('', center('gtKnownLocalization'), ''),
      ),
      notes: [
        counted,
        'Top-1 localization: class right and IoU above 0.5. GT-known: the map of the true class, whatever was predicted.',
        ...(printed ? ['Paper: Table 9.'] : []),
      ],
    },
    {
      title: 'Localization at the best of all thresholds: the protocol of Choe et al. 2020',
      ...withFloor(localized, sweptColumns(first), floor('', '', center('maxBoxAccuracyV2'))),
      notes: [
        'MaxBoxAcc: IoU of at least 0.5 at the threshold that is best for the network. V2: mean of the columns after it, boxes of all components counted.',
        "The paper's gain in localization vanished under this protocol in the measurements of Choe et al.: over networks and data sets, CutMix was 0.3 points below no mixing on average.",
      ],
    },
  ];
}

const fixedColumns: Column<Row>[] = [
  { heading: 'Top-1 localization', cell: ({ results }) => over(results, ({ fixed }) => fixed.top1Localization) },
  { heading: 'GT-known localization', cell: ({ results }) => over(results, ({ fixed }) => fixed.gtKnownLocalization) },
  { heading: 'Top-1 accuracy', cell: ({ results }) => over(results, ({ fixed }) => fixed.top1Accuracy) },
];

function sweptColumns({ swept }: Row['results'][number]): Column<Row>[] {
  return [
    { heading: 'MaxBoxAcc', cell: ({ results }) => over(results, (one) => one.swept.maxBoxAccuracy.share) },
    { heading: 'at threshold', cell: ({ results }) => thresholds(results) },
    { heading: 'MaxBoxAccV2', cell: ({ results }) => over(results, (one) => one.swept.maxBoxAccuracyV2) },
    ...swept.byIou.map(({ iou }) => ({
      heading: `IoU ${iou}`,
      cell: ({ results }: Row) =>
        over(results, (one) => one.swept.byIou.find((other) => other.iou === iou)?.best.share),
    })),
  ];
}

/** The lowest and the highest of the networks' best thresholds. */
function thresholds(results: Row['results']): string {
  const best = results.map(({ swept }) => swept.maxBoxAccuracy.threshold);
  const ends = [Math.min(...best), Math.max(...best)].map((threshold) => threshold.toFixed(2));
  return [...new Set(ends)].join('–');
}

/** The table of the rows with the line of what needs no network below. */
function withFloor(rows: readonly Row[], columns: readonly Column<Row>[], floor: { title: string; cells: string[] }) {
  const table = tableOf(rows, columns, { subject: 'Network' });
  const empty = columns.slice(floor.cells.length).map(() => '');
  return { ...table, lines: [...table.lines, { ...floor, cells: [...floor.cells, ...empty] }] };
}
