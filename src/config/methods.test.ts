/** Every method in a real training: reproducible, resumable, and what it says. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { parseMix, sampleMix } from '../mix/index.ts';
import { stageGrids } from '../models/index.ts';
import { crossEntropy } from '../nn/index.ts';
import { stream } from '../random/index.ts';
import { RunFolder } from '../runs/index.ts';
import { mixMap, mixTargets } from '../tasks/index.ts';
import { scope } from '../torch/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { buildTraining } from './build.ts';
import { resume, train } from './train.ts';

type Changes = Parameters<typeof smallConfig>[0];

const methods: Changes[] = [
  { mix: 'mixup:alpha=0.5' },
  { mix: ['cutout:length=8', 'manifold-mixup'], labelSmoothing: 0.1 },
  { mix: 'cutmix:schedule=linear,label=half+mixup' },
  { mix: 'feature-cutmix:box=center-gaussian', regularize: 'shakedrop' },
  { regularize: ['dropblock:block=2', 'stochastic-depth', 'dropout'] },
];

/** The bytes of the last checkpoint's network. */
function lastWeights(path: string): Buffer {
  using run = RunFolder.open(path);
  return readFileSync(join(run.checkpoints.latest()!.path, 'model.safetensors'));
}

it.each(methods)(
  'a training with %j that is stopped within an epoch and resumed ends with the same bytes',
  async (changes) => {
    const folder = temporaryFolder();
    const config = smallConfig(changes);
    const whole = await train(config, { run: join(folder, 'whole') });
    const stop = new AbortController();
    const listener = (event: TrainEvent) => event.type === 'step' && event.step === 3 && stop.abort();
    const cut = await train(config, { run: join(folder, 'cut'), signal: stop.signal, listener });
    expect(cut.outcome).toBe('stopped');
    expect((await resume(cut.run)).outcome).toBe('finished');
    expect(lastWeights(cut.run)).toEqual(lastWeights(whole.run));
  },
);

it('a training from given weights that is resumed before its first checkpoint starts from them again', async () => {
  const folder = temporaryFolder();
  const source = await train(smallConfig({ seed: 7, epochs: 1 }), { run: join(folder, 'source') });
  using run = RunFolder.open(source.run);
  const weights = join(run.checkpoints.latest()!.path, 'model.safetensors');
  const started: (string | null)[] = [];
  const listener = (event: TrainEvent) => event.type === 'start' && started.push(event.startedFrom);
  const whole = await train(smallConfig({ weights }), { run: join(folder, 'whole'), listener });
  const bytes = lastWeights(whole.run);
  rmSync(join(whole.run, 'checkpoints'), { recursive: true });
  await resume(whole.run, { listener });
  expect(lastWeights(whole.run)).toEqual(bytes);
  expect(started[0]).toContain(`${weights}: loaded`);
  expect(started[1]).toBe(started[0]);
});

describe('mixing after a stage', () => {
  it('gives the loss of the network with its map mixed by hand', async () => {
    const config = smallConfig({ mix: 'manifold-mixup:stages=2', epochs: 1, precision: 'fp32' });
    const losses: number[] = [];
    const listener = (event: TrainEvent) => event.type === 'step' && losses.push(event.loss);
    await train(config, { run: join(temporaryFolder(), 'run'), listener });

    const { task, data, trainLoader, runtime, close } = await buildTraining(config);
    const batches = trainLoader.batches(1);
    const { value: batch } = await batches.next();
    await batches.return();
    const [size, , height, width] = batch!.shape;
    const shape = { batch: size, height, width, stages: stageGrids(task.model, data.train) };
    const [plan] = sampleMix(parseMix(config.mix), shape, stream(config.seed, 'mix', 1, 0), 0);
    expect(plan).toMatchObject({ stage: 2, height: 16, width: 16 });
    const loss = scope(() => {
      const { images, targets } = task.prepare(batch!, runtime);
      const logits = task.model.forward(images, (map, stage) => (stage === 2 ? mixMap(map, plan!) : map));
      return crossEntropy(logits, mixTargets(targets, [plan!])).item();
    });
    expect(losses[0]).toBeCloseTo(loss, 5);
    await close();
  });

  it.each(['feature-cutmix:stages=7', 'cutmix+feature-cutmix:stages=7', 'feature-cutmix:stages=0/7+cutmix'])(
    'is refused, before anything is trained, where the network has no such stage: %s',
    async (mix) => {
      const run = join(temporaryFolder(), 'run');
      const training = train(smallConfig({ mix }), { run });
      await expect(training).rejects.toThrow('feature-cutmix: expected stages among 0, 1, 2, 3, 4, got 7');
      expect(existsSync(run)).toBe(false);
    },
  );
});
