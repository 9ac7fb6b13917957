import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cifarResNet, createModel, imageNetResNet, ResNet, resNeXt } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../tests/golden/torchvision-names.golden.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number[]>>;

describe('the state dict', () => {
  it.each([
    ['resnet18', 'resnet18'],
    ['resnet50', 'resnet50'],
    ['resnext50-32x4d', 'resnext50_32x4d'],
  ])("of %s has torchvision's names and shapes", (name, theirs) => {
    const model = createModel(name, { classes: 1000 })!;
    const shapes = [...model.stateDict()].map(([key, value]) => [key, value.shape]);
    expect(Object.fromEntries(shapes)).toEqual(golden[theirs]);
    model.dispose();
  });
});

describe('initial weights', () => {
  it('follow from the seed', () => {
    const weights = (seed: number) => {
      const state = cifarResNet(8, { classes: 3, seed }).stateDict();
      return Array.from(state.get('layer2.0.conv1.weight')!.data(), Number);
    };
    expect(weights(4)).toEqual(weights(4));
    expect(weights(4)).not.toEqual(weights(5));
  });
});

describe('impossible depths', () => {
  it.each([
    ['resnet21', 'a basic CIFAR ResNet has depth 6n+2 (8, 14, 20, ...), got 21'],
    ['resnet2', 'got 2'],
    ['resnet20000001', 'got 20000001'],
    ['resnet1000000004', 'expected a depth of at most 10000, got 1000000004'],
    ['resnet1000000001-bottleneck', 'expected a depth of at most 10000, got 1000000001'],
    ['pyramidnet900000002-a48', 'expected a depth of at most 10000, got 900000002'],
    ['pyramidnet110-a1000000000', 'expected alpha of at most 4096, got 1000000000'],
    ['pyramidnet110-a9e99', "unknown network 'pyramidnet110-a9e99'"],
    ['resnet32-bottleneck', 'a bottleneck CIFAR ResNet has depth 9n+2 (11, 20, 29, ...), got 32'],
  ])('%s is explained', (name, message) => {
    expect(() => createModel(name, { classes: 10 })).toThrow(message);
  });

  it('of ImageNet networks list those that there are', () => {
    const expected = 'expected depth 18, 34, 50, 101, 152, got 19';
    expect(() => imageNetResNet(19, { classes: 10 })).toThrow(`imageNetResNet: ${expected}`);
    expect(() => resNeXt(19 as 50, { classes: 10 })).toThrow(`resNeXt: ${expected}`);
  });

  it("of a network of one's own are planes for each of its stages", () => {
    const shape = { block: 'basic', stem: 'cifar', blocks: [1, 1], classes: 10 } as const;
    for (const planes of [[], [8], [8, 16, 32]]) {
      const message = `ResNet: expected planes for each of 2 stages, got [${planes.join(', ')}]`;
      expect(() => new ResNet({ ...shape, planes })).toThrow(new RangeError(message));
    }
  });
});
