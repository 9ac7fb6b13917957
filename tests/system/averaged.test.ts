import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildTraining, resume, train } from '../../src/config/index.ts';
import { evaluateRun } from '../../src/evaluate/index.ts';
import { RunFolder } from '../../src/runs/index.ts';
import { loadTensors, scope } from '../../src/torch/index.ts';
import { fit, type TrainEvent } from '../../src/train/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

const averageDecay = 0.75;
const config = smallConfig({ averageDecay, epochs: 2, precision: 'fp32' });

const numbersOf = (file: string): Map<string, number[]> =>
  scope(() => new Map([...loadTensors(file)].map(([name, values]) => [name, Array.from(values.data(), Number)])));

it('the model of a checkpoint is the average under the names of the network, which evaluation measures', async () => {
  const run = join(temporaryFolder(), 'run');
  const seen: { learned: Map<string, number[]>; model: Map<string, number[]> }[] = [];
  const listener = (event: TrainEvent) => {
    if (event.type !== 'checkpoint' || seen.length === 3) return;
    const [learned, model] = ['training.safetensors', 'model.safetensors'].map((name) =>
      numbersOf(join(event.path, name)),
    );
    seen.push({ learned: learned!, model: model! });
  };
  const { last } = await train({ ...config, checkpointMinutes: 1e-9 }, { run, listener });
  const name = 'layer1.0.conv1.weight';
  const [first, second, third] = seen.map(({ learned }) => learned.get(name)!);
  // The first update copies, each one after it keeps three quarters.
  const expected = [
    first!,
    first!.map((value, i) => averageDecay * value + (1 - averageDecay) * second![i]!),
    first!.map((value, i) => {
      const before = averageDecay * value + (1 - averageDecay) * second![i]!;
      return averageDecay * before + (1 - averageDecay) * third![i]!;
    }),
  ];
  seen.forEach(({ model }, step) => {
    expect(model.get(name)!.every((value, i) => Math.abs(value - expected[step]![i]!) < 1e-6)).toBe(true);
  });
  expect(first).not.toEqual(second);
  const { learned, model } = seen[2]!;
  expect([...learned.keys()].sort()).toEqual([...model.keys(), 'n_averaged'].sort());
  const { accuracy } = await evaluateRun(run, { threads: 1 });
  expect(accuracy?.top1Error).toBe(last?.scores.top1Error);
});

it('stopped and resumed, it ends with the same bytes, those of the weights that learn included', async () => {
  const folder = temporaryFolder();
  const [whole, cut] = [join(folder, 'whole'), join(folder, 'cut')];
  await train(config, { run: whole });
  const stop = new AbortController();
  const listener = (event: TrainEvent) => event.type === 'step' && event.step === 3 && stop.abort();
  await train(config, { run: cut, listener, signal: stop.signal });
  expect(RunFolder.open(cut).checkpoints.latest()?.step).toBe(3);
  await resume(cut);
  expect(checkpointDigests(cut)).toEqual(checkpointDigests(whole));
});

it('once the test part is measured, the network has the weights of the last step again, not their average', async () => {
  const run = join(temporaryFolder(), 'run');
  const data = 'shapes:train=80,test=32,size=16,validationShare=0.2';
  const { epochs, seed } = config;
  const training = await buildTraining({ ...config, data });
  const { task, optimizer, schedule, runtime, average, trainLoader, validationLoader, openTest } = training;
  const parts = { train: trainLoader, validation: validationLoader, test: openTest };
  const { test } = await fit({ ...parts, task, optimizer, schedule, runtime, average, epochs, seed, run });
  expect(test).not.toBeNull();
  const { path } = RunFolder.open(run).checkpoints.latest()!;
  const { n_averaged: _, ...learned } = Object.fromEntries(numbersOf(join(path, 'training.safetensors')));
  const weights = [...task.model.stateDict()].map(([name, values]) => [name, Array.from(values.data(), Number)]);
  expect(Object.fromEntries(weights)).toEqual(learned);
  expect(learned).not.toEqual(Object.fromEntries(numbersOf(join(path, 'model.safetensors'))));
  await training.close();
});
