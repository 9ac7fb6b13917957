/** What was trained before something fails, or never comes, is in a checkpoint, and training goes on from there. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTraining, openTrainingData } from '../../src/config/index.ts';
import type { Batch } from '../../src/data/index.ts';
import { RunFolder, readMetrics } from '../../src/runs/index.ts';
import { type FitOptions, fit } from '../../src/train/index.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

// 4 steps an epoch.
const config = smallConfig({ epochs: 2 });

type Options = FitOptions<number, unknown, unknown>;

async function fitted(run: string, change: (options: Options) => Partial<Options>) {
  const training = await buildTraining(config, await openTrainingData(config));
  const { task, optimizer, schedule, runtime, trainLoader: train, validationLoader: validation } = training;
  const options = { task, optimizer, schedule, runtime, train, validation, epochs: config.epochs, run } as Options;
  try {
    return await fit({ ...options, ...change(options) });
  } finally {
    await training.close();
  }
}

const stepsIn = (run: string) =>
  RunFolder.open(run)
    .checkpoints.list()
    .map(({ step }) => step);

const epochsIn = (run: string) =>
  readMetrics(join(run, 'metrics.jsonl')).flatMap((record) => (record.kind === 'epoch' ? [record.epoch] : []));

it.each<[string, (options: Options) => Partial<Options['task']>, RegExp]>([
  [
    'a score that is NaN',
    () => ({ meter: () => ({ add() {}, merge() {}, state: () => null, result: () => ({ top1Error: Number.NaN }) }) }),
    /got NaN/,
  ],
  [
    'a goal that the meter does not have',
    () => ({ goal: { score: 'f1', better: 'higher' } }),
    /expected the goal 'f1'/,
  ],
])('after an epoch, %s ends training, and the epoch is kept', async (_, change, message) => {
  const run = join(temporaryFolder(), 'run');
  const failing = fitted(run, (options) => ({ task: { ...options.task, ...change(options) } }));
  await expect(failing).rejects.toThrow(message);
  expect(stepsIn(run)).toEqual([4]);
  expect(epochsIn(run)).toEqual([]);
  const { last } = await fitted(run, () => ({ resume: true }));
  expect(last?.epoch).toBe(2);
  expect(epochsIn(run)).toEqual([1, 2]);
});

/** A loader that after some batches does something else. */
const failingLoader = (train: Options['train'], after: number, then: () => Promise<never>): Options['train'] => ({
  ...train,
  async *batches(epoch: number, fromStep?: number): AsyncGenerator<Batch<number>, void, void> {
    for await (const batch of train.batches(epoch, fromStep)) {
      if (batch.step === after) await then();
      yield batch;
    }
  },
});

it('a batch that cannot be made ends training, and the steps before it are kept', async () => {
  const run = join(temporaryFolder(), 'run');
  const gone = () => Promise.reject(new Error('cat/3.jpg: expected a file that can be read, got EIO'));
  const failing = fitted(run, ({ train }) => ({ train: failingLoader(train, 3, gone) }));
  await expect(failing).rejects.toThrow('cat/3.jpg');
  expect(stepsIn(run)).toEqual([3]);
});

it.each([
  ['training', 3, (options: Options, loader: Options['train']): Partial<Options> => ({ ...options, train: loader })],
  [
    'validation',
    0,
    (options: Options, loader: Options['train']): Partial<Options> => ({ ...options, validation: loader }),
  ],
])('a batch of %s that never comes does not keep the signal from stopping and saving', async (part, after, with_) => {
  const run = join(temporaryFolder(), 'run');
  const controller = new AbortController();
  const stalled = () => {
    setImmediate(() => controller.abort());
    return new Promise<never>(() => {});
  };
  const { outcome } = await fitted(run, (options) => {
    const { train, validation } = options;
    const loader = failingLoader(part === 'training' ? train : validation, after, stalled);
    return { ...with_(options, loader), signal: controller.signal };
  });
  expect(outcome).toBe('stopped');
  expect(stepsIn(run)).toEqual([part === 'training' ? 3 : 4]);
});

it('before the first step there is nothing to save: no step is trained, and resume begins', async () => {
  const run = join(temporaryFolder(), 'run');
  const { outcome } = await fitted(run, () => ({ signal: AbortSignal.abort() }));
  expect(outcome).toBe('stopped');
  expect(stepsIn(run)).toEqual([]);
  expect(await fitted(run, () => ({ resume: true }))).toMatchObject({ outcome: 'finished' });
});

it('a run folder that is moved while it trains goes on there, and nothing is made at the old name', async () => {
  const folder = temporaryFolder();
  const [run, moved] = [join(folder, 'run'), join(folder, 'elsewhere', 'moved')];
  mkdirSync(join(folder, 'elsewhere'));
  const move = ({ type, step }: { type: string; step?: number }) => {
    if (type === 'step' && step === 2) renameSync(run, moved);
  };
  const result = await fitted(run, () => ({ listeners: [move as never] }));
  expect(result).toMatchObject({ outcome: 'finished', run: moved });
  expect(readdirSync(folder)).toEqual(['elsewhere']);
  expect(stepsIn(moved)).toEqual([8]);
  expect(epochsIn(moved)).toEqual([1, 2]);
  expect(readdirSync(moved)).not.toContain('run.lock');
});
