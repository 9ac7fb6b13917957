import { expect, it } from 'vitest';
import { createLoader, openShapes } from '../data/index.ts';
import { topKErrors } from '../metrics/index.ts';
import { createModel } from '../models/index.ts';
import { classify, localRuntime, preparedImages } from '../tasks/index.ts';
import { memory, noGrad, scope, type Tensor } from '../torch/index.ts';
import { measure } from './measure.ts';

const runtime = localRuntime({ precision: 'fp32', channelsLast: false });
const { test } = await openShapes({ train: 16, test: 50, size: 16 });
const model = createModel('resnet8', { classes: test.classes.length, seed: 3 });
const task = classify(model, test);

// 50 images by 12: the last batch is smaller.
const openLoader = () => createLoader(test, { batchSize: 12, shuffle: false, seed: 0, workers: 0 });

it('equals the errors and the mean loss of all images at once', async () => {
  const measured = await measure(task, openLoader(), { runtime });
  const logits = scope(() =>
    noGrad(() => {
      model.eval();
      const shape: [number, number, number, number] = [50, test.channels, test.height, test.width];
      const all = { images: test.images, layout: 'NCHW' as const, shape };
      return model.forward(preparedImages(all, test.normalization, runtime)).data('float32');
    }),
  );
  model.train();
  const classes = test.classes.length;
  const losses = Array.from(test.labels, (label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
  });
  const [top1, top5] = topKErrors(logits, test.labels, classes, [1, 5]);
  expect([measured?.top1Error, measured?.top5Error]).toEqual([top1, top5]);
  expect(measured?.valLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 50, 5);
});

it('runs each image once, in evaluation behavior, and restores the behavior there was', async () => {
  const seen: number[] = [];
  const watched = {
    ...task,
    predict: (input: Parameters<typeof task.predict>[0]): Tensor => {
      expect(model.training).toBe(false);
      seen.push(...input.labels);
      return task.predict(input);
    },
  };
  const before = memory().tensors;
  const batches: number[][] = [];
  for (const training of [true, false]) {
    model.train(training);
    await measure(watched, openLoader(), { runtime, onBatch: (...progress) => batches.push(progress) });
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
  model.train();
  const measured = await measure(task, openLoader(), {
    runtime,
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
