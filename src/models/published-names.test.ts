import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { full, type Tensor } from '../torch/index.ts';
import { createModel, type ImageModel, underOwnNames } from './index.ts';
import { ownName } from './published-names.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../tests/golden/published-networks.golden.json', import.meta.url), 'utf8'),
) as { networks: Record<string, { shapes: Record<string, number[]> }> };

/** A published state dict whose n-th tensor is full of n. */
const stateOf = (network: string): Map<string, Tensor> =>
  new Map(Object.entries(golden.networks[network]!.shapes).map(([name, shape], index) => [name, full(shape, index)]));

const counters = (model: ImageModel) => [...model.stateDict()].filter(([name]) => name.endsWith('num_batches_tracked'));

describe('a published state dict', () => {
  it.each([
    ['torchvision/mobilenet_v3_small', 'mobilenetv3-small:variant=torchvision'],
    ['torchvision/efficientnet_b0', 'efficientnet-b0'],
    ['torchvision/convnext_tiny', 'convnext-tiny'],
    ['timm/mobilenetv3_small_100', 'mobilenetv3-small'],
    ['timm/convnext_tiny', 'convnext-tiny'],
  ])('of %s loads, each tensor in its place', (network, name) => {
    const model = createModel(name, { classes: 100 });
    const state = stateOf(network);
    const renamed = underOwnNames(model, state);
    model.loadStateDict(new Map([...renamed, ...counters(model)]));
    const names = model.publishedNames!(new Set(state.keys()));
    const own = model.stateDict();
    const order = [...state.keys()].map((theirs) => own.get(ownName(names, theirs))!.max().item());
    expect(order).toEqual([...order.keys()]);
    model.dispose();
  });

  it("of one's own goes through unchanged", () => {
    for (const name of ['convnext-tiny', 'mobilenetv3-small', 'resnet20']) {
      const model = createModel(name, { classes: 4 });
      const state = model.stateDict();
      expect([...underOwnNames(model, state)]).toEqual([...state]);
      model.dispose();
    }
  });

  it("of torchvision's MobileNetV3 is refused by timm's, with the name of the one that it fits", () => {
    const model = createModel('mobilenetv3-small', { classes: 100 });
    expect(() => underOwnNames(model, stateOf('torchvision/mobilenet_v3_small'))).toThrow(
      "these weights are torchvision's, which are exact with its batch normalization alone; make the network with it: " +
        'variant=torchvision behind its name',
    );
    model.dispose();
  });
});
