import { describe, expect, it } from 'vitest';
import type { Predictions } from '../evaluate/index.ts';
import { reliabilityTable, summarize } from '../metrics/index.ts';
import { compareBest, disagreements } from './compare-best.ts';
import type { RowResult, RunResult } from './results.ts';

/** Of images of two classes: the probability of the first. */
const predictions = (labels: readonly number[], ...probabilities: number[]): Predictions => ({
  checkpoint: 'step-00000001',
  badImages: [],
  classes: ['a', 'b'],
  labels: Int32Array.from(labels),
  indices: Int32Array.from(labels, (_, n) => 2 * n),
  predicted: Int32Array.from(probabilities, (p) => (p >= 0.5 ? 0 : 1)),
  probabilities: Float32Array.from(probabilities.flatMap((p) => [p, 1 - p])),
});

const five = [0, 0, 1, 1, 0];

describe('two networks', () => {
  const first = predictions(five, 0.75, 0.75, 0.25, 0.75, 0.625);

  it('are sorted by who is right of five images, under their numbers in the set', () => {
    const second = predictions(five, 0.75, 0.25, 0.75, 0.75, 0.125);
    const { bothRight, bothWrong, onlyRight } = disagreements(first, second);
    expect([bothRight, bothWrong, onlyRight[1]]).toEqual([1, 1, { count: 0, clearest: [] }]);
    // All three differ by 0.5 in the probability of the label: the order of the set stays.
    expect(onlyRight[0]).toEqual({
      count: 3,
      clearest: [
        { index: 2, label: 0, predicted: [0, 1], confidence: [0.75, 0.75] },
        { index: 4, label: 1, predicted: [1, 0], confidence: [0.75, 0.75] },
        { index: 8, label: 0, predicted: [0, 1], confidence: [0.625, 0.875] },
      ],
    });
  });

  it('show the clearest first, twelve at most', () => {
    const clearer = predictions(five, 0.75, 0.375, 0.75, 0.75, 0.0625);
    expect(disagreements(first, clearer).onlyRight[0].clearest.map(({ index }) => index)).toEqual([8, 4, 2]);
    const zeros = Array.from({ length: 20 }, () => 0);
    const [right, wrong] = [0.75, 0.25].map((p) => predictions(zeros, ...zeros.map(() => p)));
    const { count, clearest } = disagreements(wrong!, right!).onlyRight[1];
    expect([count, clearest.length]).toEqual([20, 12]);
  });

  it('must be of the same images', () => {
    const other = { ...first, indices: Int32Array.of(0, 1, 2, 3, 4) };
    expect(() => disagreements(first, other)).toThrow('the same images');
  });
});

describe('the best method beside its baseline', () => {
  const errors: Record<string, number> = { baseline: 0.5, mixup: 0.4, cutmix: 0.3 };
  const row = (name: string, ...seeds: number[]) =>
    ({
      ...{ row: name, title: name, top1: { last: summarize([errors[name]!]) } },
      runs: seeds.map((seed) => ({ seed, run: `${name} ${seed}` })) as RunResult[],
      ...(name !== 'baseline' && { paired: { baseline: 'baseline' } }),
    }) as RowResult;
  const found: Record<string, Predictions> = {
    'baseline 0': predictions(five, 0.9, 0.2, 0.1, 0.9, 0.6),
    'baseline 1': predictions(five, 0.9, 0.9, 0.1, 0.9, 0.6),
    'cutmix 1': predictions(five, 0.9, 0.9, 0.1, 0.1, 0.2),
  };
  const predictionsOf = async ({ run }: RunResult) => found[run]!;

  it('has the share of each class taken for each, over the seeds, and the seed that both have image by image', async () => {
    const rows = [row('mixup', 0, 1), row('cutmix', 1), row('baseline', 0, 1)];
    const comparison = await compareBest(rows, predictionsOf);
    expect(comparison.rows).toEqual(['baseline', 'cutmix']);
    expect(comparison.confusions).toEqual([
      { label: 0, predicted: 0, shares: [5 / 6, 2 / 3] },
      { label: 0, predicted: 1, shares: [1 / 6, 1 / 3] },
      { label: 1, predicted: 0, shares: [1 / 2, 0] },
      { label: 1, predicted: 1, shares: [1 / 2, 1] },
    ]);
    expect(comparison.disagreements).toMatchObject({
      ...{ seed: 1, bothRight: 3, bothWrong: 0 },
      onlyRight: [
        { count: 1, clearest: [{ index: 8 }] },
        { count: 1, clearest: [{ index: 6 }] },
      ],
    });
  });

  it('has the reliability of all runs of a row as if their images were one set', async () => {
    const { reliability } = await compareBest([row('baseline', 0, 1)], predictionsOf);
    const all = Float32Array.of(...found['baseline 0']!.probabilities, ...found['baseline 1']!.probabilities);
    const whole = reliabilityTable(all, [...five, ...five], 2);
    for (const [i, bin] of reliability[0]!.entries()) {
      expect(bin).toMatchObject({ low: whole[i]!.low, high: whole[i]!.high, count: whole[i]!.count });
      expect(bin.confidence).toBeCloseTo(whole[i]!.confidence, 12);
      expect(bin.accuracy).toBeCloseTo(whole[i]!.accuracy, 12);
    }
  });

  it('is one row alone where nothing is compared, and has no images where no seed is shared', async () => {
    const alone = await compareBest([row('baseline', 0)], predictionsOf);
    expect([alone.rows, alone.disagreements]).toEqual([['baseline'], undefined]);
    const apart = await compareBest([row('baseline', 0), row('cutmix', 1)], predictionsOf);
    expect([apart.rows, apart.disagreements]).toEqual([['baseline', 'cutmix'], undefined]);
  });

  it('has the mistakes made most often where there are many classes, and 0 for a class without images', async () => {
    const classes = Array.from({ length: 21 }, (_, c) => `${c}`);
    const oneHot = (label: number) => classes.map((_, c) => (c === label ? 1 : 0));
    // Twice 0 for 3, once 1 for 2; 2 is right.
    const labels = [0, 0, 0, 1, 2];
    const said = [3, 3, 0, 2, 2];
    const many: Predictions = {
      ...predictions(labels),
      classes,
      probabilities: Float32Array.from(said.flatMap(oneHot)),
    };
    const { confusions } = await compareBest([row('baseline', 0)], async () => many);
    expect(confusions).toEqual([
      { label: 0, predicted: 3, shares: [2 / 3] },
      { label: 1, predicted: 2, shares: [1] },
    ]);
  });
});
