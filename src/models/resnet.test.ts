import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { numbers } from '../../tests/support/numbers.ts';
import { crossEntropy } from '../nn/index.ts';
import { noGrad, type Tensor, tensor } from '../torch/index.ts';
import { cifarResNet, createModel, type ImageModel, imageNetResNet, modelNames } from './index.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../tests/golden/torchvision-names.golden.json', import.meta.url), 'utf8'),
) as Record<'resnet18' | 'resnet50', Record<string, number[]>>;

const imagesOf = (batch: number, side: number, seed = 0) =>
  tensor(Float32Array.from(numbers(batch * 3 * side * side, seed)), { shape: [batch, 3, side, side] });
const valuesOf = (model: ImageModel, images: Tensor) => noGrad(() => Array.from(model.forward(images).data(), Number));

/** A model that is freed at once, for its size alone. */
function countOf(name: string, classes: number): number {
  const model = createModel(name, { classes })!;
  const count = model.parameterCount;
  model.dispose();
  return count;
}

describe('the number of parameters', () => {
  // The official networks, counted; the paper rounds the first to 1.1 M and the last three to 25.6, 44.6 and 60.3 M.
  it.each([
    ['resnet110-bottleneck', 100, 1_170_868],
    ['resnet110', 100, 1_736_564],
    ['resnet18-cifar', 10, 11_173_962],
    ['resnet18-cifar', 100, 11_220_132],
    ['resnet50', 1000, 25_557_032],
    ['resnet101', 1000, 44_549_160],
    ['resnet152', 1000, 60_192_808],
  ])('of %s with %d classes is %d', (name, classes, count) => {
    expect(countOf(name, classes)).toBe(count);
  });
});

describe('the state dict', () => {
  it.each(['resnet18', 'resnet50'] as const)("of %s has torchvision's names and shapes", (name) => {
    const model = createModel(name, { classes: 1000 })!;
    expect(Object.fromEntries([...model.stateDict()].map(([key, value]) => [key, value.shape]))).toEqual(golden[name]);
    model.dispose();
  });
});

describe.each<[string, () => ImageModel, number, number]>([
  ['a basic CIFAR net', () => cifarResNet(20, { classes: 10 }), 32, 4],
  ['a bottleneck CIFAR net', () => cifarResNet(11, { classes: 10, bottleneck: true }), 32, 4],
  ['a basic ImageNet net', () => imageNetResNet(18, { classes: 10 }), 64, 5],
  ['a net with the CIFAR stem', () => imageNetResNet(18, { classes: 10, stem: 'cifar' }), 32, 5],
])('%s', (_, make, side, stages) => {
  it('gives every parameter a gradient, and not a zero one', () => {
    const model = make();
    crossEntropy(model.forward(imagesOf(4, side)), tensor(BigInt64Array.of(0n, 1n, 2n, 3n))).backward();
    const still = [...model.namedParameters()].filter(([, { grad }]) => !(grad && grad.abs().sum().item() > 0));
    expect(still.map(([name]) => name)).toEqual([]);
    model.dispose();
  });

  it('is deterministic in evaluation, and each image alone', () => {
    const model = make().eval();
    const images = imagesOf(3, side);
    const whole = valuesOf(model, images);
    expect(valuesOf(model, images)).toEqual(whole);
    const alone = valuesOf(model, images.narrow(0, 2, 1));
    expect(alone).toEqual(whole.slice(20).map((value) => expect.closeTo(value, 4)));
    model.dispose();
  });

  it('shows every stage its map in turn, and goes on with what it gets back', () => {
    const model = make().eval();
    const images = imagesOf(2, side);
    const seen: number[] = [];
    const plain = noGrad(() =>
      model.forward(images, (map, stage) => {
        seen.push(stage);
        expect(map.shape[0]).toBe(2);
        return map;
      }),
    );
    expect(seen).toEqual(Array.from({ length: stages }, (_, i) => i + 1));
    expect(Array.from(plain.data(), Number)).toEqual(valuesOf(model, images));
    const swapped = noGrad(() => model.forward(images, (map, stage) => (stage === 2 ? map.flip([0]) : map)));
    expect(Array.from(swapped.data(), Number)).toEqual(Array.from(plain.flip([0]).data(), Number));
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

describe('names', () => {
  it('lead to a network, any legal depth included, and unknown ones to none', () => {
    expect(modelNames).toContain('resnet20');
    expect(countOf('resnet8', 10)).toBeGreaterThan(0);
    expect(countOf('resnet20-bottleneck', 10)).toBeGreaterThan(0);
    for (const name of ['resnet', 'vgg16', 'constructor', 'toString', 'resnet20-', 'Resnet20', '']) {
      expect(createModel(name, { classes: 10 })).toBeUndefined();
    }
  });

  it.each([
    ['resnet21', 'a basic CIFAR ResNet has depth 6n+2 (8, 14, 20, ...), got 21'],
    ['resnet2', 'got 2'],
    ['resnet20000001', 'got 20000001'],
    ['resnet32-bottleneck', 'a bottleneck CIFAR ResNet has depth 9n+2 (11, 20, 29, ...), got 32'],
  ])('%s has an impossible depth, which the error explains', (name, message) => {
    expect(() => createModel(name, { classes: 10 })).toThrow(message);
  });

  it('of ImageNet depths are listed when another is asked for', () => {
    expect(() => imageNetResNet(19, { classes: 10 })).toThrow('expected depth 18, 34, 50, 101, 152, got 19');
  });
});
