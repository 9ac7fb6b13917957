import type { ExperimentResult, RowResult } from '../recipes/index.ts';

/**
 * The rows that are shown in detail: the method with the lowest top-1 error of the last epoch, the baseline left aside,
 * after the baseline that it was compared with. One row alone where there is nothing to compare.
 */
export function comparedRows({ rows }: Pick<ExperimentResult, 'rows'>): RowResult[] {
  const methods = rows.filter(({ paired }) => paired !== undefined);
  const [best] = methods.toSorted((a, b) => a.top1.last.mean - b.top1.last.mean);
  if (best === undefined) return rows.slice(0, 1);
  return [rows.find(({ row }) => row === best.paired!.baseline)!, best];
}
