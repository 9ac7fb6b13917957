import { afterAll, describe, expect, it } from 'vitest';
import { numbers } from '../../../tests/support/numbers.ts';
import { createModel, type ImageModel, type OnStage, type PooledModel, VisionTransformer } from '../../models/index.ts';
import { Conv2d, Linear, Module } from '../../nn/index.ts';
import { noGrad, scope, type Tensor, tensor } from '../../torch/index.ts';
import { classActivationMaps, defaultMapMethod } from './class-maps.ts';
import { gradCam } from './grad-cam.ts';

/** A network whose classifier reads the whole map: no class activation maps can be had of it. */
class FlatModel extends Module implements ImageModel {
  readonly conv = this.child('conv', new Conv2d(3, 2, 1));
  readonly fc = this.child('fc', new Linear(2 * 2 * 2, 3));

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    return this.fc.forward(onStage(this.conv.forward(images), 1).flatten({ startDim: 1 }));
  }
}

const classes = 7;
const model = createModel('resnet8', { classes, seed: 1 }) as PooledModel;
model.eval();
const images = tensor(Float32Array.from(numbers(2 * 3 * 16 * 24, 3)), { shape: [2, 3, 16, 24] });
afterAll(() => {
  model.dispose();
  images.dispose();
});

const pairs = Array.from({ length: classes }, (_, label) => Int32Array.of(label, (label + 3) % classes));

describe('a class activation map', () => {
  it("has a mean that, with the class's bias, is the class's logit", () => {
    for (const pair of pairs) {
      scope(() => {
        const logits = noGrad(() => model.forward(images)).data();
        const bias = model.fc.bias!.data();
        const means = classActivationMaps(model, images, pair).mean([1, 2]).data();
        pair.forEach((label, n) => {
          expect(Number(means[n]) + Number(bias[label])).toBeCloseTo(Number(logits[n * classes + label]), 5);
        });
      });
    }
  });

  it('is as large as the last map, and records no gradients', () => {
    scope(() => {
      const maps = classActivationMaps(model, images, pairs[0]!);
      expect(maps.shape).toEqual([2, 4, 6]);
      expect(maps.requiresGrad).toBe(false);
    });
  });

  it('cannot be had of a network without a pooled head, which is told to use Grad-CAM', () => {
    const flat = new FlatModel();
    scope(() => {
      expect(() => classActivationMaps(flat, images, pairs[0]!)).toThrow(
        /expected a network whose logits are a linear layer of the mean .*, got FlatModel; use Grad-CAM/,
      );
    });
    flat.dispose();
  });
});

describe('Grad-CAM', () => {
  it("at a ResNet's last map is the class activation map over its number of places, without what is negative", () => {
    for (const pair of pairs) {
      scope(() => {
        const expected = classActivationMaps(model, images, pair)
          .relu()
          .div(4 * 6);
        const found = gradCam(model, images, pair);
        expect(found.sub(expected).abs().max().item()).toBeLessThan(1e-6 * expected.max().item());
      });
    }
  });

  it('of a linear network is the map weighted by the mean of the weights that read each channel', () => {
    const flat = new FlatModel();
    scope(() => {
      const small = images.narrow(2, 0, 2).narrow(3, 0, 2);
      const weights = flat.fc.weight.select(0, 2).view([2, 4]).mean(1).data() as Float32Array;
      const map = flat.conv.forward(small).data() as Float32Array;
      const expected = Float32Array.from({ length: 8 }, (_, i) => {
        const [n, place] = [Math.floor(i / 4), i % 4];
        return Math.max(0, weights[0]! * map[n * 8 + place]! + weights[1]! * map[n * 8 + 4 + place]!);
      });
      const found = gradCam(flat, small, Int32Array.of(2, 2)).data() as Float32Array;
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 6);
      });
    });
    flat.dispose();
  });

  it('of a vision transformer is of the tokens that enter its last block, all earlier ones too', () => {
    const transformer = new VisionTransformer({ classes, width: 8, heads: 2, depth: 4, pictures: 32 }).eval();
    scope(() => {
      const pictures = images.repeat([1, 1, 2, 2]);
      const maps = [undefined, 1, 2, 3].map((stage) => gradCam(transformer, pictures, pairs[0]!, { stage }));
      for (const map of maps) expect(map.shape).toEqual([2, 2, 3]);
      expect(maps[0]!.max().item()).toBeGreaterThan(0);
      expect(() => classActivationMaps(transformer, pictures, pairs[0]!)).toThrow(
        'got VisionTransformer; use Grad-CAM',
      );
    });
    expect([transformer, model].map((network) => defaultMapMethod(network as ImageModel))).toEqual(['grad-cam', 'cam']);
    transformer.dispose();
  });

  it('leaves no gradients in the parameters', () => {
    scope(() => gradCam(model, images, pairs[0]!, { stage: 2 }));
    expect([...model.namedParameters()].filter(([, { grad }]) => grad !== null)).toEqual([]);
  });

  it('names the stages that there are', () => {
    scope(() => {
      expect(() => gradCam(model, images, pairs[0]!, { stage: 9 })).toThrow('expected a stage in 1..4, got 9');
    });
  });
});
