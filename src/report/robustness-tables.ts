import type { AttackResult, ErrorAt, RobustnessResult } from '../evaluate/index.ts';
import { type MeasuredRow, over, rowsOf, type SuiteRow } from './measured-rows.ts';
import { percent } from './number-texts.ts';
import { type Column, type TitledTable, tableOf } from './table.ts';

type Row = SuiteRow<'robustness'>;

/** `8/255`, or three digits where it is no whole number of gray levels. */
export function epsilonText(epsilon: number): string {
  const levels = 255 * epsilon;
  return Math.abs(levels - Math.round(levels)) < 1e-6
    ? `${Math.round(levels)}/255`
    : String(Number(epsilon.toPrecision(3)));
}

/** `FGSM 8/255`. */
export const attackTitle = ({ name, epsilon }: Pick<AttackResult, 'name' | 'epsilon'>): string =>
  `${name} ${epsilonText(epsilon)}`;

/** The attacks that were made on these rows' networks, each once. */
export function attackTitles(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ results }) => results.flatMap(({ attacks }) => attacks.map(attackTitle))))];
}

/** The top-1 error under an attack of that title, in words. */
export function errorUnder(title: string, { results }: Row): string {
  return over(results, ({ attacks }) => attacks.find((one) => attackTitle(one) === title)?.top1Error);
}

/** Errors under attack; undefined where nothing was attacked. */
export function attackTable(rows: readonly MeasuredRow[]): TitledTable | undefined {
  const attacked = rowsOf('robustness', rows);
  const [first] = attacked.flatMap(({ results }) => results);
  if (first === undefined) return undefined;
  const columns: Column<Row>[] = [
    { heading: 'No attack', cell: ({ results }) => over(results, ({ top1Error }) => top1Error) },
    ...attackTitles(attacked).map((title) => ({ heading: title, cell: (row: Row) => errorUnder(title, row) })),
  ];
  const printed = attacked.some(({ published }) => published?.fgsmTop1Accuracy !== undefined);
  if (printed) columns.push({ heading: 'Paper: FGSM 8/255', cell: ({ published }) => publishedError(published) });
  return {
    title: 'Top-1 error under attack',
    ...tableOf(attacked, columns, { subject: 'Network' }),
    notes: [
      `${first.images.toLocaleString('en-US')} images. Errors in percent, lower is better.`,
      'White box; the number is the largest change of a pixel, of 0..1. FGSM takes one step; PGD takes several, and is stronger.',
      ...(printed ? ['Paper: Table 11, ImageNet; it prints accuracies.'] : []),
    ],
  };
}

function publishedError(published: MeasuredRow['published']): string {
  return published?.fgsmTop1Accuracy === undefined ? '' : percent(1 - published.fgsmTop1Accuracy);
}

/** A curve of the suite: how a page and a table call it, and where it is. */
export interface Sweep {
  title: string;
  /** What `at` is. */
  at: string;
  points: (result: RobustnessResult) => readonly ErrorAt[];
}

const hole = 'Side of the square, of the image (%)';
const share = 'Share of the first image (%)';

export const sweeps = {
  occlusion: [
    { title: 'Center occluded', at: hole, points: ({ occlusion }) => occlusion.center },
    { title: 'Boundary occluded', at: hole, points: ({ occlusion }) => occlusion.boundary },
  ],
  inBetween: [
    { title: 'MixUp of two images', at: share, points: ({ inBetween }) => inBetween.mixup },
    { title: 'CutMix of two images', at: share, points: ({ inBetween }) => inBetween.cutmix },
  ],
} satisfies Record<string, [Sweep, ...Sweep[]]>;

export const sweepNotes = {
  occlusion:
    'Occlusion: the square is emptied in the middle of the image (center), or everything but the square (boundary). Side 0 of the first and 100 of the second are the images as they are.',
  inBetween:
    'In between: two images mixed, and the error is how often neither of the two classes is predicted. At 0 and 100 one image is there alone, but either class counts.',
};

/** The curves as numbers, a table for each thing that is swept; none where nothing was swept. */
export function sweepTables(rows: readonly MeasuredRow[]): TitledTable[] {
  const swept = rowsOf('robustness', rows);
  const [first] = swept;
  if (first === undefined) return [];
  const table = (title: string, kinds: readonly [Sweep, ...Sweep[]], note: string): TitledTable => ({
    title,
    subject: kinds[0].at,
    headings: kinds[0].points(first.results[0]).map(({ at }) => String(Number((100 * at).toFixed(1)))),
    lines: swept.flatMap((row) =>
      kinds.map((kind) => ({
        title: swept.length === 1 ? kind.title : `${row.title}: ${kind.title}`,
        cells: kind.points(row.results[0]).map((_, i) => meanPercent(row.results.map((one) => kind.points(one)[i]!))),
      })),
    ),
    notes: [note],
  });
  return [
    table('Top-1 error (%) under occlusion', sweeps.occlusion, sweepNotes.occlusion),
    table('Error (%) between two images', sweeps.inBetween, sweepNotes.inBetween),
  ];
}

/** One digit and no spread: many stand in a line, and the curves have both. */
function meanPercent(points: readonly ErrorAt[]): string {
  return ((100 * points.reduce((sum, { error }) => sum + error, 0)) / points.length).toFixed(1);
}
