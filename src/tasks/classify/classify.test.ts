import { describe, expect, it } from 'vitest';
import { createModel, type ImageModel } from '../../models/index.ts';
import { crossEntropy } from '../../nn/index.ts';
import { memory, scope, type Tensor, tensor, zeros } from '../../torch/index.ts';
import { type ClassifyBatch, classify } from '../index.ts';

const labels = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));

/** Logits of three samples over six classes, from best to worst: 0 1 2 3 4 5; 5 4 3 2 1 0; 2 0 1 3 4 5. */
const logits = tensor([[6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6], [5, 4, 6, 3, 2, 1]]); // biome-ignore format: a matrix

function taskWith(output: Tensor, training = true, labelSmoothing = 0) {
  const model = { training, forward: () => output } as unknown as ImageModel;
  return classify(model, { labelSmoothing });
}

function scored(targets: ClassifyBatch['targets']): Record<string, number> {
  const task = taskWith(logits);
  const batch = { images: zeros([3, 1, 1, 1]), targets };
  return task.score(batch, task.run(batch));
}

describe('classify', () => {
  it('counts the labels among the highest one and five', () => {
    const targets = labels(0, 0, 1);
    const { loss, top1, top5 } = scored(targets);
    expect([top1, top5]).toEqual([1, 2]);
    expect(loss).toBeCloseTo(3 * crossEntropy(logits, targets).item(), 5);
  });

  it('weighs hits by lambda under mixing', () => {
    const { top1, top5 } = scored({ a: labels(0, 0, 1), b: labels(5, 5, 2), lambda: tensor([0.75, 0.25, 0.5]) });
    expect(top1).toBeCloseTo(0.75 + 0.75 + 0.5, 6);
    expect(top5).toBeCloseTo(0.75 + 0.75 + 1, 6);
  });

  it('weighs hits by soft labels', () => {
    const soft = tensor([[0.75, 0, 0, 0, 0, 0.25], [0.25, 0, 0, 0, 0, 0.75], [0, 0.5, 0.5, 0, 0, 0]]); // biome-ignore format: a matrix
    const { top1, top5 } = scored(soft);
    expect([top1, top5]).toEqual([0.75 + 0.75 + 0.5, 0.75 + 0.75 + 1]);
  });

  it('counts every sample among the highest five of three classes', () => {
    const task = taskWith(tensor([[1, 2, 3]]));
    const batch = { images: zeros([1, 1, 1, 1]), targets: labels(0) };
    expect(task.score(batch, task.run(batch))).toMatchObject({ top1: 0, top5: 1 });
  });

  it('smooths labels in training only', () => {
    const batch = { images: zeros([3, 1, 1, 1]), targets: labels(0, 1, 2) };
    const lossOf = (training: boolean) => taskWith(logits, training, 0.1).run(batch).loss.item();
    expect(lossOf(true)).toBeCloseTo(crossEntropy(logits, batch.targets, { labelSmoothing: 0.1 }).item(), 6);
    expect(lossOf(false)).toBeCloseTo(crossEntropy(logits, batch.targets).item(), 6);
  });

  it('runs a real network, and a scope around it leaves nothing behind', () => {
    const model = createModel('resnet8', { classes: 3 })!;
    const task = classify(model);
    const before = memory().tensors;
    const loss = scope(() => task.run({ images: zeros([2, 3, 8, 8]), targets: labels(0, 1) }).loss.item());
    expect(loss).toBeGreaterThan(0);
    expect(memory().tensors).toBe(before);
    model.dispose();
  });
});
