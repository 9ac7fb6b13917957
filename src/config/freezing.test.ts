import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkpointDigests } from '../../tests/support/checkpoint-digests.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { RunFolder } from '../runs/index.ts';
import { loadTensors, scope } from '../torch/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { buildTraining } from './build.ts';
import type { TrainConfigInput } from './config.ts';
import { resume, train } from './train.ts';

/** Tensors of a file of the last checkpoint by name, as hexadecimal digits. */
function tensorsOf(run: string, file: string): Record<string, string> {
  const { path } = RunFolder.open(run).checkpoints.latest()!;
  return scope(() =>
    Object.fromEntries(
      [...loadTensors(join(path, file))].map(([name, one]) => [name, Buffer.from(one.bytes()).toString('hex')]),
    ),
  );
}

/** The network as it is drawn, before any step. */
async function initial(changes: TrainConfigInput): Promise<Record<string, string>> {
  const training = await buildTraining(smallConfig(changes));
  const state = [...training.task.model.stateDict()];
  const found = Object.fromEntries(state.map(([name, one]) => [name, Buffer.from(one.bytes()).toString('hex')]));
  await training.close();
  return found;
}

/** Trains whole, telling what was said at the start; and until `step`, then on to the end. */
async function trained(changes: TrainConfigInput): Promise<{ run: string; notes: readonly string[] }> {
  const run = join(temporaryFolder(), 'run');
  let notes: readonly string[] = [];
  const listener = (event: TrainEvent) => {
    if (event.type === 'start') notes = event.notes;
  };
  await train(smallConfig(changes), { run, listener });
  return { run, notes };
}

async function trainedInTwo(changes: TrainConfigInput, step: number): Promise<string> {
  const run = join(temporaryFolder(), 'run');
  const controller = new AbortController();
  const listener = (event: TrainEvent) => event.type === 'step' && event.step === step && controller.abort();
  expect((await train(smallConfig(changes), { run, listener, signal: controller.signal })).outcome).toBe('stopped');
  expect((await resume(run)).outcome).toBe('finished');
  return run;
}

const adamw = { name: 'adamw', layerDecay: 0.75, headLearningRateMultiplier: 2 } as const;

describe('a frozen backbone', () => {
  it('keeps every byte, its statistics too, through a whole training; the optimizer knows the head alone', async () => {
    const { run, notes } = await trained({ freeze: 'backbone', optimizer: { weightDecay: 0.1 } });
    const { 'fc.weight': weight, 'fc.bias': bias, ...body } = tensorsOf(run, 'model.safetensors');
    const { 'fc.weight': drawn, 'fc.bias': zeros, ...before } = await initial({});
    expect(body).toEqual(before);
    expect([weight === drawn, bias === zeros]).toEqual([false, false]);
    expect(Object.keys(tensorsOf(run, 'optimizer.safetensors')).sort()).toEqual([
      'momentum.fc.bias',
      'momentum.fc.weight',
    ]);
    expect(notes).toContain(
      'frozen: backbone, 77,392 of 78,432 parameters; no weights are given, so these stay as they were drawn',
    );
  });

  it('learns with the rest after the first epochs', async () => {
    const { run, notes } = await trained({ freeze: 'backbone', freezeEpochs: 1 });
    const [after, before] = [tensorsOf(run, 'model.safetensors'), await initial({})];
    expect(Object.keys(after).filter((name) => after[name] === before[name])).toEqual([]);
    expect(notes).toContainEqual(expect.stringMatching(/^frozen for the first epoch: backbone/));
    // 4 of 8 steps were the batch normalizations' own.
    const { path } = RunFolder.open(run).checkpoints.latest()!;
    scope(() => expect(loadTensors(join(path, 'model.safetensors')).get('bn1.num_batches_tracked')!.item()).toBe(4));
  });
});

// 4 steps an epoch, 12 in all.
describe.each<[string, TrainConfigInput]>([
  ['the backbone, then nothing', { freeze: 'backbone', freezeEpochs: 1 }],
  ['two stages, then nothing, with AdamW and rates by layer', { freeze: 2, freezeEpochs: 2, optimizer: adamw }],
  ['batch normalization, then nothing, averaged', { freeze: 'batch-norm', freezeEpochs: 1, averageDecay: 0.9 }],
  ['the backbone throughout', { freeze: 'backbone', optimizer: adamw, clipNorm: 1 }],
])('a training that freezes %s', (_, changes) => {
  it('goes on to the same bytes wherever it was stopped', async () => {
    const { run } = await trained({ epochs: 3, ...changes });
    const whole = checkpointDigests(run);
    for (const step of [2, 4, 6, 8, 11]) {
      expect(checkpointDigests(await trainedInTwo({ epochs: 3, ...changes }, step)), `step ${step}`).toEqual(whole);
    }
  });
});

it('a training that freezes nothing has the bytes of one that does not say so', async () => {
  const [plain, said] = [
    await trained({}),
    await trained({ freeze: 'none', optimizer: { layerDecay: 1, learningRate: 0.1 } }),
  ];
  expect(checkpointDigests(said.run)).toEqual(checkpointDigests(plain.run));
  expect(said.notes.join()).not.toContain('frozen');
});

it('more stages than there are end with a sentence before anything is written', async () => {
  const run = join(temporaryFolder(), 'run');
  let threads = 0;
  const count = () => threads++;
  process.on('worker', count);
  onTestFinished(() => void process.off('worker', count));
  await expect(train(smallConfig({ freeze: 5, workers: 1 }), { run })).rejects.toThrow(
    'freeze: expected 1 to 4 stages, as many as this network has, which begin with the input and layer1, layer2, layer3; got 5',
  );
  expect(existsSync(run)).toBe(false);
  // A thread of a loader that nobody closes would keep the process from ending.
  expect(threads).toBe(0);
  await (await buildTraining(smallConfig({ workers: 1 }))).close();
  expect(threads).toBeGreaterThan(0);
});

it('a normalization for other channels is refused by name', async () => {
  const normalization = { mean: [0.5], std: [0.5, 0.5, 0.5] };
  await expect(buildTraining(smallConfig({ normalization }))).rejects.toThrow(
    'normalization.mean: expected 3 numbers, one for each channel of shapes, got 1',
  );
});
