import { afterEach, describe, expect, it } from 'vitest';
import { numbers } from '../../tests/support/numbers.ts';
import { crossEntropy } from '../nn/index.ts';
import { memory, noGrad, scope, type Tensor, tensor } from '../torch/index.ts';
import { createModel, type Freeze, freezing, type ImageModel, stagesOf } from './index.ts';

const made: ImageModel[] = [];
const network = (name: string): ImageModel => {
  const model = createModel(name, { classes: 3, seed: 1 });
  made.push(model);
  return model;
};
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});

const side = 32;
const images = () => tensor(Float32Array.from(numbers(4 * 3 * side * side, 0)), { shape: [4, 3, side, side] });
const bytesOf = (one: Tensor) => Buffer.from(one.bytes()).toString('hex');
const state = (model: ImageModel) =>
  Object.fromEntries([...model.stateDict()].map(([name, one]) => [name, bytesOf(one)]));

/** One forward pass in training's behavior, one backwards; what `look` finds between them. */
function step<Found>(model: ImageModel, look: (loss: Tensor) => Found): Found {
  return scope(() => {
    const loss = crossEntropy(model.train().forward(images()), tensor(BigInt64Array.of(0n, 1n, 2n, 0n)));
    const found = look(loss);
    loss.backward();
    return found;
  });
}

const withGradients = (model: ImageModel) =>
  [...model.namedParameters()].flatMap(([name, { grad }]) => (grad ? [name] : []));

describe('the stages of a network', () => {
  it.each<[string, Record<string, number>]>([
    [
      'resnet8',
      { 'conv1.weight': 1, 'bn1.bias': 1, 'layer1.0.conv1.weight': 2, 'layer3.0.bn2.weight': 4, 'fc.bias': 5 },
    ],
    ['resnet18', { 'bn1.weight': 1, 'layer4.1.conv2.weight': 5, 'fc.weight': 6 }],
    ['pyramidnet11-a6', { 'conv1.weight': 1, 'layer1.0.bn1.weight': 2, 'bn_final.weight': 4, 'fc.weight': 5 }],
    ['vgg16-gap', { 'features.2.weight': 1, 'features.5.weight': 2, 'features.10.bias': 3, 'features.28.weight': 5, 'conv6.bias': 6, 'fc.weight': 6 }], // biome-ignore format: a case
    ['vgg16-bn-gap', { 'features.4.weight': 1, 'features.7.weight': 2, 'features.40.weight': 5, 'conv6.weight': 6 }],
    ['mobilenetv3-small', { 'conv_stem.weight': 1, 'blocks.0.0.conv_dw.weight': 2, 'blocks.4.2.conv_pw.weight': 6, 'blocks.5.0.conv.weight': 7, 'conv_head.bias': 7, 'fc.weight': 8 }], // biome-ignore format: a case
    [
      'efficientnet-b0',
      { 'bn1.weight': 1, 'blocks.6.0.bn1.weight': 8, 'conv_head.weight': 8, 'bn2.bias': 8, 'fc.bias': 9 },
    ],
    ['convnext-tiny', { 'stem.1.bias': 1, 'stages.1.downsample.0.weight': 3, 'stages.3.blocks.2.gamma': 5, 'head.norm.weight': 5, 'fc.bias': 6 }], // biome-ignore format: a case
    ['vit-s16:pictures=32', { cls_token: 1, pos_embed: 1, 'patch_embed.proj.weight': 1, 'blocks.0.norm1.weight': 2, 'blocks.11.mlp.fc2.bias': 13, 'norm.bias': 13, 'fc.weight': 14 }], // biome-ignore format: a case
  ])('of %s begin where its families say', (name, expected) => {
    const model = network(name);
    const { stages, head } = stagesOf(model);
    expect([...stages.keys()]).toEqual([...model.namedParameters().keys()]);
    expect(Object.fromEntries(Object.keys(expected).map((parameter) => [parameter, stages.get(parameter)]))).toEqual(
      expected,
    );
    expect(head).toBe(stages.get('fc.weight'));
    // Each has parameters, and in the order of the network.
    const numbersSeen = [...stages.values()];
    expect(numbersSeen).toEqual(numbersSeen.toSorted((one, other) => one - other));
    expect(new Set(numbersSeen).size).toBe(head);
  });
});

describe('what is frozen', () => {
  it.each<[Freeze, learns: RegExp, keeps: RegExp]>([
    ['backbone', /^fc\./, /./],
    [1, /^(layer|fc)/, /^bn1/],
    [3, /^(layer3|fc)/, /^(bn1|layer[12])/],
    ['batch-norm', /conv|downsample\.0|fc/, /./],
  ])('%s gets no gradient, and its batch normalizations keep their statistics', (what, learns, keeps) => {
    const model = network('resnet8');
    const parts = freezing(model, what);
    const before = state(model);
    parts.set(true);
    step(model, () => undefined);
    const names = [...model.namedParameters().keys()];
    expect(withGradients(model)).toEqual(names.filter((name) => learns.test(name)));
    const changed = Object.entries(state(model)).flatMap(([name, value]) => (value === before[name] ? [] : [name]));
    const statistics = [...model.namedBuffers().keys()].filter((name) => !keeps.test(name));
    expect(changed.sort()).toEqual(statistics.sort());
    const frozen = [...model.namedParameters()].filter(([name]) => !learns.test(name));
    expect(parts.parameterCount).toBe(frozen.reduce((sum, [, { size }]) => sum + size, 0));

    parts.set(false);
    step(model, () => undefined);
    expect(withGradients(model)).toEqual(names);
    expect(state(model)['bn1.running_mean']).not.toBe(before['bn1.running_mean']);
  });

  it('normalizes in training as in evaluation', () => {
    const model = network('resnet8');
    freezing(model, 'batch-norm').set(true);
    scope(() => {
      const trained = bytesOf(model.train().forward(images()).detach());
      expect(trained).toBe(bytesOf(model.eval().forward(images()).detach()));
    });
  });

  it('has autograd keep nothing of it: what a step holds falls with each stage', () => {
    const held = (['nothing', 1, 2, 3, 'backbone'] as const).map((what) => {
      const model = network('resnet8');
      if (what !== 'nothing') freezing(model, what).set(true);
      const before = memory().bytes;
      return step(model, () => memory().bytes - before);
    });
    // The stem's map is kept for the normalization behind it either way; memory comes in blocks of a few bytes.
    const [none, stem, ...later] = held;
    expect(stem).toBeLessThan(none! + 4096);
    for (const [i, bytes] of later.entries()) expect(bytes).toBeLessThan((later[i - 1] ?? stem!) - 100_000);
    // With the backbone frozen, hardly more than where nothing is kept for gradients at all.
    const model = network('resnet8').eval();
    const kept = scope(() =>
      noGrad(() => {
        const before = memory().bytes;
        const logits = model.forward(images());
        return logits.size > 0 ? memory().bytes - before : 0;
      }),
    );
    expect(held.at(-1)! - kept).toBeLessThan(4096);
    expect(held[0]! - kept).toBeGreaterThan(1_000_000);
  });

  it('stays frozen where it was before, whatever is set', () => {
    const model = network('resnet8');
    const stem = model.namedParameters().get('conv1.weight')!;
    stem.requiresGrad = false;
    const parts = freezing(model, 1);
    parts.set(true);
    parts.set(false);
    expect([...model.namedParameters()].filter(([, { requiresGrad }]) => !requiresGrad)).toEqual([
      ['conv1.weight', stem],
    ]);
  });

  it.each<[string, Freeze, string]>([
    [
      'resnet8',
      5,
      'freeze: expected 1 to 4 stages, as many as this network has, which begin with the input and layer1, layer2, layer3; got 5',
    ],
    ['vit-s16:pictures=32', 14, 'freeze: expected 1 to 13 stages'],
    ['resnet8', 0, 'expected 1 to 4 stages'],
    ['resnet8', 1.5, 'expected 1 to 4 stages'],
    [
      'vit-s16:pictures=32',
      'batch-norm',
      'freeze: expected a network with batch normalization for batch-norm, got one without',
    ],
  ])('of %s may not be %s', (name, what, message) => {
    expect(() => freezing(network(name), what)).toThrow(message);
  });
});
