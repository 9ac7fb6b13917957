import { describe, expect, it } from 'vitest';
import { cutmix, mixLabels } from '../../mix/index.ts';
import { createModel, type ImageModel } from '../../models/index.ts';
import { crossEntropy, Linear, Module } from '../../nn/index.ts';
import { stream } from '../../random/index.ts';
import { memory, scope, type Tensor, tensor, zeros } from '../../torch/index.ts';
import { type ClassifiedImages, classify, localRuntime } from '../index.ts';
import type { Step } from '../task.ts';
import type { ClassifyInput } from './classify-meter.ts';

const images: ClassifiedImages = {
  ...{ channels: 1, height: 4, width: 4, normalization: { mean: [0.5], std: [0.25] } },
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
};
// A seed whose draw changes the batch: of so small images many boxes are empty, and such plans are left out.
const step: Step = { epoch: 1, step: 0, progress: 0, random: (purpose) => stream(2, purpose) };

/** Logits of three samples over six classes, from best to worst: 0 1 2 3 4 5; 5 4 3 2 1 0; 2 0 1 3 4 5. */
const logits = tensor([[6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6], [5, 4, 6, 3, 2, 1]]); // biome-ignore format: a matrix

/** A network that says the same whatever it sees. */
class Said extends Module implements ImageModel {
  readonly fc = this.child('fc', new Linear(1, 6));
  readonly #output: Tensor;

  constructor(output: Tensor) {
    super();
    this.#output = output;
  }

  forward(): Tensor {
    return this.#output;
  }
}

function inputOf(...values: number[]): ClassifyInput {
  const labels = Int32Array.from(values);
  return { images: zeros([values.length, 1, 4, 4]), labels, targets: tensor(labels, { dtype: 'int64' }) };
}

function scoresOf(output: Tensor, ...labels: number[]): Record<string, number> {
  const meter = classify(new Said(output), images).meter();
  meter.add(inputOf(...labels), output);
  return meter.result();
}

describe('the scores', () => {
  it('count the labels among the highest one and five', () => {
    const { valLoss, top1Error, top5Error } = scoresOf(logits, 0, 0, 1);
    expect([top1Error, top5Error]).toEqual([2 / 3, 1 / 3]);
    expect(valLoss).toBeCloseTo(crossEntropy(logits, inputOf(0, 0, 1).targets).item(), 6);
  });

  it('take of equal logits the lower class first', () => {
    const equal = tensor([[1, 1, 1, 1, 1, 1]]);
    expect([0, 1, 4, 5].map((label) => scoresOf(equal, label))).toMatchObject([
      { top1Error: 0, top5Error: 0 },
      { top1Error: 1, top5Error: 0 },
      { top1Error: 1, top5Error: 0 },
      { top1Error: 1, top5Error: 1 },
    ]);
  });

  it('are of all that several meters saw, once they are merged', () => {
    const task = classify(new Said(logits), images);
    const [first, second] = [task.meter(), task.meter()];
    first.add(inputOf(0, 0, 1), logits);
    second.add(inputOf(1), logits.narrow(0, 1, 1));
    first.merge(JSON.parse(JSON.stringify(second.state())));
    expect(first.result()).toMatchObject({ top1Error: 3 / 4, top5Error: 1 / 4 });
  });
});

describe('the loss', () => {
  it('is the cross-entropy, smoothed where that is asked for, with the share that is right', () => {
    const task = classify(new Said(logits), images, { labelSmoothing: 0.1 });
    const { loss, terms } = task.loss(inputOf(0, 0, 1), step);
    expect(loss.item()).toBeCloseTo(crossEntropy(logits, inputOf(0, 0, 1).targets, { labelSmoothing: 0.1 }).item(), 6);
    expect(terms!.top1!.item()).toBeCloseTo(1 / 3, 6);
  });

  it('is that of the mixed labels where a method mixes, and hits are weighed by lambda', () => {
    const method = cutmix({ probability: 1 });
    const plan = method.sample({ batch: 3, height: 4, width: 4 }, stream(2, 'mix'), 0)!;
    const { a, b, lambda } = mixLabels([0, 5, 1], plan);
    const { loss, terms, about } = classify(new Said(logits), images, { mix: [method] }).loss(inputOf(0, 5, 1), step);
    const predicted = [0, 5, 2];
    const hits = predicted.map((best, n) => (best === a[n] ? lambda[n]! : 0) + (best === b[n] ? 1 - lambda[n]! : 0));
    const each = crossEntropy(logits, inputOf(...a).targets, { reduction: 'none' }).data('float32');
    const other = crossEntropy(logits, inputOf(...b).targets, { reduction: 'none' }).data('float32');
    const expected = lambda.reduce((sum, share, n) => sum + share * each[n]! + (1 - share) * other[n]!, 0) / 3;
    expect(about).toEqual({ plans: [plan] });
    expect(loss.item()).toBeCloseTo(expected, 5);
    expect(terms!.top1!.item()).toBeCloseTo(hits.reduce((sum, hit) => sum + hit, 0) / 3, 6);
  });

  it('of a real network leaves nothing behind a scope', () => {
    const model = createModel('resnet8', { classes: 6, channels: 1 });
    const task = classify(model, images);
    const before = memory().tensors;
    expect(scope(() => task.loss(inputOf(0, 1), step).loss.item())).toBeGreaterThan(0);
    expect(memory().tensors).toBe(before);
    model.dispose();
  });
});

it('prepares bytes of either layout to the same normalized images', () => {
  const colored = { ...images, channels: 3, normalization: { mean: [0.5, 0.25, 0], std: [0.5, 0.5, 1] } };
  const planes = Uint8Array.from({ length: 2 * 3 * 4 * 4 }, (_, i) => (i * 37) % 256);
  const interleaved = Uint8Array.from(planes, (_, i) => {
    const [n, place, channel] = [Math.floor(i / 48), Math.floor((i % 48) / 3), i % 3];
    return planes[n * 48 + channel * 16 + place]!;
  });
  const about = { shape: [2, 3, 4, 4] as [number, number, number, number], targets: [4, 2], views: [], step: 0 };
  const task = classify(new Said(logits), colored);
  for (const channelsLast of [true, false]) {
    const runtime = localRuntime({ precision: 'fp32', channelsLast });
    const [one, other] = (
      [
        ['NCHW', planes],
        ['NHWC', interleaved],
      ] as const
    ).map(([layout, bytes]) => {
      const batch = { ...about, indices: Int32Array.of(0, 1), layout, images: bytes };
      return task.prepare(batch, runtime);
    });
    expect(one!.images.memoryFormat).toBe(channelsLast ? 'channels_last' : 'contiguous_format');
    expect(other!.images.data()).toEqual(one!.images.data());
    const expected = Array.from(planes, (byte, i) => {
      const channel = Math.floor(i / 16) % 3;
      return (byte / 255 - colored.normalization.mean[channel]!) / colored.normalization.std[channel]!;
    });
    one!.images.data('float32').forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    expect([...one!.labels]).toEqual([4, 2]);
  }
});
