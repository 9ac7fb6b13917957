import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import type { EpochRecord } from '../runs/index.ts';
import { collectResults, rowResult } from './collect-results.ts';
import type { RunResult } from './results.ts';

function epoch(number: number, top1Error: number): EpochRecord {
  const position = { kind: 'epoch' as const, step: 10 * number, epoch: number };
  return { ...position, trainLoss: 1, scores: { top1Error, top5Error: top1Error / 2 }, imagesPerSecond: 1 };
}

/** A run with these errors, epoch by epoch. */
function run(seed: number, ...errors: number[]): RunResult {
  const epochs = errors.map((error, i) => epoch(i + 1, error));
  return {
    seed,
    run: `runs/x-seed${seed}`,
    epochs,
    last: epochs.at(-1)!,
    best: epochs.reduce((best, one) => (one.scores.top1Error! <= best.scores.top1Error! ? one : best)),
    chosenOn: 'test',
    calibrationError: seed / 10,
    badImages: 0,
  };
}

const config = smallConfig({ mix: 'cutmix', regularize: 'shakedrop' });
const row = { row: 'x', title: 'X', config, baseline: 'y' };

describe('a row of results', () => {
  it('has mean and spread of the last and of the best epochs', () => {
    const result = rowResult(row, [run(1, 0.25, 0.5), run(2, 0.75, 0.75)]);
    expect(result.top1.last).toEqual({ count: 2, mean: 0.625, standardDeviation: Math.sqrt(2 * 0.125 ** 2) });
    expect(result.top1.best).toMatchObject({ mean: 0.5 });
    expect(result.top5.last).toMatchObject({ mean: 0.3125 });
    expect(result.calibrationError.mean).toBeCloseTo(0.15, 12);
    expect(result).toMatchObject({ mix: ['cutmix'], regularize: ['shakedrop'], labelSmoothing: 0, model: 'resnet8' });
  });

  it('is tested against the baseline over the seeds that both have', () => {
    const baseline = [run(3, 0.5), run(1, 0.75), run(2, 1)];
    const { paired } = rowResult(row, [run(1, 0.5), run(2, 0.5), run(9, 0)], baseline);
    // -0.25 for seed 1 and -0.5 for seed 2: t = 3 at one degree of freedom.
    expect(paired!.last).toMatchObject({ count: 2, meanDifference: -0.375 });
    expect(paired!.last.p).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 12);
  });

  it('without a seed in common, or without a baseline, is not tested', () => {
    expect(rowResult(row, [run(1, 0.5)], [run(2, 0.5)]).paired).toBeUndefined();
    expect(rowResult(row, [run(1, 0.5)]).paired).toBeUndefined();
  });

  it('of one seed has a difference and no test', () => {
    const { paired, top1 } = rowResult(row, [run(1, 0.5)], [run(1, 0.75)]);
    expect(paired!.last).toEqual({ count: 1, meanDifference: -0.25, interval: null, p: null });
    expect(top1.last.standardDeviation).toBeNull();
  });
});

it('a suite that fails leaves the numbers of the others, and says for which run it failed', async () => {
  const path = join(temporaryFolder(), 'run');
  const small = smallConfig({ epochs: 1, mix: 'none' });
  await train(small, { run: path });
  const { rows, unmeasured } = await collectResults(
    { outcome: 'finished', runs: [{ row: 'x', seed: 3, path, config: small }], failures: [] },
    [{ row: 'x', title: 'X', config: small }],
    { title: 'A test', data: small.data, differences: [] },
    { evaluate: { suites: [{ name: 'localization' }, { name: 'ood', options: { sets: ['/nowhere'] } }], limit: 4 } },
  );
  expect(rows[0]!.runs[0]!.evaluation).toMatchObject({ localization: { images: 4 }, limit: 4 });
  expect(unmeasured).toEqual([
    { row: 'x', seed: 3, run: path, message: expect.stringMatching(/^ood: .*'\/nowhere', which does not exist/) },
  ]);
});

it('a finished run that is damaged is a failure, and costs the others nothing', async () => {
  const folder = temporaryFolder();
  const small = smallConfig({ epochs: 1, mix: 'none' });
  const runs = [1, 2].map((seed) => ({ row: 'x', seed, path: join(folder, `run-${seed}`), config: small }));
  for (const { path } of runs) await train(small, { run: path });
  const checkpoints = join(runs[1]!.path, 'checkpoints');
  for (const name of readdirSync(checkpoints)) truncateSync(join(checkpoints, name, 'model.safetensors'), 100);
  const about = { title: 'A test', data: small.data, differences: [] };
  const { rows, failures } = await collectResults(
    { outcome: 'finished', runs, failures: [] },
    [{ row: 'x', title: 'X', config: small }],
    about,
  );
  expect(rows[0]!.runs.map(({ seed }) => seed)).toEqual([1]);
  expect(failures).toEqual([
    { row: 'x', seed: 2, run: runs[1]!.path, message: expect.stringContaining('model.safetensors') },
  ]);
});
