import type { ExperimentResult, RowResult, RunResult } from '../recipes/index.ts';

const columns: readonly [heading: string, cell: (row: RowResult, run: RunResult) => string | number | undefined][] = [
  ['row', ({ row }) => row],
  ['title', ({ title }) => title],
  ['model', ({ model }) => model],
  ['mix', ({ mix }) => mix.join(' ')],
  ['regularize', ({ regularize }) => regularize.join(' ')],
  ['labelSmoothing', ({ labelSmoothing }) => labelSmoothing],
  ['seed', (_, { seed }) => seed],
  ['epochs', (_, { epochs }) => epochs.length],
  ['lastTop1Error', (_, { last }) => last.top1Error],
  ['lastTop5Error', (_, { last }) => last.top5Error],
  ['bestEpoch', (_, { best }) => best.epoch],
  ['bestTop1Error', (_, { best }) => best.top1Error],
  ['bestTop5Error', (_, { best }) => best.top5Error],
  ['calibrationError', (_, { calibrationError }) => calibrationError],
  ['publishedTop1Error', ({ published }) => published?.top1Error],
  ['publishedTop5Error', ({ published }) => published?.top5Error],
  ['run', (_, { run }) => run],
];

/** One line for each run, as RFC 4180 has it, with a line of headings. Errors are fractions, not rounded. */
export function resultsCsv({ rows }: Pick<ExperimentResult, 'rows'>): string {
  const lines = rows.flatMap((row) => row.runs.map((run) => columns.map(([, cell]) => cell(row, run) ?? '')));
  const headings = columns.map(([heading]) => heading);
  return [headings, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
