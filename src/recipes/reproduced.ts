/** What has been reproduced of the tables: a JSON file that `reproduce --record` writes and `recipes` reads. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ExperimentResult, LastAndBest } from '../experiments/index.ts';
import { readRegularFile, writeFileAtomically } from '../files/index.ts';
import { type Summary, summarize } from '../metrics/index.ts';
import type { Budget } from './recipe.ts';

const summary = z.strictObject({ count: z.int(), mean: z.number(), standardDeviation: z.number().nullable() });

const reproducedRow = z.strictObject({
  table: z.string(),
  row: z.string(),
  budget: z.enum(['small', 'full']),
  data: z.string(),
  model: z.string(),
  training: z.string(),
  differences: z.array(z.string()),
  /** Over the seeds; fractions. */
  top1: z.strictObject({ last: summary, best: summary }),
  top5: z.strictObject({ last: summary, best: summary }),
  /** Of the last epoch, where it was measured. */
  top1Localization: summary.optional(),
});

/** One row as it was trained here. */
export type ReproducedRow = z.output<typeof reproducedRow>;

/** What comes with Patchwork: the runs behind the tables of its documentation. */
export const shippedRecord = fileURLToPath(new URL('../../docs/reproduced.json', import.meta.url));

/** In bytes: thousands of rows. */
const largestRecord = 10_000_000;

/** The rows of a record, none where there is no such file. @throws where it is not a record */
export function readReproduced(path = shippedRecord): ReproducedRow[] {
  if (!existsSync(path)) return [];
  try {
    return z.array(reproducedRow).parse(JSON.parse(readRegularFile(path, { atMost: largestRecord }).toString('utf8')));
  } catch (error) {
    throw new Error(`${path}: expected a record that 'reproduce --record' wrote, got: ${(error as Error).message}`);
  }
}

/** Adds the rows of a result to a record; a row at the same budget is replaced. */
export function recordReproduced(path: string, table: string, budget: Budget, result: ExperimentResult): void {
  const { data, budget: training, differences } = result;
  const added = result.rows.map(({ row, model, top1, top5, runs }): ReproducedRow => {
    const localized = runs.flatMap(({ evaluation }) => evaluation?.localization?.fixed.top1Localization ?? []);
    return {
      ...{ table, row, budget, data, model, training, differences },
      top1: lastAndBest(top1),
      top5: lastAndBest(top5),
      ...(localized.length > 0 && { top1Localization: rounded(summarize(localized)) }),
    };
  });
  const isReplaced = (old: ReproducedRow) =>
    added.some((one) => one.table === old.table && one.row === old.row && one.budget === old.budget);
  const all = [...readReproduced(path).filter((old) => !isReplaced(old)), ...added];
  writeFileAtomically(path, [Buffer.from(`${JSON.stringify(all, null, 2)}\n`)]);
}

function lastAndBest({ last, best }: LastAndBest): LastAndBest {
  return { last: rounded(last), best: rounded(best) };
}

/** To a thousandth of a percent: more digits than the test images have. */
function rounded({ count, mean, standardDeviation }: Summary): Summary {
  const digits = (value: number) => Number(value.toFixed(5));
  return {
    count,
    mean: digits(mean),
    standardDeviation: standardDeviation === null ? null : digits(standardDeviation),
  };
}
