import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../tests/support/numbers.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { applyPlan, mixLabels, parseMix, softLabels } from '../mix/index.ts';
import { crossEntropy } from '../nn/index.ts';
import { stream } from '../random/index.ts';
import { RunFolder } from '../runs/index.ts';
import { preparedImages } from '../tasks/index.ts';
import { memory, scope, type Tensor, tensor } from '../torch/index.ts';
import { type FitResult, fit, type StepDone, type TrainEvent } from '../train/index.ts';
import { buildTraining, type Training } from './build.ts';

type Changes = Parameters<typeof smallConfig>[0];

/** Trains in a new run folder; gives `look` what was built, and `run` to train it. */
async function withTraining<Result>(
  changes: Changes,
  look: (training: {
    training: Training;
    run: RunFolder;
    fitted: () => Promise<FitResult>;
    events: TrainEvent[];
  }) => Promise<Result>,
  { onStep = () => {}, signal }: { onStep?: (event: StepDone) => void; signal?: AbortSignal } = {},
): Promise<Result> {
  const config = smallConfig(changes);
  const training = await buildTraining(config);
  using run = RunFolder.create(join(temporaryFolder(), 'run'), {});
  const events: TrainEvent[] = [];
  const listener = (event: TrainEvent) => {
    events.push(event);
    if (event.type === 'step') onStep(event);
  };
  const { task, optimizer, schedule, runtime, trainLoader, validationLoader } = training;
  const { epochs, seed, checkpointMinutes } = config;
  const fitted = () =>
    fit({
      ...{ task, optimizer, schedule, runtime, epochs, seed, checkpointMinutes, run, signal },
      train: trainLoader,
      validation: validationLoader,
      listeners: [listener],
    });
  try {
    return await look({ training, run, fitted, events });
  } finally {
    await training.close();
  }
}

it('a last batch of one image on maps of 1 x 1 leaves a network that can be measured', async () => {
  const nine = {
    data: 'shapes:train=9,test=8,size=32',
    model: 'resnet18',
    batchSize: 4,
    epochs: 2,
    precision: 'fp32',
  } as const;
  await withTraining(nine, async ({ fitted, training, events }) => {
    await fitted();
    expect(stepsOf(events)).toHaveLength(6);
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(epochs.map(({ scores }) => Number.isFinite(scores.valLoss))).toEqual([true, true]);
    for (const [, values] of weightsOf(training)) {
      expect(Array.from(values as Float32Array, Number).every(Number.isFinite)).toBe(true);
    }
  });
});

const stepsOf = (events: TrainEvent[]) => events.filter((event) => event.type === 'step');
const weightsOf = ({ task: { model } }: Training) =>
  [...model.stateDict()].map(([name, values]) => [name, scope(() => values.data())]);

/** The training of a configuration written out as plainly as can be: mixed bytes, soft labels, hits counted one by one. */
async function trainPlainly(
  { task: { model }, optimizer, schedule, data: { train }, runtime, trainLoader }: Training,
  { mix, seed, epochs }: ReturnType<typeof smallConfig>,
): Promise<{ losses: number[]; hits: number[] }> {
  const losses: number[] = [];
  const hits: number[] = [];
  const [mixer] = parseMix(mix);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for await (const batch of trainLoader.batches(epoch)) {
      const [size, , height, width] = batch.shape;
      const plan = mixer!.sample({ batch: size, height, width }, stream(seed, 'mix', epoch, batch.step), 0)!;
      const { data } = applyPlan({ data: batch.images, shape: batch.shape, layout: 'NCHW' }, plan);
      const classes = train.classes.length;
      const soft = softLabels(mixLabels(batch.targets, plan), classes);
      scope(() => {
        const logits = model.forward(preparedImages({ ...batch, images: data }, train.normalization, runtime));
        const loss = crossEntropy(logits, tensor(soft, { shape: [size, classes] }));
        loss.backward();
        optimizer.step(schedule(epoch - 1 + batch.step / trainLoader.stepsPerEpoch));
        losses.push(loss.item());
        hits.push(hitsOf(logits, soft));
      });
    }
  }
  return { losses, hits };
}

function hitsOf(logits: Tensor, soft: Float32Array): number {
  const [size = 0, classes = 0] = logits.shape;
  const values = logits.data('float32');
  let hits = 0;
  for (let n = 0; n < size; n++) {
    const row = values.subarray(n * classes, (n + 1) * classes);
    hits += soft[n * classes + row.indexOf(Math.max(...row))]!;
  }
  return hits;
}

describe('the loop', () => {
  it('gives the losses, the weights and the lambda-weighted hits of a loop written out by hand', async () => {
    const changes: Changes = { precision: 'fp32', mix: 'cutmix:granularity=sample' };
    const plain = await buildTraining(smallConfig(changes));
    const { losses, hits } = await trainPlainly(plain, smallConfig(changes));
    await withTraining(changes, async ({ training, fitted, events }) => {
      await fitted();
      const steps = stepsOf(events);
      expect(steps).toHaveLength(losses.length);
      expect(
        largestDifference(
          steps.map(({ loss }) => loss),
          losses,
        ),
      ).toBeLessThan(1e-4);
      steps.forEach(({ terms, stepInEpoch }, i) => {
        const soFar = hits.slice(i + 1 - stepInEpoch, i + 1).reduce((sum, count) => sum + count, 0);
        expect(terms.top1).toBeCloseTo(soFar / (16 * stepInEpoch), 6);
      });
      const expected = new Map(weightsOf(plain) as [string, Float32Array][]);
      for (const [name, values] of weightsOf(training) as [string, Float32Array][]) {
        expect(largestDifference(Array.from(values, Number), Array.from(expected.get(name)!, Number))).toBeLessThan(
          1e-4,
        );
      }
    });
    await plain.close();
  });

  it('steps with the learning rate of the schedule, and tells of every step in order', async () => {
    const changes: Changes = { epochs: 4, optimizer: { name: 'sgd', learningRate: 0.02 } };
    await withTraining(changes, async ({ fitted, events }) => {
      expect((await fitted()).outcome).toBe('finished');
      const rates = [0.02, 0.02, 0.002, 0.0002].flatMap((rate) => Array<number>(4).fill(rate));
      stepsOf(events).forEach((event, i) => {
        expect(event).toMatchObject({ step: i + 1, epoch: 1 + Math.floor(i / 4), stepInEpoch: 1 + (i % 4) });
        expect(event.learningRate).toBeCloseTo(rates[i]!, 12);
      });
      expect(stepsOf(events)).toHaveLength(16);
    });
  });

  it('moves the weights by the learning rate it tells: nothing at the first step of a warm-up', async () => {
    await withTraining(
      { epochs: 1, batchSize: 64, schedule: { name: 'constant', warmupEpochs: 1 } },
      async ({ training, fitted, events }) => {
        const parameters = () =>
          [...training.task.model.namedParameters()].map(([, values]) => scope(() => values.data()));
        const before = parameters();
        await fitted();
        expect(stepsOf(events)).toMatchObject([{ learningRate: 0 }]);
        expect(parameters()).toEqual(before);
      },
    );
  });

  it('holds the same tensors after every step', async () => {
    const held: number[] = [];
    await withTraining({ epochs: 3 }, ({ fitted }) => fitted(), { onStep: () => held.push(memory().tensors) });
    expect(new Set(held.slice(1))).toEqual(new Set([held[1]]));
  });
});

describe('checkpoints', () => {
  it('are written after every epoch; the best and the last are kept', async () => {
    await withTraining({ epochs: 4 }, async ({ run, fitted, events }) => {
      await fitted();
      expect(events.filter(({ type }) => type === 'checkpoint').map(({ step }) => step)).toEqual([4, 8, 12, 16]);
      const epochs = events.filter((event) => event.type === 'epoch');
      const errors = epochs.map(({ scores }) => scores.top1Error!);
      const best = epochs[errors.lastIndexOf(Math.min(...errors))]!;
      expect(run.checkpoints.best()?.step).toBe(best.step);
      expect(run.checkpoints.list().map(({ step }) => step)).toEqual([...new Set([best.step, 16])]);
    });
  });

  it('are written within an epoch too, where the time has come', async () => {
    await withTraining({ epochs: 1, checkpointMinutes: 1e-9 }, async ({ fitted, events }) => {
      await fitted();
      expect(events.filter(({ type }) => type === 'checkpoint').map(({ step }) => step)).toEqual([1, 2, 3, 4, 4]);
    });
  });

  it('are written at the signal, after the step under way', async () => {
    const controller = new AbortController();
    await withTraining(
      {},
      async ({ run, fitted, events }) => {
        expect((await fitted()).outcome).toBe('stopped');
        expect(stepsOf(events)).toHaveLength(3);
        expect(run.checkpoints.list().map(({ step }) => step)).toEqual([3]);
      },
      { signal: controller.signal, onStep: ({ step }) => step === 3 && controller.abort() },
    );
  });
});

describe('a loss that is not finite', () => {
  const optimizer = { name: 'sgd', learningRate: 1e30 } as const;

  it('stops the training, naming the step, the rate, the last good checkpoint and the way out', async () => {
    const tensors = memory().tensors;
    await withTraining({ optimizer }, async ({ run, fitted, events }) => {
      const error: Error = await fitted().then(
        () => expect.unreachable(),
        (reason) => reason,
      );
      expect(error.name).toBe('TrainingDivergedError');
      const step = stepsOf(events).length + 1;
      expect(error.message).toMatch(
        new RegExp(`became (NaN|Infinity) at step ${step} \\(epoch 1\\) with learning rate 1e\\+30`),
      );
      expect(error.message).toContain('Last good checkpoint: none yet');
      expect(error.message).toContain('--set optimizer.learningRate=3e+29');
      expect(run.checkpoints.list()).toEqual([]);
    });
    expect(memory().tensors).toBe(tensors);
  });

  it('is noticed before weights that are not finite get into a checkpoint', async () => {
    // The loss of the first step is finite, and the step itself overflows.
    const tooHigh = { ...optimizer, weightDecay: 1e30 };
    for (const changes of [{ batchSize: 64 }, { checkpointMinutes: 1e-9 }]) {
      await withTraining({ optimizer: tooHigh, ...changes }, async ({ run, fitted, events }) => {
        await expect(fitted()).rejects.toThrow(/\S+ became NaN or infinite at step 1 \(epoch 1\)/);
        expect(stepsOf(events)).toHaveLength(1);
        expect(run.checkpoints.list()).toEqual([]);
      });
    }
  });

  it('leaves the checkpoint that it names, from which training could go on', async () => {
    const schedule = { name: 'milestones' as const, milestones: [0.5], factor: 1e30 };
    await withTraining({ schedule }, async ({ run, fitted }) => {
      await expect(fitted()).rejects.toThrow(join(run.checkpoints.path, 'step-00000004'));
      expect(run.checkpoints.latest()?.step).toBe(4);
    });
  });
});
