import { expect, it } from 'vitest';
import { bandOf } from '../charts/curves.ts';
import type { RowResult, RunResult } from '../experiments/index.ts';
import type { EpochRecord } from '../runs/index.ts';
import { curve, curvesSvg, shownRange, trainingCurves } from './training-curves.ts';

const epochs = (...errors: number[]): EpochRecord[] =>
  errors.map((top1Error, i) => ({
    ...{ kind: 'epoch', step: i, epoch: i + 1, trainLoss: 2 * top1Error, valLoss: 1, imagesPerSecond: 1 },
    ...{ top1Error, top5Error: 0 },
  }));
const row = (name: string, baseline?: string) =>
  ({
    row: name,
    title: `Method ${name}`,
    runs: [{ epochs: epochs(0.9, 0.5) }, { epochs: epochs(0.7, 0.4) }] as RunResult[],
    ...(baseline !== undefined && { paired: { baseline } }),
  }) as RowResult;

it('a curve is the mean over the seeds of each epoch, between the lowest and the highest', () => {
  const [first, second] = curve(row('a'), 'top1Error');
  expect(first).toEqual({ at: 1, mean: 80, low: 70, high: 90 });
  expect(second!.mean).toBeCloseTo(45, 12);
});

it('a peak in the first tenth of the epochs does not set the scale where it is more than twice as high as all that follow', () => {
  const points = (...values: number[]) => [
    { title: '', points: bandOf([values.map((value, i) => ({ at: i + 1, value }))]) },
  ];
  const after = Array.from({ length: 18 }, () => 2);
  expect(shownRange(points(5, 9, ...after))).toEqual([0, 2.2]);
  expect(shownRange(points(4, 4, ...after))).toBeUndefined();
  expect(shownRange(points(4, 4, 9, ...after.slice(1)))).toBeUndefined();
  expect(shownRange(points(9))).toBeUndefined();
  expect(shownRange(points(9, ...after.map(() => 0)))).toBeUndefined();
  // A row of fewer epochs has a first tenth of its own.
  expect(shownRange([...points(2, ...after, ...after), ...points(9, 7, 6)])).toBeUndefined();
  expect(shownRange([])).toBeUndefined();
});

it('a loss that is not finite is left out of its curve', () => {
  const runs = [
    { epochs: epochs(0.9, 0.5, 0.4).map((each, i) => ({ ...each, valLoss: [1, Infinity, Number.NaN][i]! })) },
  ];
  expect(curve({ runs: runs as RunResult[] }, 'valLoss')).toEqual([{ at: 1, mean: 1, low: 1, high: 1 }]);
  const nothing = [{ epochs: epochs(0.9).map((each) => ({ ...each, valLoss: Infinity })) }] as RunResult[];
  expect(curvesSvg([{ ...row('a'), runs: nothing }], 'valLoss')).toContain('Method a ends at no finite value');
});

it('a plot names each row with where it ends', () => {
  const svg = curvesSvg([row('a'), row('b')], 'top1Error');
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain('Method a ends at 45.00; Method b ends at 45.00');
});

it('more rows than can be told apart are drawn each beside its baseline', () => {
  const few = [row('0'), ...['1', '2'].map((name) => row(name, '0'))];
  const many = [row('0'), ...['1', '2', '3', '4', '5', '6'].map((name) => row(name, '0'))];
  const figures = (rows: RowResult[]) => trainingCurves({ rows }).markup.match(/<figure/g)!.length;
  expect(figures(few)).toBe(1);
  expect(figures(many)).toBe(6);
});
