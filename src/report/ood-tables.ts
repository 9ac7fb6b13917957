/** Tables of the shape of the paper's Table A2: OOD sets down. */
import type { OodScoreName, OodScores } from '../evaluate/index.ts';
import { summarize } from '../metrics/index.ts';
import { type MeasuredRow, over, rowsOf, type SuiteRow } from './measured-rows.ts';
import type { Table, TitledTable } from './table.ts';

type Row = SuiteRow<'ood'>;
type Numbers = Pick<OodScores, 'tnrAtTpr95' | 'auroc' | 'detectionAccuracy'>;

const titles: Record<OodScoreName, string> = {
  'max-softmax': 'Out-of-distribution images told by the maximum softmax probability',
  energy: 'Out-of-distribution images told by the energy score (Liu et al. 2020)',
};
const measures = [
  { heading: 'TNR at 95 % TPR', of: ({ tnrAtTpr95 }: Numbers) => tnrAtTpr95 },
  { heading: 'AUROC', of: ({ auroc }: Numbers) => auroc },
  { heading: 'Detection accuracy', of: ({ detectionAccuracy }: Numbers) => detectionAccuracy },
];
const inWords = measures.map(({ heading }) => heading).join(' / ');

/** A table for each score; none where no OOD set was shown. */
export function oodTables(rows: readonly MeasuredRow[]): TitledTable[] {
  const shown = rowsOf('ood', rows);
  const [first] = shown.flatMap(({ results }) => results);
  if (first === undefined) return [];
  const notes = [
    ...(shown.length > 1 ? [`${inWords}${shown.some(isSeveral) ? ', means over the seeds' : ''}.`] : []),
    `${first.images.toLocaleString('en-US')} known images; percent, higher is better; chance has 5 / 50 / 50.`,
    ...new Set(shown.flatMap(({ results }) => results.flatMap(({ warnings }) => warnings.map(warned)))),
  ];
  return (Object.keys(titles) as OodScoreName[]).map((score) => ({
    title: titles[score],
    ...tableOfScore(shown, score),
    notes,
  }));
}

/** Such a set counts in the mean like any other. */
const warned = (sentence: string): string => `Warning, and the mean counts it all the same: ${sentence}`;

const isSeveral = ({ results }: Row): boolean => results.length > 1;

function tableOfScore(rows: readonly Row[], score: OodScoreName): Omit<Table, 'notes'> {
  const line = (title: string, numbersOf: (row: Row) => Numbers[]) => ({
    title,
    cells: rows.flatMap((row) => cells(numbersOf(row), rows.length === 1)),
  });
  const names = new Set(rows.flatMap(({ results }) => results.flatMap(({ sets }) => sets.map(({ name }) => name))));
  const lines = [
    ...[...names].map((name) =>
      line(name, ({ results }) =>
        results.flatMap(({ sets }) => sets.find((set) => set.name === name)?.scores[score] ?? []),
      ),
    ),
    line('Mean', ({ results }) => results.map(({ mean }) => mean[score])),
  ];
  if (score === 'max-softmax' && rows.some(({ published }) => published?.ood)) {
    lines.push(line('Paper: mean of its 7 sets (Table 12)', ({ published }) => [published?.ood ?? []].flat()));
  }
  const headings = rows.length === 1 ? measures.map(({ heading }) => heading) : rows.map(({ title }) => title);
  return { subject: 'OOD set', headings, lines };
}

/** Of the networks' numbers a cell for each measure, or where that is not `alone` in the table all in one cell. */
function cells(networks: readonly Numbers[], alone: boolean): string[] {
  if (alone) return measures.map(({ of }) => over(networks, of));
  const mean = ({ of }: (typeof measures)[number]) => (100 * summarize(networks.map(of)).mean).toFixed(1);
  return [networks.length === 0 ? '' : measures.map(mean).join(' / ')];
}
