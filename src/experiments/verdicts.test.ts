import { expect, it } from 'vitest';
import { rowResult, runResult } from '../../tests/support/evaluations.ts';
import type { Predictions } from '../evaluate/index.ts';
import type { RowResult, RunResult, Verdict } from './results.ts';
import { verdictsOf } from './verdicts.ts';

const wrong = new Map<RunResult, readonly number[]>();

/** A row whose network of each seed gets these of the images wrong. */
function row(name: string, images: number, ofSeeds: readonly (readonly number[])[], baseline?: RowResult): RowResult {
  const runs = ofSeeds.map((places, seed) => runResult(seed, [places.length / images]));
  for (const [seed, run] of runs.entries()) wrong.set(run, ofSeeds[seed]!);
  return rowResult(name, runs, baseline);
}

const verdicts = (images: number, ...rows: RowResult[]) =>
  verdictsOf(rows, async (run) => {
    const isWrong = new Set(wrong.get(run));
    const labels = new Int32Array(images);
    return { labels, predicted: labels.map((_, n) => Number(isWrong.has(n))) } as unknown as Predictions;
  });
const one = async (images: number, ...rows: RowResult[]) => (await verdicts(images, ...rows)).get('b') as Verdict;
const upTo = (end: number, start = 0) => Array.from({ length: end - start }, (_, i) => start + i);

it('is better where neither the seeds nor the images explain it: numbers worked out by hand', async () => {
  const a = row('a', 100, [upTo(20), upTo(22), upTo(21)]);
  const found = await one(100, a, row('b', 100, [upTo(10), upTo(11), upTo(12)], a));
  expect(found.kind).toBe('better');
  // Differences -0.10, -0.11, -0.09: mean -0.1, standard error 0.01 / sqrt(3), t = 17.3 at two degrees.
  expect(found.seeds.meanDifference).toBeCloseTo(-0.1, 12);
  expect(found.seeds.p).toBeCloseTo(0.00332, 4);
  // Images 10 .. 21 are right more often with b, none less often: p = 2 / 2^12.
  expect(found.images).toMatchObject({ count: 100, better: 12, worse: 0 });
  expect(found.images.p).toBeCloseTo(2 / 4096, 12);
  expect(found.p).toBe(found.seeds.p);
});

it('is worse the other way round', async () => {
  const a = row('a', 100, [upTo(10), upTo(11), upTo(12)]);
  expect((await one(100, a, row('b', 100, [upTo(20), upTo(22), upTo(21)], a))).kind).toBe('worse');
});

it('of a tiny test part it cannot tell, however sure the seeds are', async () => {
  const a = row('a', 5, [upTo(5), upTo(4), upTo(5), upTo(4)]);
  const found = await one(5, a, row('b', 5, [upTo(1), [], upTo(1), []], a));
  expect(found.seeds.p).toBeNull();
  expect(found.kind).toBe('cannot tell');
  const uneven = await one(5, a, row('b', 5, [[], [], [], []], a));
  expect(uneven.seeds.p).toBeLessThan(0.05);
  // Five images for it and none against: 2 / 2^5.
  expect(uneven.p).toBeCloseTo(0.0625, 12);
  expect(uneven.kind).toBe('cannot tell');
});

it('where the seeds disagree it cannot tell, however many images there are', async () => {
  const a = row('a', 1000, [upTo(100), upTo(100)]);
  expect((await one(1000, a, row('b', 1000, [upTo(40), upTo(99)], a))).kind).toBe('cannot tell');
});

it('with one seed only the images are counted', async () => {
  const a = row('a', 50, [upTo(20)]);
  const found = await one(50, a, row('b', 50, [upTo(10)], a));
  // McNemar: ten against none.
  expect([found.kind, found.seeds.count]).toEqual(['better', 1]);
  expect(found.p).toBeCloseTo(2 / 1024, 12);
  expect((await one(50, a, row('b', 50, [upTo(16)], a))).kind).toBe('cannot tell');
});

it('what is better alone need not be among many: p counts as often as there are methods', async () => {
  const a = row('a', 50, [upTo(20)]);
  const b = row('b', 50, [upTo(14)], a);
  // Six against none: 2 / 2^6.
  expect((await one(50, a, b)).p).toBeCloseTo(0.03125, 12);
  const same = ['c', 'd'].map((name) => row(name, 50, [upTo(20)], a));
  const among = await one(50, a, b, ...same);
  expect(among.p).toBeCloseTo(0.09375, 12);
  expect([among.kind, among.methods]).toEqual(['cannot tell', 3]);
});
