import { describe, expect, it } from 'vitest';
import { cifarResNet } from '../../src/models/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { AdamW, SGD } from '../../src/optim/index.ts';
import { autocast, memory, scope, tensor } from '../../src/torch/index.ts';
import { numbers } from '../support/numbers.ts';

describe.each([
  ['SGD in float32', SGD, false],
  ['AdamW under autocast', AdamW, true],
] as const)('training with %s', (_, Optimizer, enabled) => {
  it('holds the same tensors and bytes after every step once it is warm', () => {
    const model = cifarResNet(8, { classes: 10 });
    const optimizer = new Optimizer(model.namedParameters());
    const step = (index: number) =>
      scope(() => {
        const images = tensor(Float32Array.from(numbers(8 * 3 * 16 * 16, index)), { shape: [8, 3, 16, 16] });
        const labels = tensor(BigInt64Array.from({ length: 8 }, (_, i) => BigInt((i + index) % 10)));
        const logits = autocast(() => model.forward(images), { enabled });
        crossEntropy(logits, labels).backward();
        optimizer.step(0.01);
      });
    const held = () => {
      const { tensors, bytes } = memory();
      return { tensors, bytes };
    };
    for (let index = 0; index < 5; index++) step(index);
    const warm = held();
    for (let index = 0; index < 50; index++) {
      step(index);
      expect(held()).toEqual(warm);
    }
    model.dispose();
    expect(held().tensors).toBeLessThan(warm.tensors);
  });
});
