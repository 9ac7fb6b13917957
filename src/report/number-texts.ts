/** Numbers as they are written for people. Errors are fractions and shown in percent. */

import type { Published } from '../experiments/index.ts';
import type { PairedComparison, Summary } from '../metrics/index.ts';

export const percent = (fraction: number): string => (100 * fraction).toFixed(2);

/** `−1.98`, `+0.30`, in points of percent. */
export function points(difference: number): string {
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  return `${sign}${percent(Math.abs(difference))}`;
}

/** `14.47 ± 0.23`, in percent; without a spread where there is one seed. */
export function spreadText({ mean, standardDeviation }: Summary): string {
  return standardDeviation === null ? percent(mean) : `${percent(mean)} ± ${percent(standardDeviation)}`;
}

/** `−1.98 (p 0.030)`, in points of percent. */
export function pairedText(paired: PairedComparison | undefined): string {
  if (paired === undefined) return '';
  const { count, meanDifference, p } = paired;
  if (p === null) return `${points(meanDifference)} (${count === 1 ? 'one seed' : 'no spread'}: no test)`;
  return `${points(meanDifference)} (${pText(p)})`;
}

/** `p 0.030`. */
export const pText = (p: number): string => `p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`;

/** `−3.10 to +0.20`, in points of percent; nothing where there is none. */
export function intervalText(paired: PairedComparison | undefined): string {
  return paired?.interval ? paired.interval.map(points).join(' to ') : '';
}

/** `14.47 / 2.97`: what a paper printed of top-1 and top-5 error; where it printed none, of top-1 localization. */
export function publishedText({ published }: { published?: Published }): string {
  if (published === undefined) return 'a plot only';
  const { top1Error, top5Error, top1Localization } = published;
  const printed = top1Error === undefined ? [top1Localization] : [top1Error, top5Error];
  return printed.flatMap((number) => (number === undefined ? [] : percent(number))).join(' / ');
}

export const plural = (count: number, thing: string): string =>
  `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
