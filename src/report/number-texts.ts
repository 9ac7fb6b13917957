/** Numbers as they are written for people. Errors are fractions and shown in percent. */
import type { PairedComparison, Summary } from '../metrics/index.ts';

export const percent = (fraction: number): string => (100 * fraction).toFixed(2);

/** `14.47 ± 0.23`, in percent; without a spread where there is one seed. */
export function spreadText({ mean, standardDeviation }: Summary): string {
  return standardDeviation === null ? percent(mean) : `${percent(mean)} ± ${percent(standardDeviation)}`;
}

/** `−1.98 (p 0.030)`, in points of percent. */
export function pairedText(paired: PairedComparison | undefined): string {
  if (paired === undefined) return '';
  const sign = paired.meanDifference > 0 ? '+' : paired.meanDifference < 0 ? '−' : '';
  const points = `${sign}${percent(Math.abs(paired.meanDifference))}`;
  if (paired.p === null) return `${points} (one seed: no test)`;
  return `${points} (p ${paired.p < 0.001 ? '< 0.001' : paired.p.toFixed(3)})`;
}

export const plural = (count: number, thing: string): string =>
  `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
