import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { type Regularizer, ResidualGate } from '../nn/index.ts';
import { conv2d, linear, maxPool2d, noGrad, type Tensor, tensor } from '../torch/index.ts';
import { stageGrids, VggGap } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../tests/golden/torchvision-names.golden.json', import.meta.url), 'utf8'),
) as Record<'vgg16' | 'vgg16_bn', Record<string, number[]>>;

describe('the state dict', () => {
  it.each([
    ['vgg16', false],
    ['vgg16_bn', true],
  ] as const)(
    "has the names and shapes of torchvision's %s up to its classifier, and its own after it",
    (name, batchNorm) => {
      const model = new VggGap({ classes: 7, batchNorm });
      const shapes = Object.fromEntries([...model.stateDict()].map(([key, value]) => [key, value.shape]));
      const features = Object.entries(golden[name]).filter(([key]) => key.startsWith('features.'));
      expect(shapes).toEqual({
        ...Object.fromEntries(features),
        'conv6.weight': [1024, 512, 3, 3],
        'conv6.bias': [1024],
        'fc.weight': [7, 1024],
        'fc.bias': [7],
      });
      model.dispose();
    },
  );
});

it('computes convolutions with ReLU, a pool between stages and none after the last', () => {
  const model = new VggGap({ classes: 5 }).eval();
  const images = tensor(Float32Array.from(numbers(3 * 20 * 17, 3)), { shape: [1, 3, 20, 17] });
  const state = model.stateDict();
  const plain = noGrad(() => {
    const convolved = (map: Tensor, name: string) =>
      conv2d(map, state.get(`${name}.weight`)!, { bias: state.get(`${name}.bias`)!, padding: 1 }).relu();
    const stages = [
      [0, 2],
      [5, 7],
      [10, 12, 14],
      [17, 19, 21],
      [24, 26, 28],
    ];
    let map = images;
    stages.forEach((convolutions, stage) => {
      if (stage > 0) map = maxPool2d(map, 2, { stride: 2 });
      for (const index of convolutions) map = convolved(map, `features.${index}`);
    });
    const features = convolved(map, 'conv6').mean([2, 3]);
    return Array.from(linear(features, state.get('fc.weight')!, { bias: state.get('fc.bias')! }).data(), Number);
  });
  const logits = noGrad(() => Array.from(model.forward(images).data(), Number));
  expect(largestDifference(logits, plain)).toBeLessThan(1e-6);
  model.dispose();
});

it('has a last map of 14x14 for images of 224x224', () => {
  const model = new VggGap({ classes: 2, channels: 1 });
  const grids = stageGrids(model, { channels: 1, height: 224, width: 224 });
  expect(grids.map(({ height }) => height)).toEqual([224, 224, 112, 56, 28, 14]);
  model.dispose();
});

it('refuses what regularizes residual branches, which it does not have', () => {
  class Gate extends ResidualGate {
    add(shortcut: Tensor): Tensor {
      return shortcut;
    }
  }
  const gating: Regularizer = { name: 'gating', text: 'gating', onResidual: () => new Gate() };
  expect(() => new VggGap({ classes: 2, regularize: [gating] })).toThrow('gating: VGG-GAP has no residual branches');
});
