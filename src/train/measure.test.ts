import { expect, it } from 'vitest';
import { createLoader, openShapes } from '../data/index.ts';
import { topKError } from '../metrics/index.ts';
import { createModel } from '../models/index.ts';
import { classify } from '../tasks/index.ts';
import { memory, noGrad, scope, type Tensor } from '../torch/index.ts';
import { toInput } from './input.ts';
import { validate } from './validate.ts';

const options = { precision: 'fp32', channelsLast: false } as const;
const { test } = await openShapes({ train: 16, test: 50, size: 16 });
const model = createModel('resnet8', { classes: test.classes.length, seed: 3 })!;

// 50 images by 12: the last batch is smaller.
const openLoader = () => createLoader(test, { batchSize: 12, shuffle: false, seed: 0, workers: 0 });

it('equals the errors and the mean loss of all images at once', async () => {
  const measured = await validate(classify(model), test, openLoader(), options);
  const whole = { images: test.images, labels: test.labels, indices: new Int32Array(50), step: 0 };
  const logits = scope(() =>
    noGrad(() => {
      model.eval();
      const images = toInput(
        { ...whole, shape: [50, test.channels, test.height, test.width] },
        { normalization: test.normalization, channelsLast: false },
      );
      return model.forward(images).data() as Float32Array;
    }),
  );
  model.train();
  const classes = test.classes.length;
  const losses = Array.from(test.labels, (label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
  });
  expect(measured?.top1Error).toBeCloseTo(topKError(logits, test.labels, classes, 1), 12);
  expect(measured?.top5Error).toBeCloseTo(topKError(logits, test.labels, classes, 5), 12);
  expect(measured?.valLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 50, 5);
});

it('runs each image once, in evaluation behavior, and restores the behavior there was', async () => {
  const task = classify(model);
  const seen: number[] = [];
  const watched = {
    ...task,
    run: (batch: Parameters<typeof task.run>[0]) => {
      expect(model.training).toBe(false);
      seen.push(...Array.from((batch.targets as Tensor).data() as BigInt64Array, Number));
      return task.run(batch);
    },
  };
  const before = memory().tensors;
  const batches: number[][] = [];
  for (const training of [true, false]) {
    model.train(training);
    await validate(watched, test, openLoader(), { ...options, onBatch: (...progress) => batches.push(progress) });
    expect(model.training).toBe(training);
  }
  const once = [...test.labels];
  expect(seen).toEqual([...once, ...once]);
  expect(batches.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  expect(memory().tensors).toBe(before);
});

it('stops between batches at the signal, without a result', async () => {
  const controller = new AbortController();
  let batches = 0;
  const measured = await validate(classify(model.train()), test, openLoader(), {
    ...options,
    signal: controller.signal,
    onBatch: () => {
      batches++;
      controller.abort();
    },
  });
  expect(measured).toBeUndefined();
  expect(batches).toBe(1);
  expect(model.training).toBe(true);
});
