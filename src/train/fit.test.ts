import { RunFolder } from '../runs/index.ts';
import { openSession, type Session } from '../config/index.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../tests/support/numbers.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { applyPlan, mixLabels, softLabels } from '../mix/index.ts';
import { crossEntropy } from '../nn/index.ts';
import { stream } from '../random/index.ts';
import { initialState } from '../runs/state.ts';
import { memory, scope, type Tensor, tensor } from '../torch/index.ts';
import type { StepDone, TrainEvent } from './events.ts';
import { toInput } from './input.ts';
import { Trainer } from './trainer.ts';

type Changes = Parameters<typeof smallConfig>[0];

/** Trains in a new run folder; gives `look` the open session. */
async function withTrainer<Result>(
  changes: Changes,
  look: (training: { session: Session; run: RunFolder; trainer: Trainer; events: TrainEvent[] }) => Promise<Result>,
  { onStep = () => {}, signal }: { onStep?: (event: StepDone) => void; signal?: AbortSignal } = {},
): Promise<Result> {
  const session = await openSession(smallConfig(changes));
  using run = RunFolder.create(join(temporaryFolder(), 'run'), {});
  const events: TrainEvent[] = [];
  const listener = (event: TrainEvent) => {
    events.push(event);
    if (event.type === 'step') onStep(event);
  };
  try {
    const trainer = new Trainer(session, run, initialState(), { listeners: [listener], signal });
    return await look({ session, run, trainer, events });
  } finally {
    await session.close();
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
  await withTrainer(nine, async ({ trainer, session, events }) => {
    await trainer.run();
    expect(stepsOf(events)).toHaveLength(6);
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(epochs.map(({ valLoss }) => Number.isFinite(valLoss))).toEqual([true, true]);
    for (const [, values] of weightsOf(session)) {
      expect(Array.from(values as Float32Array, Number).every(Number.isFinite)).toBe(true);
    }
  });
});

const stepsOf = (events: TrainEvent[]) => events.filter((event) => event.type === 'step');
const weightsOf = ({ model }: Session) =>
  [...model.stateDict()].map(([name, values]) => [name, scope(() => values.data())]);

/** The training of `session` written out as plainly as can be: mixed bytes, soft labels, hits counted one by one. */
async function trainPlainly(session: Session): Promise<{ losses: number[]; hits: number[] }> {
  const { config, model, optimizer, schedule, mixers, train, trainLoader } = session;
  const losses: number[] = [];
  const hits: number[] = [];
  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    for await (const batch of trainLoader.batches(epoch)) {
      const [size, , height, width] = batch.shape;
      const plan = mixers[0]!.sample({ batch: size, height, width }, stream(config.seed, 'mix', epoch, batch.step), 0)!;
      const { data } = applyPlan({ data: batch.images, shape: batch.shape, layout: 'NCHW' }, plan);
      const classes = train.classes.length;
      const soft = softLabels(mixLabels(batch.labels, plan), classes);
      scope(() => {
        const input = toInput({ ...batch, images: data }, { ...train, channelsLast: config.channelsLast });
        const logits = model.forward(input);
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
  const values = logits.data() as Float32Array;
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
    const plain = await openSession(smallConfig(changes));
    const { losses, hits } = await trainPlainly(plain);
    await withTrainer(changes, async ({ session, trainer, events }) => {
      await trainer.run();
      const steps = stepsOf(events);
      expect(steps).toHaveLength(losses.length);
      expect(
        largestDifference(
          steps.map(({ loss }) => loss),
          losses,
        ),
      ).toBeLessThan(1e-4);
      steps.forEach(({ top1, stepInEpoch }, i) => {
        const soFar = hits.slice(i + 1 - stepInEpoch, i + 1).reduce((sum, count) => sum + count, 0);
        expect(top1).toBeCloseTo(soFar / (16 * stepInEpoch), 6);
      });
      const expected = new Map(weightsOf(plain) as [string, Float32Array][]);
      for (const [name, values] of weightsOf(session) as [string, Float32Array][]) {
        expect(largestDifference(Array.from(values, Number), Array.from(expected.get(name)!, Number))).toBeLessThan(
          1e-4,
        );
      }
    });
    await plain.close();
  });

  it('steps with the learning rate of the schedule, and tells of every step in order', async () => {
    const changes: Changes = { epochs: 4, optimizer: { name: 'sgd', learningRate: 0.02 } };
    await withTrainer(changes, async ({ trainer, events }) => {
      expect(await trainer.run()).toBe('finished');
      const rates = [0.02, 0.02, 0.002, 0.0002].flatMap((rate) => Array<number>(4).fill(rate));
      stepsOf(events).forEach((event, i) => {
        expect(event).toMatchObject({ step: i + 1, epoch: 1 + Math.floor(i / 4), stepInEpoch: 1 + (i % 4) });
        expect(event.learningRate).toBeCloseTo(rates[i]!, 12);
      });
      expect(stepsOf(events)).toHaveLength(16);
    });
  });

  it('moves the weights by the learning rate it tells: nothing at the first step of a warm-up', async () => {
    await withTrainer(
      { epochs: 1, batchSize: 64, schedule: { name: 'constant', warmupEpochs: 1 } },
      async ({ session, trainer, events }) => {
        const parameters = () => [...session.model.namedParameters()].map(([, values]) => scope(() => values.data()));
        const before = parameters();
        await trainer.run();
        expect(stepsOf(events)).toMatchObject([{ learningRate: 0 }]);
        expect(parameters()).toEqual(before);
      },
    );
  });

  it('holds the same tensors after every step', async () => {
    const held: number[] = [];
    await withTrainer({ epochs: 3 }, ({ trainer }) => trainer.run(), { onStep: () => held.push(memory().tensors) });
    expect(new Set(held.slice(1))).toEqual(new Set([held[1]]));
  });
});

describe('checkpoints', () => {
  it('are written after every epoch; the best and the last are kept', async () => {
    await withTrainer({ epochs: 4 }, async ({ run, trainer, events }) => {
      await trainer.run();
      expect(events.filter(({ type }) => type === 'checkpoint').map(({ step }) => step)).toEqual([4, 8, 12, 16]);
      const epochs = events.filter((event) => event.type === 'epoch');
      const least = Math.min(...epochs.map(({ top1Error }) => top1Error));
      const best = epochs.findLast(({ top1Error }) => top1Error === least)!;
      expect(run.checkpoints.best()?.step).toBe(best.step);
      expect(run.checkpoints.list().map(({ step }) => step)).toEqual([...new Set([best.step, 16])]);
    });
  });

  it('are written within an epoch too, where the time has come', async () => {
    await withTrainer({ epochs: 1, checkpointMinutes: 1e-9 }, async ({ trainer, events }) => {
      await trainer.run();
      expect(events.filter(({ type }) => type === 'checkpoint').map(({ step }) => step)).toEqual([1, 2, 3, 4, 4]);
    });
  });

  it('are written at the signal, after the step under way', async () => {
    const controller = new AbortController();
    await withTrainer(
      {},
      async ({ run, trainer, events }) => {
        expect(await trainer.run()).toBe('stopped');
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
    await withTrainer({ optimizer }, async ({ run, trainer, events }) => {
      const error: Error = await trainer.run().then(
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
      await withTrainer({ optimizer: tooHigh, ...changes }, async ({ run, trainer, events }) => {
        await expect(trainer.run()).rejects.toThrow(/\S+ became NaN or infinite at step 1 \(epoch 1\)/);
        expect(stepsOf(events)).toHaveLength(1);
        expect(run.checkpoints.list()).toEqual([]);
      });
    }
  });

  it('leaves the checkpoint that it names, from which training could go on', async () => {
    const schedule = { name: 'milestones' as const, milestones: [0.5], factor: 1e30 };
    await withTrainer({ schedule }, async ({ run, trainer }) => {
      await expect(trainer.run()).rejects.toThrow(join(run.checkpoints.path, 'step-00000004'));
      expect(run.checkpoints.latest()?.step).toBe(4);
    });
  });
});
